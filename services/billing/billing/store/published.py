"""What other public systems may read of a CdG: bodies, conventions, calls, invoices. No person, no order, no report.

Rows are cut by a cursor (the id of the last row read), so that a list that grows meanwhile loses and repeats nothing.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, literal, select, tuple_
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.store import tables as t
from billing.store.call_tables import call_runs, calls
from billing.store.conventions import LAST_DAY
from billing.store.life_tables import endings

_M = t.members.c
_C = t.conventions.c
_I = t.invoices.c

Rows = Sequence[Row[Any]]


@dataclass(frozen=True, slots=True)
class Part:
    """Where to go on (the id of the last row read) and how many rows."""

    cursor: uuid.UUID | None
    limit: int


class UnknownCursor(Exception):
    """No such row was ever read."""


class Published:
    """Read only, of one CdG at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def members(self, cdg_id: uuid.UUID, part: Part) -> Rows:
        return self._part(_members(cdg_id), _M.id, part)

    def member(self, cdg_id: uuid.UUID, siren: str) -> Row[Any] | None:
        return self._session.execute(_members(cdg_id).where(_M.siren == siren)).one_or_none()

    def conventions(self, cdg_id: uuid.UUID, part: Part, *, siren: str | None, in_force_on: date | None) -> Rows:
        query = _conventions(cdg_id).where(*_of(siren))
        if in_force_on is not None:
            query = query.where(_C.effect_on <= in_force_on, in_force_on <= LAST_DAY)
        return self._part(query, _C.id, part)

    def calls(self, cdg_id: uuid.UUID, part: Part, *, siren: str | None, year: int | None) -> Rows:
        query = _calls(cdg_id).where(*_of(siren))
        if year is not None:
            query = query.where(call_runs.c.year == year)
        return self._part(query, calls.c.id, part)

    def invoices(
        self, cdg_id: uuid.UUID, part: Part, *, siren: str | None, first: date | None, last: date | None
    ) -> Rows:
        """In the order of their numbers. Raises UnknownCursor."""
        query = _invoices(cdg_id).where(*_of(siren))
        query = query.where(*([_I.issued_on >= first] if first else []), *([_I.issued_on <= last] if last else []))
        if part.cursor is not None:
            read = select(_I.year, _I.rank).where(_I.id == part.cursor, _I.cdg_id == cdg_id)
            last_read = self._session.execute(read).one_or_none()
            if last_read is None:
                raise UnknownCursor
            query = query.where(tuple_(_I.year, _I.rank) > tuple_(literal(last_read.year), literal(last_read.rank)))
        return self._session.execute(query.order_by(_I.year, _I.rank).limit(part.limit + 1)).all()

    def invoice(self, cdg_id: uuid.UUID, number: str) -> Row[Any] | None:
        return self._session.execute(_invoices(cdg_id).where(_I.number == number)).one_or_none()

    def _part(self, query: Select[Any], key: ColumnElement[uuid.UUID], part: Part) -> Rows:
        """One row more than asked for, to know whether others follow."""
        if part.cursor is not None:
            query = query.where(key > part.cursor)
        return self._session.execute(query.order_by(key).limit(part.limit + 1)).all()


def _members(cdg_id: uuid.UUID) -> Select[Any]:
    declared = (
        select(t.headcounts.c.member_id, t.headcounts.c.at_day, t.headcounts.c.agents)
        .ext(postgresql.distinct_on(t.headcounts.c.member_id))
        .order_by(t.headcounts.c.member_id, t.headcounts.c.at_day.desc())
        .subquery()
    )
    return (
        select(t.members, declared.c.at_day, declared.c.agents)
        .outerjoin(declared, declared.c.member_id == _M.id)
        .where(_M.cdg_id == cdg_id)
    )


def _conventions(cdg_id: uuid.UUID) -> Select[Any]:
    last = (LAST_DAY.label("last_day"), endings.c.cause)
    query = select(t.conventions, *last, _M.siren, _M.name).join(t.members, _M.id == _C.member_id)
    return query.outerjoin(endings, endings.c.convention_id == _C.id).where(_M.cdg_id == cdg_id)


def _calls(cdg_id: uuid.UUID) -> Select[Any]:
    """Calls that have left: one that is only prepared is nobody's business yet."""
    sent = func.coalesce(calls.c.sent_at, calls.c.declared_at)
    return (
        select(calls, call_runs.c.year, sent.label("told_at"), _I.number.label("invoice_number"), _M.siren, _M.name)
        .join(call_runs, call_runs.c.id == calls.c.run_id)
        .join(t.members, _M.id == calls.c.member_id)
        .outerjoin(t.invoices, _I.id == calls.c.invoice_id)
        .where(call_runs.c.cdg_id == cdg_id, calls.c.state != "prepared")
    )


def _invoices(cdg_id: uuid.UUID) -> Select[Any]:
    other = t.invoices.alias("other")
    columns = [column for column in t.invoices.c if column.name != "content"]
    return (
        select(*columns, _M.siren, _M.name, other.c.number.label("corrected_number"))
        .join(t.members, _M.id == _I.member_id)
        .outerjoin(other, other.c.id == _I.corrects)
        .where(_I.cdg_id == cdg_id)
    )


def _of(siren: str | None) -> list[ColumnElement[bool]]:
    return [] if siren is None else [_M.siren == siren]
