"""When to try a mail again. A mail that was not refused for good is tried for ever."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Retries:
    """Delays that double from `first` up to `longest`."""

    first: timedelta
    longest: timedelta

    def after(self, attempts: int) -> timedelta:
        """How long to wait after so many failed attempts (1 or more)."""
        doublings = min(attempts - 1, 30)
        return min(self.first * (1 << doublings), self.longest)
