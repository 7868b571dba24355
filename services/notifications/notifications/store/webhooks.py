"""Endpoints of other public systems, and the queue of what is to be sent to them."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, any_, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from chassis.queues import notify
from notifications.domain.webhooks import Endpoint, Push, Status
from notifications.store.public_tables import public_events, webhook_deliveries, webhook_endpoints

CHANNEL = "webhooks"
_D = webhook_deliveries.c
_E = webhook_endpoints.c


class Webhooks:
    """Endpoints are added and stopped; messages are queued with the event, then sent or parked."""

    def __init__(self, session: Session, now: datetime, today: date) -> None:
        self._session = session
        self._now = now
        self._today = today

    def add(self, endpoint: Endpoint, sealed_secret: bytes) -> None:
        row = {"id": endpoint.id, "cdg_id": endpoint.cdg_id, "url": endpoint.url, "types": list(endpoint.types)}
        self._session.execute(
            insert(webhook_endpoints).values(row | {"secret": sealed_secret, "created_on": self._today})
        )

    def list(self) -> list[Endpoint]:
        rows = self._session.execute(select(webhook_endpoints).order_by(_E.cdg_id, _E.created_on, _E.id))
        return [Endpoint(row.id, row.cdg_id, row.url, tuple(row.types), row.stopped_on is not None) for row in rows]

    def stop(self, endpoint_id: uuid.UUID) -> bool:
        """Nothing more is sent there; what waits is parked, but for what is being sent. False when there is none."""
        stopped = update(webhook_endpoints).where(_E.id == endpoint_id, _E.stopped_on.is_(None))
        if self._session.execute(stopped.values(stopped_on=self._today).returning(_E.id)).first() is None:
            return False
        self._change(self._waiting(endpoint_id), status=Status.PARKED, due_at=None, code="stopped")
        return True

    def queue(self, cdg_id: str, event_type: str, event_id: uuid.UUID) -> None:
        """Have an event sent to every endpoint of its CdG that asked for its type."""
        asked = or_(func.cardinality(_E.types) == 0, literal(event_type) == any_(_E.types))
        found = self._session.scalars(select(_E.id).where(_E.cdg_id == cdg_id, _E.stopped_on.is_(None), asked))
        rows = [{"endpoint_id": endpoint_id, "event_id": event_id, "attempts": 0} for endpoint_id in found]
        if rows:
            values = {"status": Status.WAITING, "due_at": self._now, "day": self._today}
            self._session.execute(insert(webhook_deliveries), [row | values for row in rows])
            notify(self._session, CHANNEL)

    def claim(self) -> Push | None:
        """The next message that is due, locked; None when there is none."""
        columns = (_D.endpoint_id, _D.event_id, _D.attempts, _E.url, _E.secret, public_events.c.body)
        query = (
            select(*columns)
            .select_from(webhook_deliveries.join(webhook_endpoints).join(public_events))
            .where(_D.status == Status.WAITING, _D.due_at <= self._now, _E.stopped_on.is_(None))
            .order_by(_D.due_at, public_events.c.position)
            .limit(1)
            .with_for_update(of=webhook_deliveries, skip_locked=True)
        )
        row = self._session.execute(query).one_or_none()
        return None if row is None else Push(*row)

    def delivered(self, push: Push) -> None:
        self._change(_is(push), status=Status.DELIVERED, due_at=None, attempts=_D.attempts + 1)

    def postpone(self, push: Push, delay: timedelta, rest: timedelta, code: str) -> None:
        """Try again after `delay`; what else waits for this endpoint rests a while too."""
        self._change(_is(push), due_at=self._now + delay, attempts=_D.attempts + 1, code=code)
        self.rest(push, rest)

    def rest(self, push: Push, rest: timedelta) -> None:
        """Let what else waits for this endpoint wait so long at least: meanwhile others have their turn."""
        until = self._now + rest
        others = and_(self._waiting(push.endpoint_id), _D.event_id != push.event_id, _D.due_at < until)
        self._change(others, due_at=until)

    def park(self, push: Push, code: str) -> None:
        self._change(_is(push), status=Status.PARKED, due_at=None, attempts=_D.attempts + 1, code=code)

    def parked(self) -> Sequence[Any]:
        """Rows (endpoint_id, url, event_id, type, attempts, code, day) of what was given up."""
        columns = (_D.endpoint_id, _E.url, _D.event_id, public_events.c.type, _D.attempts, _D.code, _D.day)
        query = select(*columns).select_from(webhook_deliveries.join(webhook_endpoints).join(public_events))
        return self._session.execute(query.where(_D.status == Status.PARKED).order_by(_D.day, _D.event_id)).all()

    def retry(self, endpoint_id: uuid.UUID) -> int:
        """Send what is parked for a running endpoint again; answer how many."""
        running = select(_E.id).where(_E.id == endpoint_id, _E.stopped_on.is_(None)).scalar_subquery()
        parked = and_(_D.endpoint_id.in_(running), _D.status == Status.PARKED)
        notify(self._session, CHANNEL)
        return self._change(parked, status=Status.WAITING, due_at=self._now, attempts=0)

    def _waiting(self, endpoint_id: uuid.UUID) -> Any:
        """What waits for an endpoint, but for what another pusher is sending: to wait for that would be to lock each
        other out."""
        waiting = select(_D.event_id).where(_D.endpoint_id == endpoint_id, _D.status == Status.WAITING)
        free = waiting.with_for_update(skip_locked=True).scalar_subquery()
        return and_(_D.endpoint_id == endpoint_id, _D.event_id.in_(free))

    def _change(self, which: Any, **values: Any) -> int:
        changed = update(webhook_deliveries).where(which).values(day=self._today, **values)
        return len(self._session.execute(changed.returning(_D.event_id)).all())


def _is(push: Push) -> Any:
    return and_(_D.endpoint_id == push.endpoint_id, _D.event_id == push.event_id)
