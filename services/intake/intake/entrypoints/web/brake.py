"""Slows down who tries receipts one after the other, and who asks for calls in heaps, without knowing who it is.

No address of connection is looked at: none may be kept, a whole town hall may share one, and behind a proxy everybody
does. So of receipts only failures are slowed, never one that is right: it has 103 bits, and what this spares is the
machine, not the secret. Call-backs have a budget for all callers together; whoever finds it used up is told whom to
call.
"""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_WINDOW = 60.0
_HOUR = 3600.0


class Brake:
    """Counts the failures of the last minute, all callers together, in memory."""

    def __init__(self, *, free: int = 60, pause: float = 1.0, waiting: int = 4) -> None:
        """`free` failures a minute cost nothing; after that each waits `pause` seconds, at most `waiting` at once."""
        self._free = free
        self._pause = pause
        self._lock = threading.Lock()
        self._failures: deque[float] = deque()
        self._seats = threading.BoundedSemaphore(waiting)

    def failed(self) -> bool:
        """Count one failure; answer whether it had to wait."""
        if not self._count() or not self._seats.acquire(blocking=False):
            return False
        try:
            time.sleep(self._pause)
        finally:
            self._seats.release()
        return True

    def _count(self) -> bool:
        now = time.monotonic()
        with self._lock:
            self._failures.append(now)
            while self._failures[0] < now - _WINDOW:
                self._failures.popleft()
            return len(self._failures) > self._free


class UsedUp(Exception):
    """Too many asked within the last hours."""


class Budget:
    """How many wishes to be called this process lets through: those of one CdG, and all together.

    Each takes a slot on the way to identity-vault, of which production has twelve an hour, and a listener's time. So
    many may come at once, and so many an hour after that. A wish sent again is let through and costs nothing, for an
    hour. All of it is in memory, and forgotten with it.
    """

    def __init__(
        self,
        *,
        of_one: tuple[int, float] = (6, 4.0),
        of_all: tuple[int, float] = (12, 6.0),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`of_one`, `of_all`: at once, and an hour."""
        self._clock = clock
        self._lock = threading.Lock()
        self._all = _Bucket(*of_all, clock())
        self._each: defaultdict[str, _Bucket] = defaultdict(lambda: _Bucket(*of_one, clock()))
        self._known: dict[bytes, float] = {}

    @contextmanager
    def spend(self, cdg_id: str, wish: bytes) -> Iterator[bool]:
        """Do something with this wish, unless it was done: then False. What raises costs nothing. Raises UsedUp."""
        with self._lock:
            new = self._take(cdg_id, wish)
        try:
            yield new
        except BaseException:
            if new:
                with self._lock:
                    self._give_back(cdg_id, wish)
            raise

    def _take(self, cdg_id: str, wish: bytes) -> bool:
        now = self._clock()
        self._known = {known: at for known, at in self._known.items() if at > now - _HOUR}
        if wish in self._known:
            return False
        buckets = (self._all, self._each[cdg_id])
        if min(bucket.level(now) for bucket in buckets) < 1:
            raise UsedUp("too many wishes")
        for bucket in buckets:
            bucket.left -= 1
        self._known[wish] = now
        return True

    def _give_back(self, cdg_id: str, wish: bytes) -> None:
        self._known.pop(wish, None)
        for bucket in (self._all, self._each[cdg_id]):
            bucket.left += 1


class _Bucket:
    """Fills by `hourly` an hour, up to `most`."""

    def __init__(self, most: int, hourly: float, now: float) -> None:
        self._most = most
        self._hourly = hourly
        self._at = now
        self.left = float(most)

    def level(self, now: float) -> float:
        self.left = min(self._most, self.left + (now - self._at) * self._hourly / _HOUR)
        self._at = now
        return self.left
