"""Cases: ids, statuses, codes and days. What a person's request asks for is limited to what the person sees."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.orm import Session

from casework.domain.people import Quality, Staff
from casework.domain.proceeding import Proceeding
from casework.domain.statuses import Status
from casework.store.access import seen_by
from casework.store.tables import case_texts, cases, deadlines, identity_requests, inbound, memberships, messages
from casework.store.texts import ORIGINAL


class Cases:
    """The cases of every CdG."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        self._session.execute(insert(cases), rows)

    def of_reports(self, report_ids: Sequence[bytes]) -> dict[bytes, Row[Any]]:
        """The opener's: the cases made of these reports, held until the transaction ends."""
        query = select(cases).where(cases.c.report_id.in_(report_ids)).with_for_update()
        return {row.report_id: row for row in self._session.execute(query)}

    def held(self, case_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Row[Any]]:
        """The opener's: these cases, held until the transaction ends."""
        query = select(cases).where(cases.c.case_id.in_(case_ids)).with_for_update()
        return {row.case_id: row for row in self._session.execute(query)}

    def to_join(self, report_id: bytes) -> Row[Any] | None:
        """The opener's: the case of a report, held, also under the id that an oral one had before it was claimed."""
        oral = select(inbound.c.case_id).where(inbound.c.kind == "report", inbound.c.report_id == report_id)
        query = select(cases).where((cases.c.report_id == report_id) | cases.c.case_id.in_(oral)).with_for_update()
        return self._session.execute(query).first()

    def unsettled(self, limit: int) -> Sequence[Any]:
        """The opener's: cases opened before it was written down how far they may go, with their original texts."""
        query = (
            select(cases.c.case_id, cases.c.wrapped_key, cases.c.regime, case_texts.c.sealed)
            .join(case_texts, (case_texts.c.case_id == cases.c.case_id) & (case_texts.c.version == ORIGINAL))
            .where(cases.c.proceeding.is_(None))
            .limit(limit)
            .with_for_update(of=cases, skip_locked=True)
        )
        return self._session.execute(query).all()

    def count(self, person: Staff, quality: Quality, statuses: Sequence[Status]) -> int:
        """How many cases the person sees in this quality and one of these statuses."""
        mine = self._mine(select(func.count()).select_from(cases), person, quality, statuses)
        return self._session.scalar(mine) or 0

    def page(
        self, person: Staff, quality: Quality, statuses: Sequence[Status], *, limit: int, skip: int
    ) -> Sequence[Row[Any]]:
        """What the person has not read first, then the newest filed.

        With the member's name, the next deadline, the number of unread messages (`unread`), and of unread answers to
        the person's own requests for an identity (`answers`).
        """
        unread, answers = _unread(), _answers(person)
        columns = select(
            cases.c.case_id,
            cases.c.status,
            cases.c.main_act,
            cases.c.regime,
            cases.c.filed_day,
            cases.c.pool,
            cases.c.flagged,
            memberships.c.name.label("member"),
            _next_due().label("due_day"),
            unread.label("unread"),
            answers.label("answers"),
        ).outerjoin_from(cases, memberships, memberships.c.member_id == cases.c.member_id)
        mine = self._mine(columns, person, quality, statuses)
        return self._session.execute(
            mine.order_by((unread + answers > 0).desc(), cases.c.filed_day.desc(), cases.c.case_id)
            .limit(limit)
            .offset(skip)
        ).all()

    def seen(self, person: Staff, case_id: uuid.UUID, *qualities: Quality, for_update: bool = False) -> Row[Any] | None:
        """The case, if the person sees it in one of these qualities; None else, as for a case that does not exist."""
        query = (
            select(cases, memberships.c.name.label("member"), memberships.c.cdg_name)
            .outerjoin_from(cases, memberships, memberships.c.member_id == cases.c.member_id)
            .where(cases.c.case_id == case_id, seen_by(person, self._now, *qualities))
        )
        if for_update:
            query = query.with_for_update(of=cases)
        return self._session.execute(query).first()

    def find(self, case_id: uuid.UUID) -> Row[Any] | None:
        """The operator's: a case, whoever sees it, held until the transaction ends."""
        return self._session.execute(select(cases).where(cases.c.case_id == case_id).with_for_update()).first()

    def set_label(self, case_id: uuid.UUID, sealed_label: bytes) -> None:
        self._session.execute(update(cases).where(cases.c.case_id == case_id).values(sealed_label=sealed_label))

    def set_origin(self, case_id: uuid.UUID, sealed_origin: bytes) -> None:
        self._session.execute(update(cases).where(cases.c.case_id == case_id).values(sealed_origin=sealed_origin))

    def set_status(self, case_id: uuid.UUID, status: Status, **days: date) -> None:
        self._session.execute(update(cases).where(cases.c.case_id == case_id).values(status=str(status), **days))

    def set_proceeding(self, case_id: uuid.UUID, proceeding: Proceeding) -> None:
        self._session.execute(update(cases).where(cases.c.case_id == case_id).values(proceeding=str(proceeding)))

    def claim(self, case_id: uuid.UUID, report_id: bytes, sealed_origin: bytes) -> None:
        """An oral report has its reporter: what they say and are told goes by this id from now on."""
        claimed = update(cases).where(cases.c.case_id == case_id)
        self._session.execute(claimed.values(report_id=report_id, sealed_origin=sealed_origin))

    def set_route(self, case_id: uuid.UUID, pool: str, flagged: bool) -> None:
        self._session.execute(update(cases).where(cases.c.case_id == case_id).values(pool=pool, flagged=flagged))

    def _mine(self, query: Select[Any], person: Staff, quality: Quality, statuses: Sequence[Status]) -> Select[Any]:
        return query.where(
            seen_by(person, self._now, quality), cases.c.status.in_([str(status) for status in statuses])
        )


def _next_due() -> Any:
    return (
        select(func.min(deadlines.c.due_day))
        .where(deadlines.c.case_id == cases.c.case_id, deadlines.c.met_day.is_(None))
        .scalar_subquery()
    )


def _unread() -> Any:
    return (
        select(func.count())
        .where(messages.c.case_id == cases.c.case_id, messages.c.author == "reporter", messages.c.read_day.is_(None))
        .scalar_subquery()
    )


def _answers(person: Staff) -> Any:
    return (
        select(func.count())
        .where(
            identity_requests.c.case_id == cases.c.case_id,
            identity_requests.c.person_id == person.person_id,
            identity_requests.c.unread,
        )
        .scalar_subquery()
    )
