"""The register of members as one query: each with its standing, headcount, referents and what it owes on a day."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, case, false, func, or_, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.domain.habilitation import Role
from billing.domain.headcount import BANDS, reference_day
from billing.domain.invoices import Kind
from billing.domain.money import Money
from billing.domain.people import folded
from billing.domain.register import Filters, Sort, Standing, months_later
from billing.store import tables as t
from billing.store.accounting_tables import allocations
from billing.store.conventions import LAST_DAY
from billing.store.life_tables import endings, proposals

_REFERENTS = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """A member in the register. `agents`: the last declared; `declared`: for this year; `open`: what it owes."""

    id: uuid.UUID
    name: str
    siren: str
    siret: str
    insee_code: str
    kind: str
    affiliated: bool | None
    standing: Standing
    effect_on: date | None
    last_day: date | None
    agents: int | None
    declared: bool
    referents: int
    waiting: bool
    open: Money
    late: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """The day and instant that a register is read at."""

    day: date
    now: datetime


class Register:
    """Reads only, one CdG at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(
        self, cdg_id: uuid.UUID, filters: Filters, at: Moment, *, offset: int = 0, limit: int | None = None
    ) -> list[Entry]:
        """The entries that the filters leave, sorted.

        A part of them takes two steps: who they are, which needs little of the view, then everything about them alone.
        """
        view = standing(cdg_id, at)
        if limit is None:
            query = _narrowed(select(view), view, filters, at).order_by(*_order(view, filters))
            return [_entry(row) for row in self._session.execute(query)]
        chosen = _narrowed(select(view.c.id), view, filters, at).order_by(*_order(view, filters))
        ids = list(self._session.scalars(chosen.offset(offset).limit(limit)))
        found = {row.id: _entry(row) for row in self._session.execute(select(standing(cdg_id, at, ids)))}
        return [found[each] for each in ids]

    def count(self, cdg_id: uuid.UUID, filters: Filters, at: Moment) -> int:
        view = standing(cdg_id, at)
        query = _narrowed(select(func.count()).select_from(view), view, filters, at)
        return int(self._session.execute(query).scalar_one())


def standing(cdg_id: uuid.UUID, at: Moment, only: Sequence[uuid.UUID] | None = None) -> Subquery:
    """Every body of a CdG, once, or these alone; what a query does not ask for, PostgreSQL does not look up."""
    m = t.members.c
    force, heads, open_ = _force(at.day, only), _headcounts(only), owed(at.day, only)
    people, proposed = _referents(at, only), _proposed(only)
    where = case(
        (force.c.rank == 0, Standing.IN_FORCE.value),
        (force.c.rank == 1, Standing.UPCOMING.value),
        (proposed.c.member_id.is_not(None), Standing.PROPOSED.value),
        (force.c.rank == 2, Standing.ENDED.value),
        else_=Standing.NONE.value,
    )
    return (
        select(
            *(m.id, m.name, m.siren, m.siret, m.insee_code, m.kind, m.affiliated, m.sort_key, m.listed_agents),
            where.label("standing"),
            force.c.convention_id,
            force.c.effect_on,
            force.c.last_day,
            force.c.cause,
            heads.c.agents,
            (heads.c.at_day >= reference_day(at.day)).label("declared"),
            func.coalesce(people.c.active, 0).label("referents"),
            func.coalesce(people.c.waiting, 0).label("waiting"),
            func.coalesce(open_.c.open, 0).label("open"),
            func.coalesce(open_.c.late, 0).label("late"),
        )
        .select_from(t.members)
        .outerjoin(force, force.c.member_id == m.id)
        .outerjoin(proposed, proposed.c.member_id == m.id)
        .outerjoin(heads, heads.c.member_id == m.id)
        .outerjoin(people, people.c.member_id == m.id)
        .outerjoin(open_, open_.c.member_id == m.id)
        .where(m.cdg_id == cdg_id, *_among(m.id, only))
        .subquery("register")
    )


def owed(day: date, only: Sequence[uuid.UUID] | None = None) -> Subquery:
    """By member: what its invoices leave open on a day, and how much of it is late. Undone invoices are left out."""
    i, note = t.invoices.c, t.invoices.alias("note").c
    paid = (
        select(allocations.c.invoice_id, func.sum(allocations.c.cents).label("cents"))
        .where(allocations.c.counts_on <= day)
        .group_by(allocations.c.invoice_id)
        .subquery("paid")
    )
    left = i.net_cents + i.tax_cents - func.coalesce(paid.c.cents, 0)
    undone = select(note.corrects).where(note.corrects.is_not(None), note.issued_on <= day)
    return (
        select(
            i.member_id,
            func.sum(left).label("open"),
            func.sum(case((i.due_on < day, left), else_=0)).label("late"),
            func.count().filter(left > 0).label("invoices"),
            func.count().filter(left > 0, i.due_on < day).label("late_invoices"),
        )
        .outerjoin(paid, paid.c.invoice_id == i.id)
        .where(i.kind == Kind.INVOICE, i.issued_on <= day, i.id.not_in(undone), *_among(i.member_id, only))
        .group_by(i.member_id)
        .subquery("owed")
    )


def _among(column: ColumnElement[uuid.UUID], only: Sequence[uuid.UUID] | None) -> list[ColumnElement[bool]]:
    return [] if only is None else [column.in_(only)]


def _proposed(only: Sequence[uuid.UUID] | None) -> Subquery:
    c = proposals.c
    asked = select(c.member_id).where(c.closed_on.is_(None), c.convention_id.is_(None), *_among(c.member_id, only))
    return asked.distinct().subquery("proposed")


def _force(day: date, only: Sequence[uuid.UUID] | None) -> Subquery:
    """The convention that counts for each member: rank 0 in force, 1 to come, 2 over."""
    c = t.conventions.c
    rank = case((c.effect_on > day, 1), (day > LAST_DAY, 2), else_=0)
    return (
        select(
            c.member_id,
            c.id.label("convention_id"),
            c.effect_on,
            LAST_DAY.label("last_day"),
            func.coalesce(endings.c.cause, "market").label("cause"),
            rank.label("rank"),
        )
        .outerjoin(endings, endings.c.convention_id == c.id)
        .where(*_among(c.member_id, only))
        .ext(postgresql.distinct_on(c.member_id))
        .order_by(c.member_id, rank, c.effect_on.desc())
        .subquery("force")
    )


def _headcounts(only: Sequence[uuid.UUID] | None) -> Subquery:
    c = t.headcounts.c
    last = select(c.member_id, c.agents, c.at_day).where(*_among(c.member_id, only))
    last = last.ext(postgresql.distinct_on(c.member_id))
    return last.order_by(c.member_id, c.at_day.desc()).subquery("heads")


def _referents(at: Moment, only: Sequence[uuid.UUID] | None) -> Subquery:
    c = t.habilitations.c
    return (
        select(
            c.member_id,
            func.count().filter(c.role == Role.REFERENT, c.valid_from <= at.now).label("active"),
            func.count().filter(c.accepted_at.is_not(None), c.confirmed_at.is_(None)).label("waiting"),
        )
        .where(c.removed_at.is_(None), c.member_id.is_not(None), *_among(c.member_id, only))
        .group_by(c.member_id)
        .subquery("referents")
    )


def _narrowed(query: Select[Any], view: Subquery, filters: Filters, at: Moment) -> Select[Any]:
    v = view.c
    words = folded(filters.words).split()
    if filters.words and not words:
        return query.where(false())
    for word in words:
        starts = (column.startswith(word, autoescape=True) for column in (v.siren, v.siret, v.insee_code))
        query = query.where(or_(v.sort_key.contains(word, autoescape=True), *starts))
    chosen: list[ColumnElement[bool]] = []
    if filters.standing is not None:
        chosen.append(v.standing == filters.standing.value)
    if filters.kind:
        chosen.append(v.kind == filters.kind)
    if filters.band:
        least = next(band.least for band in BANDS if band.code == filters.band)
        most = next((band.least for band in BANDS if band.least > least), None)
        chosen.append(v.agents >= least if most is None else and_(v.agents >= least, v.agents < most))
    if filters.affiliated:
        answers = {"oui": v.affiliated.is_(True), "non": v.affiliated.is_(False)}
        chosen.append(answers.get(filters.affiliated, v.affiliated.is_(None)))
    if filters.declared is not None:
        known = func.coalesce(v.declared, False)
        chosen.append(known if filters.declared else and_(v.standing == Standing.IN_FORCE.value, ~known))
    if filters.unpaid:
        chosen.append((v.late if filters.unpaid == "retard" else v.open) > 0)
    if filters.referents:
        few = and_(v.standing == Standing.IN_FORCE.value, v.referents < _REFERENTS)
        wanting = {"manquants": few, "a-confirmer": v.waiting > 0}
        chosen.append(wanting.get(filters.referents, v.referents >= _REFERENTS))
    if filters.ends_within is not None:
        last = months_later(at.day, filters.ends_within)
        chosen.append(and_(v.standing == Standing.IN_FORCE.value, v.last_day <= last))
    return query.where(*chosen)


def _order(view: Subquery, filters: Filters) -> list[ColumnElement[Any]]:
    v = view.c
    by = {Sort.AGENTS: v.agents, Sort.EFFECT: v.effect_on, Sort.LAST_DAY: v.last_day, Sort.OPEN: v.open}
    first = by.get(filters.sort, v.sort_key)
    turned = first.desc() if filters.falling else first.asc()
    return [turned.nulls_last(), v.sort_key, v.id]


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        *(row.id, row.name, row.siren, row.siret, row.insee_code, row.kind, row.affiliated),
        Standing(row.standing),
        row.effect_on,
        row.last_day,
        row.agents,
        bool(row.declared),
        int(row.referents),
        row.waiting > 0,
        Money(int(row.open)),
        row.late > 0,
    )
