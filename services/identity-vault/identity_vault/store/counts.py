"""Counts of sealed records, by day."""

from datetime import date

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from identity_vault.store.tables import seal_counts


class SealCounts:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, day: date, count: int) -> None:
        """Add to the day's count, whichever process counted before."""
        added = insert(seal_counts).values(day=day, count=count)
        total = seal_counts.c.count + added.excluded.count
        self._session.execute(added.on_conflict_do_update(index_elements=["day"], set_={"count": total}))
