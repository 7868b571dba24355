"""A list of bodies as a file: its text, its headings, its lines. What a line means is in `billing.domain.listing`."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from billing.domain.people import folded

# Larger lists are sent in parts: the whole of France has 35,000 communes.
MOST_LINES = 40_000
# Signs that make a spreadsheet take a text for a formula (OWASP, "CSV injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Column(StrEnum):
    """What a list may tell of a body."""

    SIRET = "siret"
    SIREN = "siren"
    NAME = "name"
    KIND = "kind"
    INSEE = "insee_code"
    STREET = "street"
    POSTCODE = "postcode"
    CITY = "city"
    AFFILIATED = "affiliated"
    AGENTS = "agents"
    CONTACT = "contact"
    FUNCTION = "function"
    EMAIL = "email"


# Headings, folded: without accents, case or punctuation.
_HEADINGS = {
    Column.SIRET: ("siret", "numero siret", "no siret", "n siret", "siret siege"),
    Column.SIREN: ("siren", "numero siren", "no siren", "n siren"),
    Column.NAME: ("nom", "denomination", "raison sociale", "libelle", "collectivite", "nom de la collectivite"),
    Column.KIND: ("type", "nature", "categorie", "type de collectivite", "forme juridique"),
    Column.INSEE: ("code insee", "insee", "code commune", "code insee du siege", "code officiel geographique"),
    Column.STREET: ("adresse", "rue", "voie", "adresse postale"),
    Column.POSTCODE: ("code postal", "cp"),
    Column.CITY: ("ville", "commune", "localite"),
    Column.AFFILIATED: ("affilie", "affiliee", "affiliation", "affilie oui non", "affilie au cdg"),
    Column.AGENTS: ("effectif", "effectifs", "nombre d agents", "agents"),
    Column.CONTACT: ("correspondant", "nom du correspondant", "contact", "interlocuteur"),
    Column.FUNCTION: ("fonction", "fonction du correspondant", "qualite"),
    Column.EMAIL: ("e mail", "email", "mail", "courriel", "e mail du correspondant", "adresse e mail", "mel"),
}
_COLUMNS = {heading: column for column, headings in _HEADINGS.items() for heading in headings}


class FileFault(StrEnum):
    """Why a file is refused as a whole."""

    EMPTY = "empty"
    SPREADSHEET = "spreadsheet"
    NOT_TEXT = "not_text"
    NO_NUMBER = "no_number"
    NO_NAME_OR_KIND = "no_name_or_kind"
    TWICE = "twice"
    TOO_LONG = "too_long"
    CROOKED = "crooked"


class FileRefused(Exception):
    """Nothing of the file can be read. `heading`: the one that is wrong, if one is."""

    def __init__(self, fault: FileFault, heading: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.heading = heading


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file: its number there (a heading is line 1) and its cells, as they stand."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A file with headings. `columns`: where each known one stands. Blank lines are left out."""

    headings: tuple[str, ...]
    columns: dict[Column, int]
    rows: tuple[Row, ...]

    @property
    def ignored(self) -> tuple[str, ...]:
        """Headings that mean nothing here."""
        known = set(self.columns.values())
        return tuple(heading for index, heading in enumerate(self.headings) if index not in known and heading)

    def value(self, row: Row, column: Column) -> str:
        """The cell of a column, without spaces around; empty where the line or the list has none."""
        index = self.columns.get(column, len(row.cells))
        return " ".join(unguarded(row.cells[index]).split()) if index < len(row.cells) else ""


def decode(data: bytes) -> str:
    """The text of a file: UTF-8 (with its mark or not), UTF-16 with its mark, else Windows-1252. Raises FileRefused."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise FileRefused(FileFault.SPREADSHEET)
    names = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for name in names:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise FileRefused(FileFault.NOT_TEXT)


def read_listing(text: str) -> Listing:
    """The lines of a list separated by semicolons, commas or tabs. Raises FileRefused."""
    rows = list(_rows(text))
    if len(rows) < 2:
        raise FileRefused(FileFault.EMPTY)
    headings = tuple(" ".join(cell.split()) for cell in rows[0].cells)
    return Listing(headings, _columns(headings), tuple(rows[1:]))


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def unguarded(cell: str) -> str:
    """The cell before it was guarded: a file of refused lines is corrected and sent again."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _rows(text: str) -> Iterator[Row]:
    # Unlike str.splitlines, only what ends a line of a file: U+2028 or a vertical tab may stand within a cell.
    first = next((line for line in io.StringIO(text, newline="") if line.strip()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(";,\t", key=first.count), strict=True)
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if start > MOST_LINES + 1:
                    raise FileRefused(FileFault.TOO_LONG)
                yield Row(start, tuple(cells))
            start = reader.line_num + 1
    except csv.Error:
        raise FileRefused(FileFault.CROOKED, str(reader.line_num)) from None


def _columns(headings: tuple[str, ...]) -> dict[Column, int]:
    columns: dict[Column, int] = {}
    for index, heading in enumerate(headings):
        column = _COLUMNS.get(folded(heading))
        if column in columns:
            raise FileRefused(FileFault.TWICE, heading)
        if column is not None:
            columns[column] = index
    if Column.SIRET not in columns and Column.SIREN not in columns:
        raise FileRefused(FileFault.NO_NUMBER)
    if Column.NAME not in columns or Column.KIND not in columns:
        raise FileRefused(FileFault.NO_NAME_OR_KIND)
    return columns
