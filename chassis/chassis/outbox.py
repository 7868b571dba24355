"""The outbox: an event is a row, written in the transaction that it tells of. The relay sends it later.

`add` inserts through the caller's session and never commits. A row holds no time finer than its day: one that waits for
a release hour is `held`, and the relay frees all held rows of the service together.
"""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

from google.protobuf.message import Message
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.orm import Session

# A sealed envelope, padded, stays under this; more belongs in a blob.
LARGEST_PAYLOAD = 64 * 1024 + 2048
# Notified at commit, so that the relay need not poll fast. Not for held events: they wait anyway, and PostgreSQL lets
# transactions that notify commit one by one.
CHANNEL = "outbox"


class EventSigner(Protocol):
    """Signs privileged events for one producer."""

    def sign(self, event_id: uuid.UUID, type_name: str, payload: bytes) -> bytes: ...


class EventTooLarge(ValueError):
    """An event's payload passes LARGEST_PAYLOAD."""


def outbox_table(metadata: MetaData) -> Table:
    """The outbox of one service. Once confirmed, `payload` is NULL and the row stays as a tombstone."""
    table = Table(
        "outbox",
        metadata,
        Column("id", Uuid, primary_key=True, comment="the event's id; random"),
        Column("type", Text, nullable=False, comment="full proto name"),
        Column("day", Date, nullable=False),
        Column("held", Boolean, nullable=False, comment="waits for the next release hour"),
        Column("payload", LargeBinary, comment="protobuf; NULL once the broker confirmed it"),
        Column("signature", LargeBinary, comment="Ed25519, privileged events only"),
        Column("traceparent", Text, comment="W3C; NULL where no trace may follow"),
    )
    Index("outbox_pending", table.c.id, postgresql_where=text("payload IS NOT NULL AND NOT held"))
    Index("outbox_held", table.c.id, postgresql_where=text("held"))
    return table


class Outbox:
    """What a transaction has to tell. One per transaction."""

    def __init__(
        self,
        session: Session,
        table: Table,
        *,
        day: date,
        signer: EventSigner | None = None,
        traceparent: str | None = None,
    ) -> None:
        self._session = session
        self._table = table
        self._day = day
        self._signer = signer
        self._traceparent = traceparent

    def add(self, event: Message, *, held: bool = False, signed: bool = False) -> uuid.UUID:
        """Write one event into the transaction; answer its id. A privileged event is `signed` by the service's key.

        Raises EventTooLarge, and ValueError for a signed event in a process that has no signing key.
        """
        row = self._row(event, held, signed)
        written = insert(self._table).values(row)
        self._session.execute(written if held else select(func.pg_notify(CHANNEL, "")).add_cte(written.cte("added")))
        event_id: uuid.UUID = row["id"]
        return event_id

    def add_all(self, events: Iterable[Message], *, held: bool = False, signed: bool = False) -> None:
        """Write many events at once, for those who have many to tell. Raises as `add`, before any is written."""
        rows = [self._row(event, held, signed) for event in events]
        if not rows:
            return
        self._session.execute(insert(self._table), rows)
        if not held:
            self._session.execute(select(func.pg_notify(CHANNEL, "")))

    def _row(self, event: Message, held: bool, signed: bool) -> dict[str, Any]:
        payload = event.SerializeToString(deterministic=True)
        type_name = event.DESCRIPTOR.full_name
        if len(payload) > LARGEST_PAYLOAD:
            raise EventTooLarge(f"{type_name}: {len(payload)} bytes")
        event_id = uuid.uuid4()
        return {
            "id": event_id,
            "type": type_name,
            "day": self._day,
            "held": held,
            "payload": payload,
            "signature": self._signature(event_id, type_name, payload) if signed else None,
            "traceparent": self._traceparent,
        }

    def _signature(self, event_id: uuid.UUID, type_name: str, payload: bytes) -> bytes:
        if self._signer is None:
            raise ValueError(f"{type_name} is privileged and this process has no signing key")
        return self._signer.sign(event_id, type_name, payload)
