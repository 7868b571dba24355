"""Figures of a CdG on a day, each one query, however many members there are. Reads only."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, case, exists, extract, func, select, union_all
from sqlalchemy.orm import Session

from billing.domain.habilitation import Role
from billing.domain.invoices import Kind
from billing.domain.register import Standing
from billing.store import tables as t
from billing.store.accounting_tables import payments, refunds
from billing.store.call_tables import call_runs, calls, tariffs
from billing.store.conventions import LAST_DAY
from billing.store.life_tables import endings
from billing.store.order_tables import orders
from billing.store.register import Moment, owed, standing

Rows = Sequence[Row[Any]]


@dataclass(frozen=True, slots=True)
class Owed:
    """Cents that are open and late, and how many invoices leave them so."""

    open: int
    late: int
    invoices: int
    late_invoices: int


class Overview:
    """Sums and counts. Amounts are cents: the use case makes Money of them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def bodies(self, cdg_id: uuid.UUID, at: Moment) -> Rows:
        """How many bodies for each standing, kind, affiliation, headcount (`listed`: what a list says), and whether
        this year's was declared, and both referents are active."""
        v = standing(cdg_id, at).c
        declared = func.coalesce(v.declared, False).label("declared")
        whole = (v.referents >= 2).label("whole")
        keys = (v.standing, v.kind, v.affiliated, v.agents, v.listed_agents.label("listed"), declared, whole)
        return self._all(select(*keys, func.count().label("bodies")).group_by(*keys))

    def spans(self, cdg_id: uuid.UUID) -> Rows:
        """Conventions by first and last day; `renewals` are those that follow another."""
        c = t.conventions.c
        keys = (c.effect_on, LAST_DAY.label("last_day"), c.follows.is_not(None).label("renewal"))
        query = (
            select(*keys, func.count().label("conventions"))
            .select_from(t.conventions)
            .join(t.members, t.members.c.id == c.member_id)
            .outerjoin(endings, endings.c.convention_id == c.id)
        )
        return self._all(query.where(t.members.c.cdg_id == cdg_id).group_by(*keys).order_by(c.effect_on))

    def endings(self, cdg_id: uuid.UUID, at: Moment) -> Rows:
        """Conventions in force that nothing follows yet, by their last day and its cause."""
        v = standing(cdg_id, at).c
        follows = t.conventions.alias("next").c.follows
        query = select(v.last_day, v.cause, func.count().label("conventions"))
        query = query.where(v.standing == Standing.IN_FORCE.value, ~exists().where(follows == v.convention_id))
        return self._all(query.group_by(v.last_day, v.cause))

    def calls(self, cdg_id: uuid.UUID, year: int) -> Rows:
        """The year's calls by state and by what their amount depends on; `cents`: as declared."""
        c = calls.c
        keys = (c.state, c.tariff_version, c.known_agents, c.affiliated, c.part, c.whole, call_runs.c.all_agents)
        cents = func.coalesce(func.sum(c.net_cents + c.tax_cents), 0).label("cents")
        query = select(*keys, func.count().label("calls"), cents).join_from(calls, call_runs)
        query = query.where(call_runs.c.cdg_id == cdg_id, call_runs.c.year == year)
        return self._all(query.where(c.state != "cancelled").group_by(*keys))

    def issued(self, cdg_id: uuid.UUID, year: int, day: date) -> dict[int, int]:
        """Cents by month of a year: invoices less credit notes."""
        i = t.invoices.c
        gross = case((i.kind == Kind.CREDIT_NOTE, -1), else_=1) * (i.net_cents + i.tax_cents)
        month = extract("month", i.issued_on)
        query = select(month, func.sum(gross)).where(i.cdg_id == cdg_id, i.year == year, i.issued_on <= day)
        return {int(number): int(cents) for number, cents in self._session.execute(query.group_by(month))}

    def paid(self, cdg_id: uuid.UUID, year: int, day: date) -> dict[int, int]:
        """Cents received by month of a year, less what was given back in it."""
        p = payments.c
        month = extract("month", p.received_on)
        query = select(month, func.sum(p.cents)).where(p.cdg_id == cdg_id, p.received_on <= day)
        query = query.where(p.received_on >= date(year, 1, 1), p.received_on <= date(year, 12, 31))
        r, given = refunds.c, extract("month", refunds.c.given_on)
        back = select(given, -func.sum(r.cents)).join(payments, p.id == r.payment_id)
        back = back.where(p.cdg_id == cdg_id, r.given_on.between(date(year, 1, 1), min(day, date(year, 12, 31))))
        both = union_all(query.group_by(month), back.group_by(given))
        sums: Counter[int] = Counter()
        for number, cents in self._session.execute(both):
            sums[int(number)] += int(cents)
        return dict(sums)

    def owed(self, cdg_id: uuid.UUID, day: date) -> Owed:
        """What is open on a day, of every year."""
        each = owed(day).c
        sums = (func.coalesce(func.sum(each[name]), 0) for name in ("open", "late", "invoices", "late_invoices"))
        query = select(*sums).join(t.members, t.members.c.id == each.member_id).where(t.members.c.cdg_id == cdg_id)
        return Owed(*map(int, self._session.execute(query).one()))

    def orders(self, cdg_id: uuid.UUID) -> Rows:
        """Orders by state; those that the CdG pays for itself are one number, whatever their state."""
        o = orders.c
        state = case((o.by_cdg, "by_cdg"), else_=o.status).label("state")
        cents = func.sum(case((o.by_cdg, 0), else_=o.net_cents + o.tax_cents)).label("cents")
        query = select(state, func.count().label("orders"), cents).where(o.cdg_id == cdg_id)
        return self._all(query.group_by(state))

    def to_confirm(self, cdg_id: uuid.UUID) -> int:
        """Persons who accepted and wait for a second manager."""
        h = t.habilitations.c
        query = select(func.count()).select_from(t.habilitations).where(h.cdg_id == cdg_id, h.removed_at.is_(None))
        return int(self._session.scalar(query.where(h.accepted_at.is_not(None), h.confirmed_at.is_(None))) or 0)

    def beginnings(self, cdg_id: uuid.UUID) -> tuple[bool, bool, bool, bool, bool, bool]:
        """What is set up: the seller's coordinates, its team, a tariff, a member, a convention, a call."""
        ours, h = t.members.c.cdg_id == cdg_id, t.habilitations.c
        confirmed = (h.cdg_id == cdg_id, h.member_id.is_(None), h.confirmed_at.is_not(None), h.removed_at.is_(None))
        query = select(
            exists().where(t.sellers.c.cdg_id == cdg_id),
            and_(*(exists().where(h.role == role, *confirmed) for role in (Role.SCREENER, Role.AUTHORITY_REFERENT))),
            exists().where(tariffs.c.cdg_id == cdg_id),
            exists().where(ours),
            exists().where(t.conventions.c.member_id == t.members.c.id, ours),
            exists().where(call_runs.c.cdg_id == cdg_id),
        )
        seller, team, tariff, member, convention, call = self._session.execute(query).one()
        return seller, team, tariff, member, convention, call

    def _all(self, query: Any) -> Rows:
        return self._session.execute(query).all()
