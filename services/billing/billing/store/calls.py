"""Yearly calls: runs, one call for each member of a run, and the reminders."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, exists, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.domain.calls import BETWEEN_REMINDERS, REMINDERS, CallState, next_reminder
from billing.domain.people import folded
from billing.domain.tariffs import Share
from billing.store import tables as t
from billing.store.call_tables import call_reminders, call_runs, calls
from billing.store.conventions import LAST_DAY
from billing.store.document_tables import documents
from billing.store.life_tables import endings
from billing.store.party_tables import correspondents


@dataclass(frozen=True, slots=True)
class Run:
    """The call of a CdG for a year. `finished_at`: None while members are to be called."""

    id: uuid.UUID
    cdg_id: uuid.UUID
    year: int
    due_on: date
    all_agents: int
    started_by: uuid.UUID
    started_at: datetime
    finished_at: datetime | None
    called_before: int
    expected: int


@dataclass(frozen=True, slots=True)
class Call:
    """What one member is asked, and where that stands."""

    id: uuid.UUID
    run_id: uuid.UUID
    cdg_id: uuid.UUID
    year: int
    all_agents: int
    member_id: uuid.UUID
    convention_id: uuid.UUID
    first_on: date
    last_on: date
    due_on: date
    tariff_version: int
    part: int
    whole: int
    affiliated: bool
    known_agents: int | None
    state: CallState
    agents: int | None
    net_cents: int | None
    tax_cents: int | None
    declared_by: str
    declared_function: str
    typed_by: uuid.UUID | None
    person_id: uuid.UUID | None
    motive: str
    hindrance: str
    sent_at: datetime | None
    declared_at: datetime | None
    checked_at: datetime | None
    issue_asked_at: datetime | None
    invoice_id: uuid.UUID | None

    @property
    def share(self) -> Share:
        return Share(self.part, self.whole)


@dataclass(frozen=True, slots=True)
class Listed:
    """A call in a list, with its member's name and SIREN, and the days on which it was reminded."""

    call: Call
    name: str
    siren: str
    reminders: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """Calls of a run in one state: how many, their agents and cents as declared, how many have nothing to pay."""

    calls: int = 0
    agents: int = 0
    net_cents: int = 0
    gross_cents: int = 0
    free: int = 0
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Agreed:
    """A convention as a call reads it: its first and its real last day, both included."""

    id: uuid.UUID
    effect_on: date
    until_on: date
    signed_on: date


@dataclass(frozen=True, slots=True)
class Which:
    """Calls in some states whose members' names or SIREN match; `to_phone`: those to be phoned on this day only."""

    states: Sequence[CallState]
    words: str = ""
    to_phone: date | None = None


# How often, and when last, a call was reminded.
_times = select(func.count()).where(call_reminders.c.call_id == calls.c.id).correlate(calls).scalar_subquery()
_lately = (
    select(func.max(call_reminders.c.sent_on)).where(call_reminders.c.call_id == calls.c.id).correlate(calls)
).scalar_subquery()


class Calls:
    """A member is called once in a run; `cdg_id` narrows to who may see it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def start(self, run: Run) -> bool:
        """A new run; False when this CdG's year has one."""
        row = {field.name: getattr(run, field.name) for field in fields(Run)}
        new = postgresql.insert(call_runs).values(row).on_conflict_do_nothing(index_elements=["cdg_id", "year"])
        return self._session.execute(new.returning(call_runs.c.id)).one_or_none() is not None

    def change_run(self, run_id: uuid.UUID, **values: object) -> None:
        self._session.execute(update(call_runs).where(call_runs.c.id == run_id).values(values))

    def run(self, run_id: uuid.UUID, cdg_id: uuid.UUID, *, lock: bool = False) -> Run | None:
        query = select(call_runs).where(call_runs.c.id == run_id, call_runs.c.cdg_id == cdg_id)
        row = self._session.execute(query.with_for_update() if lock else query).one_or_none()
        return None if row is None else _run(row)

    def runs(self, cdg_id: uuid.UUID) -> list[Run]:
        """The last year first."""
        query = select(call_runs).where(call_runs.c.cdg_id == cdg_id).order_by(call_runs.c.year.desc())
        return [_run(row) for row in self._session.execute(query)]

    def in_hand(self) -> list[Run]:
        """Runs, of whichever CdG, with members to be called."""
        query = select(call_runs).where(call_runs.c.finished_at.is_(None)).order_by(call_runs.c.started_at)
        return [_run(row) for row in self._session.execute(query)]

    def to_call(
        self,
        cdg_id: uuid.UUID,
        year: int,
        run_id: uuid.UUID | None,
        *,
        after: uuid.UUID | None = None,
        limit: int | None = None,
    ) -> list[uuid.UUID]:
        """Members with a convention in force in the year and no call of this run, in a fixed order."""
        c = t.conventions.c
        theirs = (
            exists()
            .select_from(t.conventions.outerjoin(endings, endings.c.convention_id == c.id))
            .where(c.member_id == t.members.c.id, c.effect_on <= date(year, 12, 31), date(year, 1, 1) <= LAST_DAY)
            .correlate(t.members)
        )
        query = select(t.members.c.id).where(t.members.c.cdg_id == cdg_id, theirs)
        if run_id is not None:
            called = exists().where(calls.c.run_id == run_id, calls.c.member_id == t.members.c.id)
            query = query.where(~called.correlate(t.members))
        if after is not None:
            query = query.where(t.members.c.id > after)
        return list(self._session.scalars(query.order_by(t.members.c.id).limit(limit)))

    def agreed(self, member_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Agreed]]:
        """The conventions of these members, the first one first."""
        c = t.conventions.c
        query = (
            select(c.member_id, c.id, c.effect_on, LAST_DAY.label("last_day"), c.signed_on)
            .select_from(t.conventions.outerjoin(endings, endings.c.convention_id == c.id))
            .where(c.member_id.in_(member_ids))
            .order_by(c.member_id, c.effect_on)
        )
        found: dict[uuid.UUID, list[Agreed]] = defaultdict(list)
        for row in self._session.execute(query):
            found[row.member_id].append(Agreed(row.id, row.effect_on, row.last_day, row.signed_on))
        return found

    def headcounts(self, member_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[date, int]]:
        """The last headcount that each declared, with its day."""
        h = t.headcounts.c
        query = select(t.headcounts).where(h.member_id.in_(member_ids))
        last = query.ext(postgresql.distinct_on(h.member_id)).order_by(h.member_id, h.at_day.desc())
        return {row.member_id: (row.at_day, row.agents) for row in self._session.execute(last)}

    def declare_headcount(self, member_id: uuid.UUID, at_day: date, agents: int, declared_on: date) -> None:
        """What a member declares now for a day replaces what it had declared."""
        row = {"member_id": member_id, "at_day": at_day, "agents": agents, "declared_on": declared_on}
        new = postgresql.insert(t.headcounts).values(row)
        values = {"agents": agents, "declared_on": declared_on}
        self._session.execute(new.on_conflict_do_update(index_elements=["member_id", "at_day"], set_=values))

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Calls with these columns; the others are empty."""
        blank = {"declared_by": "", "declared_function": "", "motive": "", "hindrance": ""}
        if rows:
            self._session.execute(insert(calls), [blank | dict(row) for row in rows])

    def get(self, call_id: uuid.UUID, cdg_id: uuid.UUID, *, lock: bool = False) -> Call | None:
        query = _called().where(calls.c.id == call_id, call_runs.c.cdg_id == cdg_id)
        row = self._session.execute(query.with_for_update(of=calls) if lock else query).one_or_none()
        return None if row is None else _call(row)

    def in_run(self, run_id: uuid.UUID, member_id: uuid.UUID) -> list[Call]:
        """A member's calls of one run: the one that stands, then those that were called off."""
        query = _called().where(calls.c.run_id == run_id, calls.c.member_id == member_id)
        rows = self._session.execute(query.order_by(calls.c.state == CallState.CANCELLED, calls.c.sent_at.desc()))
        return [_call(row) for row in rows]

    def unsend(self, member_id: uuid.UUID) -> int:
        """Nobody of a member can answer a letter any more: its unanswered calls are to be posted. How many."""
        waiting = (calls.c.member_id == member_id) & (calls.c.state == CallState.SENT)
        values = {"state": CallState.PREPARED, "sent_at": None, "person_id": None}
        return len(self._session.execute(update(calls).where(waiting).values(values).returning(calls.c.id)).all())

    def of_member(self, member_id: uuid.UUID) -> list[Call]:
        """A member's, the last year first; those cancelled are left out."""
        standing = calls.c.state != CallState.CANCELLED
        query = _called().where(calls.c.member_id == member_id, standing).order_by(call_runs.c.year.desc())
        return [_call(row) for row in self._session.execute(query)]

    def save(self, call_ids: Iterable[uuid.UUID], **values: object) -> None:
        self._session.execute(update(calls).where(calls.c.id.in_(list(call_ids))).values(values))

    def listed(self, run_id: uuid.UUID, which: Which, *, offset: int = 0, limit: int = 100) -> list[Listed]:
        """Calls of a run by their members' names."""
        query = self._narrowed(_called(t.members.c.name, t.members.c.siren), run_id, which)
        query = query.order_by(t.members.c.sort_key, t.members.c.id).offset(offset).limit(limit)
        return self._with_reminders(self._session.execute(query).all())

    def count(self, run_id: uuid.UUID, which: Which) -> int:
        return self._session.scalar(self._narrowed(select(func.count()).select_from(calls), run_id, which)) or 0

    def tallies(self, run_id: uuid.UUID) -> dict[CallState, Tally]:
        """Totals by state; a state without a call is there too."""
        gross = calls.c.net_cents + calls.c.tax_cents
        query = select(
            calls.c.state,
            func.count(),
            func.coalesce(func.sum(calls.c.agents), 0),
            func.coalesce(func.sum(calls.c.net_cents), 0),
            func.coalesce(func.sum(gross), 0),
            func.count().filter(gross == 0),
            func.count().filter(calls.c.issue_asked_at.is_not(None)),
        )
        rows = self._session.execute(query.where(calls.c.run_id == run_id).group_by(calls.c.state))
        found = {CallState(state): Tally(*(int(value) for value in counts)) for state, *counts in rows}
        return {state: found.get(state, Tally()) for state in CallState}

    def hold(self, run_id: uuid.UUID, state: CallState, only: Sequence[uuid.UUID] | None = None) -> list[Call]:
        """Calls of a run in one state (those of `only`, when given), held until the transaction ends."""
        query = _called().where(calls.c.run_id == run_id, calls.c.state == state)
        if only is not None:
            query = query.where(calls.c.id.in_(only))
        return [_call(row) for row in self._session.execute(query.order_by(calls.c.id).with_for_update(of=calls))]

    def to_issue(self, limit: int) -> list[Call]:
        """Some that are to be billed, of one CdG, held until the transaction ends."""
        asked = (calls.c.state == CallState.CHECKED) & calls.c.issue_asked_at.is_not(None)
        query = _called().where(asked).order_by(call_runs.c.cdg_id, calls.c.issue_asked_at, calls.c.member_id)
        rows = self._session.execute(query.limit(limit).with_for_update(of=calls, skip_locked=True)).all()
        found = [_call(row) for row in rows]
        return [call for call in found if call.cdg_id == found[0].cdg_id]

    def to_remind(self, today: date, limit: int) -> list[Listed]:
        """Some that were mailed, are not answered, and whose next reminder's day has come; held."""
        query = _called(t.members.c.name, t.members.c.siren).join(t.members, t.members.c.id == calls.c.member_id)
        query = query.where(
            calls.c.state == CallState.SENT,
            exists().where(correspondents.c.member_id == calls.c.member_id),
            calls.c.due_on <= today,
            _times < REMINDERS,
            func.coalesce(_lately <= today - BETWEEN_REMINDERS, True),
        )
        rows = self._session.execute(query.limit(limit).with_for_update(of=calls, skip_locked=True)).all()
        # Read again once they are held: another clock may have reminded them since the query began.
        found = self._with_reminders(rows)
        days = [(each, next_reminder(each.call.due_on, each.reminders)) for each in found]
        return [each for each, day in days if day is not None and day <= today]

    def remind(self, call_id: uuid.UUID, rank: int, on: date) -> None:
        self._session.execute(insert(call_reminders).values(call_id=call_id, rank=rank, sent_on=on))

    def reminders(self, call_id: uuid.UUID) -> tuple[date, ...]:
        """The days on which a call was reminded."""
        r = call_reminders.c
        return tuple(self._session.scalars(select(r.sent_on).where(r.call_id == call_id).order_by(r.rank)))

    def printed(self, run_id: uuid.UUID) -> int:
        """How many of a run's bordereaux are printed."""
        query = select(func.count()).select_from(calls.join(documents, documents.c.subject_id == calls.c.id))
        done = (documents.c.kind == "bordereau") & documents.c.pdf.is_not(None) & (calls.c.state != CallState.CANCELLED)
        return self._session.scalar(query.where(calls.c.run_id == run_id, done)) or 0

    def _narrowed(self, query: Select[Any], run_id: uuid.UUID, which: Which) -> Select[Any]:
        query = query.join(t.members, t.members.c.id == calls.c.member_id)
        query = query.where(calls.c.run_id == run_id, calls.c.state.in_(which.states))
        for word in folded(which.words).split():
            named = t.members.c.sort_key.contains(word, autoescape=True)
            query = query.where(named | t.members.c.siren.startswith(word, autoescape=True))
        if which.to_phone is None:
            return query
        unheard = (_times >= REMINDERS) & (_lately <= which.to_phone - BETWEEN_REMINDERS)
        return query.where(unheard | (calls.c.person_id.is_(None) & (calls.c.due_on <= which.to_phone)))

    def _with_reminders(self, rows: Sequence[Row[Any]]) -> list[Listed]:
        sent: dict[uuid.UUID, list[date]] = defaultdict(list)
        query = select(call_reminders).where(call_reminders.c.call_id.in_([row.id for row in rows]))
        for row in self._session.execute(query.order_by(call_reminders.c.rank)):
            sent[row.call_id].append(row.sent_on)
        return [Listed(_call(row), row.name, row.siren, tuple(sent[row.id])) for row in rows]


_CALL = [field.name for field in fields(Call)]


def _called(*more: Any) -> Select[Any]:
    return (
        select(calls, call_runs.c.cdg_id, call_runs.c.year, call_runs.c.all_agents, *more)
        .select_from(calls)
        .join(call_runs, call_runs.c.id == calls.c.run_id)
    )


def _run(row: Row[Any]) -> Run:
    return Run(**{field.name: getattr(row, field.name) for field in fields(Run)})


def _call(row: Row[Any]) -> Call:
    return Call(**{name: getattr(row, name) for name in _CALL} | {"state": CallState(row.state)})
