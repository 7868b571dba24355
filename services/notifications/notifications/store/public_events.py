"""The feed of each CdG: events in the order in which they were committed, without a hole."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from notifications.domain.public_events import PublicEvent, cloud_event
from notifications.store.public_tables import feeds, public_events


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a feed: CloudEvents as JSON texts. `next`: the cursor to go on from; `more`: there are further ones."""

    bodies: list[str]
    next: int
    more: bool


class NoSuchCursor(Exception):
    """The cursor was never given. `gone`: it was, but what follows it is no longer kept."""

    def __init__(self, *, gone: bool) -> None:
        super().__init__()
        self.gone = gone


class PublicEvents:
    """Appended, read, and forgotten after 13 months."""

    def __init__(self, session: Session, today: date) -> None:
        self._session = session
        self._today = today

    def append(self, event: PublicEvent, event_id: uuid.UUID) -> int:
        """Give the event the next position of its CdG's feed.

        The feed's row is held until the transaction ends: whoever reads a position can read all before it, since they
        were committed before, and a transaction that fails gives its position back.
        """
        position = self._next_position(event.cdg_id)
        body = json.dumps(cloud_event(event, event_id, position, self._today), ensure_ascii=False)
        self._session.execute(
            insert(public_events).values(
                cdg_id=event.cdg_id, position=position, id=event_id, type=event.type, day=self._today, body=body
            )
        )
        return position

    def after(self, cdg_id: str, cursor: int, types: Sequence[str], limit: int) -> Slice:
        """At most `limit` events that follow the cursor (0: from the oldest kept). Raises NoSuchCursor."""
        head = self._head(cdg_id)
        self._check(cdg_id, cursor, head)
        c = public_events.c
        query = select(c.position, c.body).where(c.cdg_id == cdg_id, c.position > cursor, c.position <= head)
        if types:
            query = query.where(c.type.in_(types))
        rows = self._session.execute(query.order_by(c.position).limit(limit + 1)).all()
        more, rows = len(rows) > limit, rows[:limit]
        return Slice([row.body for row in rows], rows[-1].position if more else head, more)

    def forget(self, before: date) -> int:
        """Delete what is older, with its place in the queues of webhooks; answer how many."""
        gone = delete(public_events).where(public_events.c.day < before)
        return len(self._session.execute(gone.returning(public_events.c.id)).all())

    def _next_position(self, cdg_id: str) -> int:
        first = postgresql.insert(feeds).values(cdg_id=cdg_id, position=1)
        next_one = {"position": feeds.c.position + 1}
        given = first.on_conflict_do_update(index_elements=["cdg_id"], set_=next_one).returning(feeds.c.position)
        return int(self._session.execute(given).scalar_one())

    def _head(self, cdg_id: str) -> int:
        return self._session.scalar(select(feeds.c.position).where(feeds.c.cdg_id == cdg_id)) or 0

    def _check(self, cdg_id: str, cursor: int, head: int) -> None:
        if not 0 <= cursor <= head:
            raise NoSuchCursor(gone=False)
        oldest = self._session.scalar(
            select(func.min(public_events.c.position)).where(public_events.c.cdg_id == cdg_id)
        )
        if 0 < cursor < (oldest or head + 1) - 1:
            raise NoSuchCursor(gone=True)
