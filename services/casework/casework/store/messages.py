"""The dialogue with the reporter, the threads of those who joined the case, and what each side has read."""

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

    def unsent(self, case_id: uuid.UUID) -> Sequence[Row[Any]]:
        """The opener's: what the service said in a case whose reporter could not be told yet."""
        query = select(messages).where(
            messages.c.case_id == case_id, messages.c.author == "system", messages.c.voice_id.is_(None)
        )
        return self._session.execute(query).all()

    def decisions(self, voice_id: uuid.UUID) -> Sequence[Row[Any]]:
        """The opener's: everything that a voice decided, in no order."""
        query = select(messages).where(messages.c.voice_id == voice_id, messages.c.kind == "proceeding")
        return self._session.execute(query).all()

    def of_case(self, person: Staff, case_id: uuid.UUID) -> Sequence[Row[Any]]:
        """Every message of a case that the person sees, in no order: the true times stand inside."""
        query = (
            select(messages)
            .join(cases, cases.c.case_id == messages.c.case_id)
            .where(messages.c.case_id == case_id, seen_by(person, self._now, *Quality))
        )
        return self._session.execute(query).all()

    def mark_read_by_reporter(
        self, case_id: uuid.UUID, notice_ids: Sequence[bytes], voice_id: uuid.UUID | None = None
    ) -> None:
        """The reporter, or the voice, has read these notices of their own thread."""
        self._mark(
            messages.c.case_id == case_id,
            messages.c.message_id.in_(notice_ids),
            messages.c.author != "reporter",
            messages.c.voice_id == voice_id if voice_id else messages.c.voice_id.is_(None),
        )

    def mark_read_by_handlers(self, case_id: uuid.UUID) -> dict[uuid.UUID | None, list[bytes]]:
        """A handler has read the case. Answers the texts that were unread until now, by voice (None: the reporter)."""
        read: dict[uuid.UUID | None, list[bytes]] = {}
        for row in self._mark(messages.c.case_id == case_id, messages.c.author == "reporter"):
            if row.kind == "text":
                read.setdefault(row.voice_id, []).append(row.message_id)
        return read

    def _mark(self, *where: Any) -> Sequence[Row[Any]]:
        marked = update(messages).where(messages.c.read_day.is_(None), *where).values(read_day=self._today)
        return self._session.execute(
            marked.returning(messages.c.message_id, messages.c.voice_id, messages.c.kind)
        ).all()
