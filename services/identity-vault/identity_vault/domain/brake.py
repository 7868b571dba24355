"""Counts what fails, and says when it is too much. In memory: a process that starts again counts anew."""

import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

# Keys that are remembered: beyond, the one that failed longest ago goes.
_MOST = 10_000


@dataclass
class Brake:
    """`most` failures of one key within `window`: from there on it is braked, until fewer are left."""

    most: int
    window: timedelta
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _failures: dict[bytes, deque[datetime]] = field(default_factory=dict, repr=False)

    def failed(self, key: bytes, now: datetime) -> bool:
        """One more. Is that too many?"""
        with self._lock:
            kept = self._failures.pop(key, None) or deque(maxlen=self.most)
            while kept and kept[0] <= now - self.window:
                kept.popleft()
            braked = len(kept) >= self.most
            kept.append(now)
            self._failures[key] = kept  # the newest is last
            while len(self._failures) > _MOST:
                self._failures.pop(next(iter(self._failures)))
        return braked
