"""Advisory locks of PostgreSQL, by name: one holder at a time among all processes of a service."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

# Seconds a lock that was seen to hold is trusted.
_TRUST = 1.0


def lock_key(name: str) -> int:
    """The signed 64-bit key that stands for a lock's name."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


@contextmanager
def advisory_lock(engine: Engine, name: str) -> Iterator[bool]:
    """Try to hold a lock for the length of the block, on a connection of its own; gives whether it is held.

    PostgreSQL frees it when the connection ends, so a killed process leaves no lock behind.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        key = {"key": lock_key(name)}
        held = bool(connection.execute(text("SELECT pg_try_advisory_lock(:key)"), key).scalar())
        try:
            yield held
        finally:
            if held:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)


def lock_transaction(session: Session, name: str) -> bool:
    """Try to hold a lock until the session's transaction ends; answer whether it is held."""
    return bool(session.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": lock_key(name)}).scalar())


class Leadership:
    """Being the one active process: a lock held on a connection of its own for as long as that connection lives."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._key = {"key": lock_key(name)}
        self._connection: Connection | None = None
        self._seen = 0.0

    def hold(self) -> bool:
        """Take the lock, or see that it is still ours; answer whether it is. Raises when PostgreSQL is away."""
        if self._connection is None:
            return self._take()
        if time.monotonic() - self._seen > _TRUST:
            try:
                self._connection.execute(text("SELECT 1"))
            except DBAPIError:
                self.release()
                raise
            self._seen = time.monotonic()
        return True

    def release(self) -> None:
        """Let another process lead."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()  # closes it for real: in the pool it would keep the lock
            connection.close()

    def _take(self) -> bool:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if connection.execute(text("SELECT pg_try_advisory_lock(:key)"), self._key).scalar():
            self._connection = connection
            self._seen = time.monotonic()
            return True
        connection.close()
        return False
