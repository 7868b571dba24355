"""Conventions about which somebody has something to do: each list is a query, counted, narrowed and paged by itself."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, DateTime, Row, Select, Subquery, Text, Uuid, cast, false, func, literal, null, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.domain.agenda import Sought, State
from billing.domain.convention import Market
from billing.domain.ending import Cause
from billing.domain.people import folded
from billing.domain.steps import COUNTERSIGNATURES, StepKind
from billing.store import tables as t
from billing.store.conventions import LAST_DAY
from billing.store.life_tables import convention_steps, endings, proposals, referent_confirmations

_C, _P, _M = t.conventions.c, proposals.c, t.members.c
_OPEN = _P.closed_on.is_(None) & _P.convention_id.is_(None)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list. `about`: the proposal, or else the convention; `day`: what its list goes by: sent, in effect,
    last day, asked."""

    member_id: uuid.UUID
    name: str
    about: uuid.UUID
    day: date | None
    drafted_at: datetime | None
    renewal: bool
    missing: tuple[StepKind, ...]
    cause: Cause | None
    reminded_on: date | None


@dataclass(frozen=True, slots=True)
class Of:
    """Whose lists, and on which day. `renewing`: the market whose conventions are to be renewed by now."""

    cdg_id: uuid.UUID
    today: date
    renewing: Market | None


class Agenda:
    """Reads only, one CdG at a time: as many statements for one member as for 35,000."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def counts(self, of: Of) -> dict[State, int]:
        """How long each list is."""
        each = (
            select(func.count()).select_from(_LISTS[state](of).subquery()).scalar_subquery().label(state.name)
            for state in State
        )
        row = self._session.execute(select(*each)).one()
        return {state: int(getattr(row, state.name)) for state in State}

    def count(self, of: Of, state: State, sought: Sought) -> int:
        lines = _LISTS[state](of).subquery("lines")
        query = _narrowed(select(func.count()).select_from(_named(lines)), sought)
        return int(self._session.execute(query).scalar_one())

    def page(self, of: Of, state: State, sought: Sought, *, offset: int, limit: int) -> list[Entry]:
        """The lines that are sought, by the members' names or by their day."""
        lines = _LISTS[state](of).subquery("lines")
        first = [lines.c.day.asc().nulls_first(), lines.c.drafted_at] if sought.by_day else []
        query = _narrowed(select(lines, _M.name).select_from(_named(lines)), sought)
        query = query.order_by(*first, _M.sort_key, _M.id, lines.c.day, lines.c.about)
        return [_entry(row) for row in self._session.execute(query.offset(offset).limit(limit))]


def _named(lines: Subquery) -> Any:
    return lines.join(t.members, _M.id == lines.c.member_id)


def _narrowed(query: Select[Any], sought: Sought) -> Select[Any]:
    words = folded(sought.words).split()
    if sought.words and not words:
        return query.where(false())
    for word in words:
        named = _M.sort_key.contains(word, autoescape=True)
        query = query.where(named | _M.siren.startswith(word, autoescape=True))
    return query


def _line(member_id: Any, about: Any, day: Any, **more: Any) -> Select[Any]:
    """A list's columns: all have the same."""
    blank = {
        "drafted_at": cast(null(), DateTime(timezone=True)),
        "renews": cast(null(), Uuid),
        "cdg_signed": literal(True),
        "provider_signed": literal(True),
        "cause": cast(null(), Text),
        "reminded_on": cast(null(), Date),
    }
    columns = (value.label(name) for name, value in (blank | more).items())
    return select(member_id.label("member_id"), about.label("about"), day.label("day"), *columns)


def _proposed(of: Of) -> Select[Any]:
    return _line(_P.member_id, _P.id, _P.sent_on, drafted_at=_P.drafted_at, renews=_P.renews).where(
        _P.cdg_id == of.cdg_id, _OPEN
    )


def _drafts(of: Of) -> Select[Any]:
    return _proposed(of).where(_P.sent_on.is_(None))


def _sent(of: Of) -> Select[Any]:
    return _proposed(of).where(_P.sent_on.is_not(None))


def _running(of: Of, query: Select[Any]) -> Select[Any]:
    """Conventions of a CdG that are in force or to come."""
    return (
        query.select_from(t.conventions)
        .join(t.members, _M.id == _C.member_id)
        .outerjoin(endings, endings.c.convention_id == _C.id)
        .where(_M.cdg_id == of.cdg_id, of.today <= LAST_DAY)
    )


def _signed(kind: StepKind) -> Any:
    s = convention_steps.c
    return select(s.id).where(s.convention_id == _C.id, s.kind == kind).correlate(t.conventions).exists()


def _unsigned(of: Of) -> Select[Any]:
    by = {str(kind): _signed(kind) for kind in COUNTERSIGNATURES}
    cdg, provider = by.values()
    return _running(of, _line(_C.member_id, _C.id, _C.effect_on, **by)).where(~(cdg & provider))


def _ending(of: Of) -> Select[Any]:
    query = _line(_C.member_id, _C.id, endings.c.last_day, cause=endings.c.cause)
    return _running(of, query).where(endings.c.convention_id.is_not(None))


def _unrenewed(of: Of) -> Select[Any]:
    """Those that run to the market's end, that nothing follows, of members without an open proposal."""
    query = _running(of, _line(_C.member_id, _C.id, LAST_DAY))
    if of.renewing is None:
        return query.where(false())
    later = t.conventions.alias("later").c
    followed = select(later.id).where(later.follows == _C.id).correlate(t.conventions).exists()
    proposed = select(_P.id).where(_P.member_id == _C.member_id, _OPEN).correlate(t.conventions).exists()
    return query.where(
        _C.market_id == of.renewing.id,
        _C.until_on == of.renewing.ends_on,
        endings.c.convention_id.is_(None),
        ~followed,
        ~proposed,
    )


def _unconfirmed(of: Of) -> Select[Any]:
    """The last question to each member with a convention, where nobody answered it."""
    r = referent_confirmations.c
    last = (
        select(r.member_id, r.asked_on, r.reminded_on, r.confirmed_on)
        .ext(postgresql.distinct_on(r.member_id))
        .order_by(r.member_id, r.due_on.desc())
        .subquery("last_asked")
    )
    running = _running(of, select(_C.member_id, func.min(_C.effect_on)).group_by(_C.member_id)).subquery("running")
    query = _line(last.c.member_id, last.c.member_id, last.c.asked_on, reminded_on=last.c.reminded_on)
    joined = last.join(running, running.c.member_id == last.c.member_id)
    return query.select_from(joined).where(last.c.confirmed_on.is_(None))


_LISTS: dict[State, Callable[[Of], Select[Any]]] = {
    State.DRAFTS: _drafts,
    State.SENT: _sent,
    State.TO_SIGN: _unsigned,
    State.NOTICES: _ending,
    State.TO_RENEW: _unrenewed,
    State.REFERENTS: _unconfirmed,
}


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        row.member_id,
        row.name,
        row.about,
        row.day,
        row.drafted_at,
        row.renews is not None,
        tuple(kind for kind in COUNTERSIGNATURES if not getattr(row, kind)),
        Cause(row.cause) if row.cause else None,
        row.reminded_on,
    )
