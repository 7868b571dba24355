"""What a line of an imported list says of a body, or why it is refused."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from billing.domain.adhesion import LARGEST_HEADCOUNT
from billing.domain.kinds import Kind, kind_named
from billing.domain.listing_table import Column, Listing, Row
from billing.domain.parties import Commune
from billing.domain.people import clean_email, is_email, same_name, tidy
from billing.domain.places import department_of, is_insee_code
from billing.domain.siren import is_siren, is_siret

_LONGEST = 120
# What a spreadsheet makes of fourteen digits: 2,16209E+13.
_ABRIDGED = re.compile(r"[0-9][.,]?[0-9]*[eE]\+?[0-9]+")
_YES_NO = {"oui": True, "o": True, "vrai": True, "1": True, "x": True} | {
    "non": False,
    "n": False,
    "faux": False,
    "0": False,
}


class Reason(StrEnum):
    """Why a line is refused, for one of its columns."""

    MISSING = "missing"
    MALFORMED = "malformed"
    TOO_LONG = "too_long"
    WRONG_KEY = "wrong_key"
    ABRIDGED = "abridged"
    NOT_OF_SIREN = "not_of_siren"
    NO_PLACE = "no_place"
    UNKNOWN = "unknown"
    OTHER_PLACE = "other_place"
    OTHER_DEPARTMENT = "other_department"
    OTHER_CDG = "other_cdg"
    OTHER_NAME = "other_name"
    TWICE = "twice"
    MEANWHILE = "meanwhile"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One of them. `line`: the other line that it is about, for TWICE."""

    column: Column
    reason: Reason
    line: int = 0


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that is not imported, as it stands in the file."""

    row: Row
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a line says. Empty texts and None: it says nothing of it, and nothing known is erased."""

    row: Row
    siren: str
    siret: str
    name: str
    kind: Kind
    insee_code: str
    street: str = ""
    postcode: str = ""
    city: str = ""
    affiliated: bool | None = None
    agents: int | None = None
    contact: str = ""
    function: str = ""
    email: str = ""


class Places(Protocol):
    """The official list of communes."""

    def by_siren(self, siren: str) -> Commune | None: ...
    def by_insee_code(self, code: str) -> Commune | None: ...
    def locate(self, postcode: str, city: str) -> Commune | None: ...
    def covers(self, department: str) -> bool: ...


def read_entries(listing: Listing, department: str, places: Places) -> tuple[list[Entry], list[RefusedLine]]:
    """The lines that can be imported for this département, and those that cannot. A body stands once in a list."""
    entries, refused = [], []
    first_line: dict[str, int] = {}
    names: dict[str, tuple[str, int]] = {}
    for row in listing.rows:
        reader = _Reader(listing, row, department, places)
        entry = reader.entry()
        known = first_line.setdefault(entry.siren, row.line) if entry.siren else row.line
        if known != row.line:
            reader.refuse(Column.SIREN, Reason.TWICE, known)
        elif entry.email:
            name, line = names.setdefault(entry.email, (entry.contact, row.line))
            if not same_name(name, entry.contact):
                reader.refuse(Column.CONTACT, Reason.OTHER_NAME, line)
        if reader.refusals:
            in_order = sorted(reader.refusals, key=lambda refusal: listing.columns.get(refusal.column, 0))
            refused.append(RefusedLine(row, tuple(in_order)))
        else:
            entries.append(entry)
    return entries, refused


@dataclass
class _Reader:
    """Reads one line; notes everything that is wrong with it."""

    listing: Listing
    row: Row
    department: str
    places: Places
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, column: Column, reason: Reason, line: int = 0) -> None:
        self.refusals.append(Refusal(column, reason, line))

    def entry(self) -> Entry:
        siret, siren = self._numbers()
        commune = self.places.by_siren(siren)
        kind = self._kind()
        postcode, city = self._digits(Column.POSTCODE, 5), self._text(Column.CITY)
        contact, email = self._contact()
        return Entry(
            self.row,
            siren,
            siret,
            self._text(Column.NAME) or (commune.name if commune else "") or self._missing(Column.NAME),
            kind,
            self._place(commune, postcode, city),
            self._text(Column.STREET),
            *self._address(postcode, city),
            affiliated=self._choice(),
            agents=self._agents(),
            contact=contact,
            function=self._text(Column.FUNCTION),
            email=email,
        )

    def _value(self, column: Column) -> str:
        return self.listing.value(self.row, column)

    def _missing(self, column: Column) -> str:
        self.refuse(column, Reason.MISSING)
        return ""

    def _text(self, column: Column) -> str:
        text = tidy(self._value(column))
        if len(text) > _LONGEST:
            self.refuse(column, Reason.TOO_LONG)
        elif not text.isprintable():
            self.refuse(column, Reason.MALFORMED)
        return text

    def _digits(self, column: Column, length: int) -> str:
        """A number as it is written; a spreadsheet drops the first zero."""
        digits = re.sub(r"[\s.]", "", self._value(column))
        return digits.zfill(length) if len(digits) == length - 1 else digits

    def _numbers(self) -> tuple[str, str]:
        siret = self._number(Column.SIRET, 14, is_siret)
        siren = self._number(Column.SIREN, 9, is_siren)
        if siret and siren and not siret.startswith(siren):
            self.refuse(Column.SIRET, Reason.NOT_OF_SIREN)
        if not siret and not siren and not self.refusals:
            self.refuse(Column.SIRET if Column.SIRET in self.listing.columns else Column.SIREN, Reason.MISSING)
        return siret, siren or siret[:9]

    def _number(self, column: Column, length: int, right: Callable[[str], bool]) -> str:
        written = self._value(column)
        digits = re.sub(r"[\s.\-]", "", written)
        if not written:
            return ""
        if _ABRIDGED.fullmatch(written) and not digits.isdigit():
            self.refuse(column, Reason.ABRIDGED)
        elif len(digits) != length or not (digits.isascii() and digits.isdigit()):
            self.refuse(column, Reason.MALFORMED)
        elif not right(digits):
            self.refuse(column, Reason.WRONG_KEY)
        else:
            return digits
        return ""

    def _kind(self) -> Kind:
        written = self._value(Column.KIND)
        kind = kind_named(written)
        if kind is None:
            self.refuse(Column.KIND, Reason.UNKNOWN if written else Reason.MISSING)
        return kind or Kind.OTHER_PUBLIC

    def _place(self, commune: Commune | None, postcode: str, city: str) -> str:
        """The commune of the seat: as written, else by SIREN, else by postal code and name."""
        code = self._digits(Column.INSEE, 5).upper()
        if not code:
            found = commune or self.places.locate(postcode, city)
            if found is None:
                self.refuse(Column.INSEE, Reason.NO_PLACE)
                return ""
            code = found.insee_code
        if not is_insee_code(code):
            self.refuse(Column.INSEE, Reason.MALFORMED)
        elif department_of(code) != self.department:
            self.refuse(Column.INSEE, Reason.OTHER_DEPARTMENT)
        elif commune is not None and commune.insee_code != code:
            self.refuse(Column.INSEE, Reason.OTHER_PLACE)
        elif self.places.covers(self.department) and self.places.by_insee_code(code) is None:
            self.refuse(Column.INSEE, Reason.UNKNOWN)
        return code

    def _address(self, postcode: str, city: str) -> tuple[str, str]:
        """An invoice's address has a postal code and a town; a list gives both or neither."""
        if postcode and not (postcode.isascii() and postcode.isdigit() and len(postcode) == 5):
            self.refuse(Column.POSTCODE, Reason.MALFORMED)
        elif city and not postcode and self._value(Column.STREET):
            self.refuse(Column.POSTCODE, Reason.MISSING)
        elif postcode and not city:
            self.refuse(Column.CITY, Reason.MISSING)
        return (postcode, city) if postcode and city else ("", "")

    def _choice(self) -> bool | None:
        written = self._value(Column.AFFILIATED).casefold()
        if written and written not in _YES_NO:
            self.refuse(Column.AFFILIATED, Reason.MALFORMED)
        return _YES_NO.get(written)

    def _agents(self) -> int | None:
        digits = "".join(self._value(Column.AGENTS).split())
        if not digits:
            return None
        if not (digits.isascii() and digits.isdigit() and len(digits) < 12 and 1 <= int(digits) <= LARGEST_HEADCOUNT):
            self.refuse(Column.AGENTS, Reason.MALFORMED)
            return None
        return int(digits)

    def _contact(self) -> tuple[str, str]:
        """A correspondent has a name and an address: both, or nobody."""
        name, email = self._text(Column.CONTACT), clean_email(self._value(Column.EMAIL))
        if email and not is_email(email):
            self.refuse(Column.EMAIL, Reason.MALFORMED)
        if name and not email:
            self.refuse(Column.EMAIL, Reason.MISSING)
        elif email and not name:
            self.refuse(Column.CONTACT, Reason.MISSING)
        return name, email
