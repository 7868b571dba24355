"""The dialogue with the reporter, and what each side has read."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework.domain.people import Quality, Staff
from casework.store.access import seen_by
from casework.store.tables import cases, messages


class Messages:
    def __init__(self, session: Session, now: datetime, today: date) -> None:
        self._session = session
        self._now = now
        self._today = today

    def add(self, row: dict[str, Any]) -> bool:
        """Write a message once. Answers whether it is new."""
        statement = insert(messages).values({"day": self._today, **row}).on_conflict_do_nothing()
        return self._session.execute(statement.returning(messages.c.message_id)).first() is not None

    def add_all(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write messages that are new."""
        self._session.execute(insert(messages), [{"person_id": None, "day": self._today, **row} for row in rows])

    def of_case(self, person: Staff, case_id: uuid.UUID) -> Sequence[Row[Any]]:
        """Every message of a case that the person sees, in no order: the true times stand inside."""
        query = (
            select(messages)
            .join(cases, cases.c.case_id == messages.c.case_id)
            .where(messages.c.case_id == case_id, seen_by(person, self._now, *Quality))
        )
        return self._session.execute(query).all()

    def mark_read_by_reporter(self, case_id: uuid.UUID, notice_ids: Sequence[bytes]) -> None:
        """The reporter has read these notices of this case."""
        self._mark(
            messages.c.case_id == case_id, messages.c.message_id.in_(notice_ids), messages.c.author != "reporter"
        )

    def mark_read_by_handlers(self, case_id: uuid.UUID) -> list[bytes]:
        """A handler has read the case. Answers the reporter's messages that were unread until now."""
        return self._mark(messages.c.case_id == case_id, messages.c.author == "reporter")

    def _mark(self, *where: Any) -> list[bytes]:
        marked = update(messages).where(messages.c.read_day.is_(None), *where).values(read_day=self._today)
        return list(self._session.scalars(marked.returning(messages.c.message_id)))
