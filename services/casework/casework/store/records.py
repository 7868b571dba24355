"""Small facts about what has been done once: key sets published, history seeded."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework.store.tables import key_sets, seeded


class Records:
    def __init__(self, session: Session, today: date) -> None:
        self._session = session
        self._today = today

    def last_key_set(self) -> tuple[int, bytes]:
        """Version and digest of the last key set; (0, b"") before the first."""
        row = self._session.execute(select(key_sets).order_by(key_sets.c.version.desc()).limit(1)).first()
        return (row.version, row.digest) if row else (0, b"")

    def keys_since(self) -> date:
        """The day of the first key set: since then the signing keys serve. Today, before the first."""
        return self._session.scalar(select(func.min(key_sets.c.day))) or self._today

    def key_set_published(self, version: int, digest: bytes, signed: bytes) -> None:
        self._session.execute(insert(key_sets).values(version=version, digest=digest, day=self._today, signed=signed))

    def signed_key_set(self) -> bytes | None:
        """The last key set as it was published; None before the first, and where it was not kept yet."""
        return self._session.scalar(select(key_sets.c.signed).order_by(key_sets.c.version.desc()).limit(1))

    def first_time(self, name: str) -> bool:
        """Is this thing done for the first time?"""
        row = insert(seeded).values(name=name, day=self._today).on_conflict_do_nothing()
        return self._session.execute(row.returning(seeded.c.name)).first() is not None
