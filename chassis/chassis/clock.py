"""The time, passed in: no rule and no use case reads the machine's clock by itself."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


class Clock(Protocol):
    """Tells the time as an aware instant, in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """A clock for tests: it moves only when told."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant

    def advance(self, step: timedelta) -> None:
        self.instant += step


def paris_day(instant: datetime) -> date:
    """The civil day in metropolitan France at an aware instant."""
    if instant.tzinfo is None:
        raise ValueError("a naive datetime has no day: pass an aware one")
    return instant.astimezone(PARIS).date()
