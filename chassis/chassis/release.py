"""When held events leave: at once, every few seconds, or at set hours of the day."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import Column, DateTime, MetaData, Table, Text

from chassis.clock import PARIS


@dataclass(frozen=True)
class ReleaseSchedule:
    """`every` and `hours` both unset: events are not held."""

    every: timedelta | None = None
    hours: tuple[time, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "ReleaseSchedule":
        """Read "immediate", "every:SECONDS" or "hours:07:00,13:00,19:00" (Europe/Paris). Raises ValueError."""
        kind, _, rest = text.strip().partition(":")
        if kind == "immediate" and not rest:
            return cls()
        if kind == "every" and float(rest) > 0:
            return cls(every=timedelta(seconds=float(rest)))
        if kind == "hours" and rest:
            return cls(hours=tuple(sorted(time.fromisoformat(hour.strip()) for hour in rest.split(","))))
        raise ValueError("a release schedule is immediate, every:SECONDS or hours:HH:MM,...")

    @property
    def immediate(self) -> bool:
        return self.every is None and not self.hours

    def due(self, last: datetime, now: datetime) -> bool:
        """Has a release instant passed since `last`? Both are aware."""
        if self.every is not None:
            return now - last >= self.every
        return self.immediate or any(last < instant <= now for instant in self._instants(last, now))

    def _instants(self, last: datetime, now: datetime) -> list[datetime]:
        """The set hours of the first day after `last` and of today: enough to tell whether one passed."""
        days = {now.astimezone(PARIS).date(), (now.astimezone(PARIS) - timedelta(days=1)).date()}
        return [datetime.combine(day, hour, PARIS) for day in days for hour in self.hours]


def relay_state_table(metadata: MetaData) -> Table:
    """Remembers when a service's held events were last released. It tells of hours set in advance, not of a report."""
    return Table(
        "relay_state",
        metadata,
        Column("producer", Text, primary_key=True),
        Column("released_at", DateTime(timezone=True), nullable=False, comment="the last release instant"),
    )
