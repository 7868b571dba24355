"""The accountant's tables as files: CSV, and ODS with typed cells."""

from collections.abc import Sequence
from typing import cast

from billing import sheets
from billing.usecases.ports import Sheet

_Rows = Sequence[Sequence[sheets.Cell]]


def to_csv(sheet: Sheet) -> bytes:
    """Semicolons, French decimals, a mark for Excel that it is UTF-8; no text can become a formula."""
    return sheets.to_csv(sheet.heads, cast(_Rows, sheet.rows))


def to_ods(tables: Sequence[Sheet]) -> bytes:
    """One spreadsheet, a table for each. Amounts are numbers, days are dates."""
    return sheets.book((each.name, each.heads, cast(_Rows, each.rows)) for each in tables)
