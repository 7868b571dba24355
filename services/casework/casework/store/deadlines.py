"""The clocks that run, as days."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from casework.domain.deadlines import Deadline
from casework.domain.people import Quality, Staff
from casework.store.access import seen_by
from casework.store.tables import cases, deadlines


class Deadlines:
    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    def add(self, started: Sequence[tuple[uuid.UUID, Deadline]]) -> None:
        rows = [
            {
                "case_id": case_id,
                "rule": deadline.rule.code,
                "start_day": deadline.start,
                "due_day": deadline.due,
                "met_day": deadline.met,
            }
            for case_id, deadline in started
        ]
        self._session.execute(insert(deadlines), rows)

    def of_case(self, person: Staff, case_id: uuid.UUID) -> Sequence[Row[Any]]:
        """The clocks of a case that the person sees, the next one first."""
        query = (
            select(deadlines)
            .join(cases, cases.c.case_id == deadlines.c.case_id)
            .where(deadlines.c.case_id == case_id, seen_by(person, self._now, *Quality))
            .order_by(deadlines.c.due_day)
        )
        return self._session.execute(query).all()

    def meet(self, case_id: uuid.UUID, rules: Sequence[str], day: date) -> None:
        """Stop these clocks."""
        self._set(case_id, deadlines.c.rule.in_(rules) & deadlines.c.met_day.is_(None), met_day=day)

    def restart(self, case_id: uuid.UUID, deadline: Deadline) -> None:
        """A clock that ran on a supposed start gets its true one."""
        self._set(case_id, deadlines.c.rule == deadline.rule.code, start_day=deadline.start, due_day=deadline.due)

    def _set(self, case_id: uuid.UUID, where: Any, **values: Any) -> None:
        self._session.execute(update(deadlines).where(deadlines.c.case_id == case_id, where).values(**values))
