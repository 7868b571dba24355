"""Requests for an identity: who asked, how far it came. What was asked and answered is sealed."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from casework.domain.identity import Answer
from casework.domain.people import Quality, Staff
from casework.store.access import seen_by
from casework.store.tables import cases, identity_requests


class IdentityRequests:
    def __init__(self, session: Session, now: datetime, today: date) -> None:
        self._session = session
        self._now = now
        self._today = today

    def add(self, request_id: bytes, case_id: uuid.UUID, person: Staff, sealed: bytes) -> None:
        """Write a request that waits for its answer."""
        self._session.execute(
            insert(identity_requests).values(
                request_id=request_id,
                case_id=case_id,
                person_id=person.person_id,
                state=str(Answer.ASKED),
                day=self._today,
                unread=False,
                sealed=sealed,
            )
        )

    def add_given(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write agreements that nobody asked for."""
        if rows:
            self._session.execute(insert(identity_requests), [{**row, "unread": False} for row in rows])

    def of_case(self, person: Staff, case_id: uuid.UUID) -> Sequence[Row[Any]]:
        """Every request of a case that the person handles, the newest first."""
        query = (
            select(identity_requests)
            .join(cases, cases.c.case_id == identity_requests.c.case_id)
            .where(identity_requests.c.case_id == case_id, seen_by(person, self._now, Quality.HANDLER))
            .order_by(identity_requests.c.day.desc(), identity_requests.c.request_id)
        )
        return self._session.execute(query).all()

    def find(self, case_id: uuid.UUID, request_id: bytes) -> Row[Any] | None:
        """The opener's: a request of this very case."""
        query = select(identity_requests).where(
            identity_requests.c.case_id == case_id, identity_requests.c.request_id == request_id
        )
        return self._session.execute(query).first()

    def answered(self, request_id: bytes, answer: Answer, sealed_answer: bytes) -> None:
        self._set(
            identity_requests.c.request_id == request_id, state=str(answer), sealed_answer=sealed_answer, unread=True
        )

    def mark_read(self, person: Staff, case_id: uuid.UUID) -> None:
        """Who asked has seen how their requests of this case stand."""
        mine = (identity_requests.c.case_id == case_id) & (identity_requests.c.person_id == person.person_id)
        self._set(mine & identity_requests.c.unread, unread=False)

    def _set(self, where: Any, **values: Any) -> None:
        self._session.execute(update(identity_requests).where(where).values(**values))
