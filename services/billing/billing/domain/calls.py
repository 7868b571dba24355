"""The yearly call for contribution ("bordereau d'appel à cotisation", convention, art. 6).

A member is called for a year, declares its agents at 31 December of the year before, and the CdG checks what it
declared before it bills. What a call costs is settled by what stood when it was made: the tariff's version, the part of
the year, the agents of all members together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from billing.domain.ending import anniversary
from billing.domain.tariffs import Share, Subject, Tariff, Year, in_force, share_of, subscription, year_of
from billing.domain.vat import Line, Totals, totals

# A headcount that changed by more than this is asked about twice, and never refused: bodies merge.
ODD_CHANGE = Fraction(1, 5)
# A call that nobody answers is reminded on its due day and then every 15 days, this often at most.
REMINDERS = 3
BETWEEN_REMINDERS = timedelta(15)
# More agents than any local body has: a slip of the hand.
LARGEST = 999_999


class CallState(StrEnum):
    """Where a call stands. PREPARED: its bordereau is ready, and nobody is known to mail it to."""

    PREPARED = "prepared"
    SENT = "sent"
    DECLARED = "declared"
    CHECKED = "checked"
    ISSUED = "issued"
    CANCELLED = "cancelled"


# The member may still declare, or correct what it declared.
OPEN = frozenset({CallState.PREPARED, CallState.SENT, CallState.DECLARED})


class CallRefused(ValueError):
    """A step that this call's state does not allow. The message says why, in French, for who tried."""


@dataclass(frozen=True, slots=True)
class Term:
    """What a member is called for: days (both included), the tariff that counts, the part of its year."""

    first_on: date
    last_on: date
    tariff: Tariff
    share: Share


@dataclass(frozen=True, slots=True)
class Due:
    """What a number of agents comes to; no line where nothing is asked."""

    lines: tuple[Line, ...]

    @property
    def totals(self) -> Totals:
        return totals(self.lines)

    @property
    def free(self) -> bool:
        return self.totals.gross.cents == 0


def headcount_day(year: int) -> date:
    """The day at which agents are counted for a year's call (art. 1 and 6)."""
    return date(year - 1, 12, 31)


def term(tariffs: Sequence[Tariff], effect_on: date, until_on: date, year: int) -> Term | None:
    """What is called in `year` for a convention in force on these days (both included); None for nothing.

    Nothing is called without a tariff, and for a year that the convention does not reach. Of a tariff by anniversary,
    the year that is called is the one that starts in `year`.
    """
    if effect_on.year > year:
        return None
    counted, own = max(effect_on, date(year, 1, 1)), anniversary(effect_on, year - effect_on.year)
    tariff, at_own = in_force(tariffs, counted), in_force(tariffs, own)
    if at_own is not None and at_own.year is Year.ANNIVERSARY and (tariff is None or tariff.year is Year.ANNIVERSARY):
        tariff = at_own  # the version that counts is that of the first day called
    if tariff is None:
        return None
    day = counted if tariff.year is Year.CIVIL else own
    span = year_of(tariff, effect_on, day)
    first, last = max(effect_on, span[0]), min(span[1], until_on)
    return Term(first, last, tariff, share_of(tariff, effect_on, span)) if first <= last else None


def due(tariff: Tariff, subject: Subject) -> Due:
    """What a member owes for the part of a year; the labels say which part."""
    lines = subscription(tariff, subject)
    if subject.share.part == subject.share.whole:
        return Due(tuple(lines))
    part = f"{subject.share.part} {'mois' if subject.share.whole == 12 else 'jours'} sur {subject.share.whole}"
    return Due(tuple(replace(line, label=f"{line.label}, {part}") for line in lines))


def is_odd(known: int | None, agents: int) -> bool:
    """Did the headcount change by so much that it may be a slip of the hand?"""
    return known is not None and abs(agents - known) > ODD_CHANGE * known


def answer_by(due_on: date, asked_on: date) -> date:
    """By when a member answers that is asked again, or late: nobody is reminded of what they have just received."""
    return max(due_on, asked_on + BETWEEN_REMINDERS)


def next_reminder(due_on: date, sent: Sequence[date]) -> date | None:
    """When a call that is not answered is reminded next; None once it was reminded often enough."""
    if len(sent) >= REMINDERS:
        return None
    return max(sent) + BETWEEN_REMINDERS if sent else due_on


def to_phone(due_on: date, sent: Sequence[date], *, written: bool, today: date) -> bool:
    """Is it for somebody of the CdG to call? Letters had no effect, or nobody is known to write to."""
    if not written:
        return today >= due_on
    return len(sent) >= REMINDERS and today >= max(sent) + BETWEEN_REMINDERS
