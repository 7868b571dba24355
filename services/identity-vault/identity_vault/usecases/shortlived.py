"""What is remembered for minutes, in memory only: handles, challenges, disclosures under way."""

import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")

_TOKEN = 16
# Nobody can fill the memory: the oldest goes.
_MOST = 20_000


class ShortLived(Generic[T]):
    """Values under random keys of 16 bytes, each until its time is over."""

    def __init__(self, life: timedelta) -> None:
        self._life = life
        self._lock = threading.Lock()
        self._held: dict[bytes, tuple[datetime, T]] = {}

    def __repr__(self) -> str:
        return "ShortLived(•••)"

    def put(self, value: T, now: datetime, key: bytes | None = None) -> bytes:
        """The key under which the value is found."""
        key = key or secrets.token_bytes(_TOKEN)
        with self._lock:
            self._held = {k: held for k, held in self._held.items() if held[0] > now}
            while len(self._held) >= _MOST:
                self._held.pop(next(iter(self._held)))
            self._held[key] = (now + self._life, value)
        return key

    def get(self, key: bytes, now: datetime) -> T | None:
        with self._lock:
            return self._alive(self._held.get(key), now)

    def take(self, key: bytes, now: datetime) -> T | None:
        """Found once only."""
        with self._lock:
            return self._alive(self._held.pop(key, None), now)

    def change(self, key: bytes, now: datetime, change: Callable[[T], T]) -> T | None:
        """Replace a value by what `change` makes of it; its time stays. Answers the new value."""
        with self._lock:
            held = self._held.get(key)
            value = self._alive(held, now)
            if held is None or value is None:
                return None
            changed = change(value)
            self._held[key] = (held[0], changed)
            return changed

    @staticmethod
    def _alive(held: tuple[datetime, T] | None, now: datetime) -> T | None:
        return held[1] if held and held[0] > now else None
