"""What use cases ask of the world outside the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from billing.domain.invoices import Invoice
from billing.domain.payments import ReadFile


class Press(Protocol):
    """Prints documents."""

    def print(self, kind: str, content: str) -> bytes:
        """The PDF of this content (JSON) by this kind's template. Raises ValueError, which holds no value of it."""
        ...


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table for an accountant. Cells: texts, days, Money, Decimals, whole numbers, booleans or None."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[object]]


class Files(Protocol):
    """Reads and writes the accountant's files."""

    def payments(self, data: bytes, columns: Mapping[str, str]) -> ReadFile:
        """The lines of a bank's or treasury's file. `columns`: headings that are not the usual ones, by what they hold
        (date, amount, label, reference, payer). Raises PaymentRefused."""
        ...

    def factur_x(self, invoice: Invoice) -> bytes:
        """An invoice as XML. Raises ValueError, which holds no value of it."""
        ...

    def csv(self, sheet: Sheet) -> bytes: ...

    def ods(self, sheets: Sequence[Sheet]) -> bytes: ...
