"""When somebody may be called back: working days, office hours, metropolitan France."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays

_PARIS = ZoneInfo("Europe/Paris")
# Starts of the first and of the last hour, Europe/Paris.
FIRST_HOUR, LAST_HOUR = 9, 16
# Working days that are offered.
DAYS = 5
# The wish must reach a listener before the hour comes.
NOTICE = timedelta(hours=2)
_SATURDAY = 5
MEANS = ("phone", "sign")


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A day with the hours that can still be asked for."""

    day: date
    hours: tuple[int, ...]


def open_days(now: datetime) -> list[OpenDay]:
    """The next working days (Monday to Friday without the public holidays of Code du travail, art. L3133-1)."""
    found: list[OpenDay] = []
    for day in _days(now.astimezone(_PARIS).date()):
        hours = tuple(
            hour
            for hour in range(FIRST_HOUR, LAST_HOUR + 1)
            if datetime.combine(day, time(hour), _PARIS) >= now + NOTICE
        )
        if hours:
            found.append(OpenDay(day, hours))
        if len(found) == DAYS:
            break
    return found


def phone_digits(typed: str) -> str:
    """A number as it is dialled, "0639980001" or "+33639980001"; empty for what is not a number."""
    kept = "".join(char for char in typed.strip() if char not in " .-()\u00a0\u202f/")
    digits = kept.removeprefix("+")
    return kept if digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 15 else ""


def _days(first: date) -> Iterator[date]:
    closed = holidays.country_holidays("FR")
    day = first
    while True:
        if day.weekday() < _SATURDAY and day not in closed:
            yield day
        day += timedelta(days=1)
