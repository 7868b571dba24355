"""How a convention ends: by the member's notice, by a default of the CdG or the provider, or with the market.

Articles are the CdG 62's (art. 2 and 9). Whatever ends it, new reports stop after the last day and open cases run on to
their end.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from billing.domain.faults import Fault, check

# Months of notice before the anniversary (art. 9).
NOTICE = 3
_DAY = timedelta(1)


class Cause(StrEnum):
    """Why a convention has a last day."""

    MARKET = "market"  # the market's end (art. 2)
    NOTICE = "notice"  # the member leaves at the anniversary (art. 9)
    DEFAULT = "default"  # the provider or the CdG ends it: "cesse de plein droit", no compensation (art. 9)


@dataclass(frozen=True, slots=True)
class Notice:
    """A member's notice: registered letters to both, each on the day that it was received."""

    cdg_received_on: date
    provider_received_on: date

    @property
    def complete_on(self) -> date:
        """Notice is given once both have it: "en notifiant au CdG62 et au titulaire" (art. 9)."""
        return max(self.cdg_received_on, self.provider_received_on)


@dataclass(frozen=True, slots=True)
class Ending:
    """The last day of a convention, included, and why."""

    last_day: date
    cause: Cause


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a notice leads to its day: the anniversary on which the member leaves, and the one that it missed."""

    leaves_on: date
    deadline: date
    # The anniversary before, when it was still to come; both letters had to be there by its deadline.
    missed: date | None
    missed_deadline: date | None


def anniversary(effect_on: date, years: int) -> date:
    """The adhesion's anniversary. An adhesion takes effect on the 1st of a month (art. 3), which every year has.

    A renewal may start on any day: what starts on a 29 February has its anniversaries on a 28th.
    """
    return _in_month(effect_on.year + years, effect_on.month, effect_on.day)


def notice_deadline(effect_on: date, leaves_on: date) -> date:
    """The last day on which both letters may come, to leave on that anniversary. Raises ValueError for another day."""
    years = leaves_on.year - effect_on.year
    if years < 1 or anniversary(effect_on, years) != leaves_on:
        raise ValueError("a member leaves on an anniversary of the adhesion")
    months = leaves_on.year * 12 + leaves_on.month - 1 - NOTICE
    return _in_month(months // 12, months % 12 + 1, leaves_on.day)


def leaving_day(effect_on: date, notice: Notice) -> date:
    """The first anniversary that is three months or more after the notice: the convention no longer runs on that day.

    Given late, it counts for the next anniversary; given early, for the first, not before.
    """
    years = max(1, notice.complete_on.year - effect_on.year)
    while notice_deadline(effect_on, anniversary(effect_on, years)) < notice.complete_on:
        years += 1
    return anniversary(effect_on, years)


def explain(effect_on: date, notice: Notice) -> Explained:
    """Which anniversary a notice is for, and which it missed."""
    leaves_on = leaving_day(effect_on, notice)
    deadline = notice_deadline(effect_on, leaves_on)
    years = leaves_on.year - effect_on.year - 1
    before = anniversary(effect_on, years) if years else None
    if before is None or before < notice.complete_on:
        return Explained(leaves_on, deadline, None, None)
    return Explained(leaves_on, deadline, before, notice_deadline(effect_on, before))


def end_by_notice(effect_on: date, market_ends_on: date, notice: Notice, *, signed_on: date, today: date) -> Ending:
    """What a notice leads to: the market's end, where that comes first.

    Raises Refused (cdg_received_on, provider_received_on) for a letter to come, or older than the convention.
    """
    check(
        {
            name: _letter_fault(getattr(notice, name), signed_on, today)
            for name in ("cdg_received_on", "provider_received_on")
        }
    )
    last = leaving_day(effect_on, notice) - _DAY
    return Ending(last, Cause.NOTICE) if last < market_ends_on else Ending(market_ends_on, Cause.MARKET)


def end_by_default(until_on: date, effect_on: date, on: date) -> Ending:
    """The CdG or the provider defaults: the convention ceases that day, its last.

    Raises Refused (field `on`) for a day outside the convention.
    """
    check({"on": None if effect_on <= on <= until_on else Fault.OUTSIDE_MARKET})
    return Ending(on, Cause.DEFAULT)


def _in_month(year: int, month: int, day: int) -> date:
    """That day, or the month's last."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def _letter_fault(received_on: date, signed_on: date, today: date) -> Fault | None:
    if received_on > today:
        return Fault.IN_THE_FUTURE
    return Fault.BEFORE_SIGNATURE if received_on < signed_on else None
