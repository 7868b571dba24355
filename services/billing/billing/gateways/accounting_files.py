"""The accountant's files."""

from collections.abc import Mapping, Sequence

from billing.domain.invoices import Invoice
from billing.domain.payments import ReadFile
from billing.gateways import bank_files, facturx, sheets
from billing.usecases.ports import Sheet


class AccountingFiles:
    """Implements `billing.usecases.ports.Files`."""

    def payments(self, data: bytes, columns: Mapping[str, str]) -> ReadFile:
        return bank_files.read(data, columns)

    def factur_x(self, invoice: Invoice) -> bytes:
        return facturx.to_xml(invoice)

    def csv(self, sheet: Sheet) -> bytes:
        return sheets.to_csv(sheet)

    def ods(self, tables: Sequence[Sheet]) -> bytes:
        return sheets.to_ods(tables)
