"""How many records were sealed: known by the day, kept in memory until the hour."""

import threading


class Tally:
    """A count that many threads add to and one takes away."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0

    def add(self, count: int = 1) -> None:
        with self._lock:
            self._count += count

    def take(self) -> int:
        """What was counted since the last time."""
        with self._lock:
            count, self._count = self._count, 0
        return count
