"""Checkpoints of the journal, and dropping a month that was signed and is old."""

import json
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from chassis.locks import lock_key
from identity_vault.domain.journal import BEGINNING, Checkpoint, Place, Row, parse, read_checkpoint
from identity_vault.store.journal_tables import journal, journal_checkpoints, journal_closings


class Checkpoints:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, checkpoint: Checkpoint) -> None:
        values = {
            "number": checkpoint.number,
            "segment": checkpoint.first.segment,
            "content": checkpoint.canonical(),
            "signature": checkpoint.signature,
        }
        self._session.execute(insert(journal_checkpoints).values(values))

    def all(self) -> list[Checkpoint]:
        """Of the segments that are still there, in order."""
        dropped = select(journal_closings.c.segment)
        query = select(journal_checkpoints).where(journal_checkpoints.c.segment.not_in(dropped))
        found = self._session.execute(query.order_by(journal_checkpoints.c.number))
        return [read_checkpoint(json.loads(row.content), row.signature) for row in found]

    def rows(self) -> list[Row]:
        """Every entry that is still there, in order; one whose own columns say something else has no hash."""
        query = select(journal).order_by(journal.c.segment, journal.c.seq)
        return [
            Row(Place(row.segment, row.seq), row.entry, row.previous, row.hash if _agrees(row) else b"")
            for row in self._session.execute(query)
        ]

    def opening(self) -> bytes:
        """What the first entry that is still there follows."""
        query = select(journal_closings.c.hash).order_by(journal_closings.c.segment.desc()).limit(1)
        return bytes(self._session.scalar(query) or BEGINNING)

    def lock(self) -> None:
        """No entry is appended until the transaction ends."""
        self._session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock_key("journal")})

    def drop(self, segment: str, closing: bytes, today: date) -> int:
        """Delete a month's entries; its closing hash and its checkpoints stay. Needs the owner's rights."""
        count = self._session.scalar(select(func.count()).where(journal.c.segment == segment)) or 0
        kept = {"segment": segment, "count": count, "hash": closing, "dropped_on": today}
        self._session.execute(insert(journal_closings).values(kept))
        self._session.execute(delete(journal).where(journal.c.segment == segment))
        return count


def _agrees(row: Any) -> bool:
    """Do the columns that repeat the entry say the same?"""
    try:
        entry = parse(json.loads(row.entry))
    except ValueError:
        return False
    told = (row.kind, row.reason, row.at, row.subject)
    return told == (entry.kind.value, entry.reason, entry.at, entry.subject)
