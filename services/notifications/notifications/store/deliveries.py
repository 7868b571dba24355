"""The queue of mails."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, insert, select, update
from sqlalchemy.orm import Session

from chassis.queues import claim, notify
from notifications.domain.delivery import Delivery, Kind, Status
from notifications.store.tables import contacts, deliveries

CHANNEL = "deliveries"
# Mails for one person that are folded into one, at most.
_FOLDED = 500


class Deliveries:
    """What waits, and what became of it."""

    def __init__(self, session: Session, now: datetime, today: date) -> None:
        self._session = session
        self._now = now
        self._today = today

    def add(self, delivery: Delivery) -> None:
        """Queue one mail, due at once, and wake the sender."""
        row = insert(deliveries).values(
            id=delivery.id,
            kind=delivery.kind,
            person_id=delivery.person_id,
            token=delivery.token,
            status=Status.WAITING,
            attempts=0,
            due_at=self._now,
            day=self._today,
        )
        self._session.execute(row)
        self.wake()

    def wake(self) -> None:
        """Wake the sender when the transaction commits."""
        notify(self._session, CHANNEL)

    def claim_next(self) -> list[Delivery]:
        """The next mail that is due and can be addressed, locked: one with a link of its own, or everything of its kind
        without one that waits for that person. Empty when there is none."""
        due = claim(
            self._session, deliveries, 1, where=and_(self._is_due(), _has_address()), order_by=[deliveries.c.due_at]
        )
        if not due or due[0].token is not None:
            return [_delivery(row) for row in due]
        c, first = deliveries.c, due[0]
        waiting = and_(_is_waiting(), c.person_id == first.person_id, c.kind == first.kind, c.token.is_(None))
        return [_delivery(row) for row in claim(self._session, deliveries, _FOLDED, where=waiting)]

    def settle(self, folded: Sequence[Delivery], status: Status, code: str | None = None) -> None:
        """The server has answered for good; a link's secret is forgotten."""
        self._change(folded, status=status, code=code, due_at=None, token=None, attempts=deliveries.c.attempts + 1)

    def postpone(self, folded: Sequence[Delivery], delay: timedelta, code: str) -> None:
        self._change(folded, code=code, due_at=self._now + delay, attempts=deliveries.c.attempts + 1)

    def waiting(self) -> int:
        """How many wait."""
        return self._session.execute(select(func.count()).where(_is_waiting())).scalar_one()

    def _is_due(self) -> ColumnElement[bool]:
        return and_(_is_waiting(), deliveries.c.due_at <= self._now)

    def _change(self, folded: Sequence[Delivery], **values: Any) -> None:
        ids = [delivery.id for delivery in folded]
        self._session.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(day=self._today, **values))


def _is_waiting() -> ColumnElement[bool]:
    return deliveries.c.status == Status.WAITING


def _has_address() -> ColumnElement[bool]:
    return exists().where(contacts.c.person_id == deliveries.c.person_id, contacts.c.email.is_not(None))


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(row.id, Kind(row.kind), row.person_id, row.attempts, row.token)
