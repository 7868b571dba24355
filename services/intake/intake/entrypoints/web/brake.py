"""Slows down who tries receipts one after the other, without knowing who it is.

No address is kept, and a whole town hall may share one: so only failures are slowed, never a receipt that is right. A
receipt has 103 bits; what this spares is the machine, not the secret.
"""

import threading
import time
from collections import deque

_WINDOW = 60.0


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
