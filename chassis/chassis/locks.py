"""Advisory locks of PostgreSQL, by name: one holder at a time among all processes of a service."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session


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
