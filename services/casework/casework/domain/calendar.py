"""Working days: *jours ouvrés*, Monday to Friday without public holidays. Saturday is ouvrable, not ouvré."""

import calendar as civil
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

import holidays

_SATURDAY = 5


class Calendar(Protocol):
    """Tells the days on which a French public office works."""

    def is_open(self, day: date) -> bool: ...


class FrenchCalendar:
    """The public holidays of France (code du travail, art. L3133-1).

    `subdivision`: ISO code where others are added, "57", "6AE" (Alsace-Moselle), "RE"...
    """

    def __init__(self, subdivision: str | None = None) -> None:
        self._holidays = holidays.country_holidays("FR", subdiv=subdivision)

    def is_open(self, day: date) -> bool:
        return day.weekday() < _SATURDAY and day not in self._holidays


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Sans délai: the same day."""

    def after(self, start: date, _calendar: Calendar) -> date:
        return start


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """A number of jours ouvrés. The day of the event does not count: the next open day is the first."""

    count: int

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError("at least one working day; for none, AtOnce")

    def after(self, start: date, calendar: Calendar) -> date:
        day, left = start, self.count
        while left:
            day += timedelta(days=1)
            left -= calendar.is_open(day)
        return day


@dataclass(frozen=True, slots=True)
class Months:
    """Calendar months, from a day to the same day; the last day of a month that has none: 31 January + 3 = 30 April.

    A term that ends on a closed day is not moved: no text of ours says so, and the earlier day keeps every reading.
    """

    count: int

    def after(self, start: date, _calendar: Calendar) -> date:
        year, month = divmod(start.year * 12 + start.month - 1 + self.count, 12)
        return date(year, month + 1, min(start.day, civil.monthrange(year, month + 1)[1]))


Span = AtOnce | WorkingDays | Months
