"""What is owed on a chosen day, and since when: the balance by age.

The day may be past: an invoice, a payment and a credit note count from their own days, so that the balance of a 31
December is the same whenever it is asked for.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from billing.domain.money import ZERO, Money, total


class Age(StrEnum):
    """How late an amount is. Each band holds its last day."""

    NOT_DUE = "not_due"
    TO_30 = "to_30"
    TO_60 = "to_60"
    TO_90 = "to_90"
    OVER_90 = "over_90"


_BANDS = ((30, Age.TO_30), (60, Age.TO_60), (90, Age.TO_90))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an invoice stands on a day. `paid`: by payments that count by then; `credited`: undone by a credit note."""

    invoice_id: uuid.UUID
    number: str
    member_id: uuid.UUID
    member_name: str
    siren: str
    issued_on: date
    due_on: date
    gross: Money
    paid: Money = ZERO
    credited: bool = False
    disputed: bool = False
    reminded: int = 0
    reminded_on: date | None = None

    @property
    def open(self) -> Money:
        """What is still owed."""
        return ZERO if self.credited else self.gross - self.paid

    def late(self, day: date) -> int:
        """Days since the last day to pay; 0 up to that day."""
        return max(0, (day - self.due_on).days)

    def age(self, day: date) -> Age:
        return age(self.late(day))


def age(late: int) -> Age:
    """The band of a number of days late."""
    if late <= 0:
        return Age.NOT_DUE
    return next((band for last, band in _BANDS if late <= last), Age.OVER_90)


@dataclass(frozen=True, slots=True)
class Row:
    """What one member owes, by age."""

    member_id: uuid.UUID
    name: str
    siren: str
    by_age: dict[Age, Money]

    @property
    def open(self) -> Money:
        return total(self.by_age.values())


@dataclass(frozen=True, slots=True)
class Balance:
    """What all members owe on a day, those that owe nothing left out. Rows by name."""

    day: date
    rows: Sequence[Row]

    def of(self, age: Age) -> Money:
        return total(row.by_age[age] for row in self.rows)

    @property
    def open(self) -> Money:
        return total(row.open for row in self.rows)

    @property
    def late(self) -> Money:
        return self.open - self.of(Age.NOT_DUE)


def balance(standings: Iterable[Standing], day: date) -> Balance:
    """Sum up what is open on a day, by member and age. `standings`: as of that day, in the order of the members."""
    rows: dict[uuid.UUID, Row] = {}
    for one in standings:
        if one.open == ZERO:
            continue
        row = rows.setdefault(one.member_id, Row(one.member_id, one.member_name, one.siren, dict.fromkeys(Age, ZERO)))
        row.by_age[one.age(day)] += one.open
    return Balance(day, list(rows.values()))
