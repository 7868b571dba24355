"""The provider's statement as a file: CSV with a heading, one line for each service of an order.

`commande;code;quantite;montant_ht;montant_ttc`, in any order; separated by semicolons, commas or tabs; decimals with a
comma or a point. A file with one wrong line is refused whole, with every wrong line named.
"""

import csv
import io
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from billing.domain.money import Money, NotMoney
from billing.domain.ordering import Stated

MOST_LINES = 5000
_COLUMNS = {
    "number": ("commande", "numerodecommande", "ncommande", "numero"),
    "code": ("code", "prestation", "nprix", "prix"),
    "quantity": ("quantite", "qte"),
    "net": ("montantht", "ht"),
    "gross": ("montantttc", "ttc"),
}


class LineFault(StrEnum):
    """What is wrong with a line, or (line 0) with the file."""

    NOT_CSV = "not_csv"
    COLUMNS = "columns"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NUMBER = "number"
    QUANTITY = "quantity"
    AMOUNT = "amount"


class StatementRefused(Exception):
    """`faults`: by line of the file, from 1; the heading is line 1."""

    def __init__(self, faults: Mapping[int, LineFault]) -> None:
        super().__init__(f"{len(faults)} lines")
        self.faults = dict(faults)


def read_statement(data: bytes) -> list[Stated]:
    """The lines of a file. Raises StatementRefused."""
    rows = _rows(data)
    columns = _find_columns(rows[0])
    stated, faults = [], {}
    for at, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        found = _line({name: row[place].strip() if place < len(row) else "" for name, place in columns.items()})
        if isinstance(found, LineFault):
            faults[at] = found
        else:
            stated.append(found)
    if faults:
        raise StatementRefused(faults)
    if not stated:
        raise StatementRefused({0: LineFault.EMPTY})
    return stated


def _rows(data: bytes) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    if "\x00" in text or not first.strip():
        raise StatementRefused({0: LineFault.NOT_CSV})
    separator = max(";,\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error:
        raise StatementRefused({0: LineFault.NOT_CSV}) from None
    if len(rows) > MOST_LINES:
        raise StatementRefused({0: LineFault.TOO_LONG})
    return rows


def _find_columns(heading: list[str]) -> dict[str, int]:
    names = [_folded(cell) for cell in heading]
    found = {}
    for column, accepted in _COLUMNS.items():
        places = [at for at, name in enumerate(names) if name in accepted]
        if not places:
            raise StatementRefused({1: LineFault.COLUMNS})
        found[column] = places[0]
    return found


def _line(cells: Mapping[str, str]) -> Stated | LineFault:
    if not cells["number"] or not cells["code"] or max(len(cells["number"]), len(cells["code"])) > 40:
        return LineFault.NUMBER
    try:
        quantity = Decimal(_decimal(cells["quantity"]))
    except InvalidOperation:
        return LineFault.QUANTITY
    if not quantity.is_finite() or not 0 < quantity < 10_000 or quantity != round(quantity, 2):
        return LineFault.QUANTITY
    try:
        net, gross = Money.of(_decimal(cells["net"])), Money.of(_decimal(cells["gross"]))
    except NotMoney:
        return LineFault.AMOUNT
    if net.cents <= 0 or gross < net:
        return LineFault.AMOUNT
    return Stated(cells["number"].upper(), cells["code"], quantity, net, gross)


def _decimal(text: str) -> str:
    """French or English writing of a number, without its spaces and its euro sign: of two marks, the last one is that
    of the decimals."""
    bare = "".join(text.split()).rstrip("€")
    thousands = "," if bare.rfind(".") > bare.rfind(",") >= 0 else "."
    return bare.replace(thousands, "").replace(",", ".") if "," in bare else bare


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(letter for letter in plain.lower() if letter.isalnum())
