"""Reminders of what is late: when one is due, and where they end.

A member has 30 days to pay (`domain/invoices.py`). What stays unpaid after the last reminder is the comptable public's:
he alone may force its recovery (CGCT, art. L1617-5).
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from billing.domain.ageing import Standing
from billing.domain.money import ZERO, Money, total

# Days after the last day to pay, one for each level; each CdG may choose its own.
REMINDER_DAYS = (15, 30, 60)
# Two letters to the same member never follow each other faster.
_BETWEEN = 10


@dataclass(frozen=True, slots=True)
class Late:
    """A late invoice and the level of the reminder that it is due for."""

    standing: Standing
    level: int


@dataclass(frozen=True, slots=True)
class Reminder:
    """One letter to one member: every late invoice of its that is due for one."""

    member_id: uuid.UUID
    member_name: str
    lines: Sequence[Late]

    @property
    def level(self) -> int:
        return max(line.level for line in self.lines)

    @property
    def amount(self) -> Money:
        return total(line.standing.open for line in self.lines)


def level_due(one: Standing, day: date, days: Sequence[int] = REMINDER_DAYS) -> int:
    """The level of the reminder that an invoice is due for on a day, 0 for none.

    Levels follow each other: a first letter is the first level, however late it is.
    """
    if one.open <= ZERO or one.disputed or one.reminded >= len(days):
        return 0
    if one.reminded_on is not None and (day - one.reminded_on).days < _BETWEEN:
        return 0
    return one.reminded + 1 if one.late(day) >= days[one.reminded] else 0


def reminders(standings: Iterable[Standing], day: date, days: Sequence[int] = REMINDER_DAYS) -> list[Reminder]:
    """The letters that are due on a day, by member, in the order of the standings."""
    lines: dict[uuid.UUID, list[Late]] = {}
    for one in standings:
        if level := level_due(one, day, days):
            lines.setdefault(one.member_id, []).append(Late(one, level))
    return [Reminder(member_id, late[0].standing.member_name, late) for member_id, late in lines.items()]


def for_the_comptable(one: Standing, day: date, days: Sequence[int] = REMINDER_DAYS) -> bool:
    """Were all reminders sent, the last one long enough ago, in vain?"""
    if one.open <= ZERO or one.disputed or one.reminded < len(days) or one.reminded_on is None:
        return False
    return (day - one.reminded_on).days >= _BETWEEN


def read_levels(texts: Sequence[str]) -> list[int] | None:
    """Days of the levels as typed, the empty ones left out; None unless they are 1 to 6 growing numbers to 365."""
    typed = [text.strip() for text in texts if text.strip()]
    if not 1 <= len(typed) <= 6 or not all(text.isascii() and text.isdigit() and len(text) <= 3 for text in typed):
        return None
    days = [int(text) for text in typed]
    return days if days == sorted(set(days)) and days[0] >= 1 and days[-1] <= 365 else None
