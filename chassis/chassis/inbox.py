"""The inbox: which events a service has already applied.

The row is inserted in the handler's transaction, so an event and its effects are one: a second delivery finds the row
and does nothing. Rows must outlive the longest possible redelivery, a replay of a parked message included.
"""

import uuid
from datetime import date

from sqlalchemy import Column, Date, MetaData, Table, Text, Uuid, delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session


def inbox_table(metadata: MetaData) -> Table:
    """The inbox of one service."""
    return Table(
        "inbox",
        metadata,
        Column("consumer", Text, primary_key=True, comment="the consuming service"),
        Column("event_id", Uuid, primary_key=True),
        Column("day", Date, nullable=False),
    )


class Inbox:
    """Remembers events in one table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def first_time(self, session: Session, consumer: str, event_id: uuid.UUID, day: date) -> bool:
        """Is it the first time? Waits while another transaction is applying the same event."""
        row = insert(self._table).values(consumer=consumer, event_id=event_id, day=day)
        added = session.execute(row.on_conflict_do_nothing().returning(self._table.c.event_id))
        return added.first() is not None

    def forget(self, session: Session, before: date) -> None:
        """Delete what is older than `before`. Events of that age must not come again."""
        session.execute(delete(self._table).where(self._table.c.day < before))
