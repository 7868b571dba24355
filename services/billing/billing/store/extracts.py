"""Whole lists for files: conventions and proposals, a year's calls, members' orders. One query each."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from billing.store import tables as t
from billing.store.call_tables import call_runs, calls
from billing.store.conventions import LAST_DAY
from billing.store.life_tables import endings, proposals
from billing.store.order_tables import orders

Rows = Sequence[Row[Any]]


class Extracts:
    """Reads only, one CdG at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def conventions(self, cdg_id: uuid.UUID) -> Rows:
        """Conventions by the member's name, then day."""
        c, m, e = t.conventions.c, t.members.c, endings.c
        query = (
            select(
                m.name, m.siren, c.deliberated_on, c.signed_on, c.received_on, c.effect_on, LAST_DAY.label("last_day")
            )
            .add_columns(func.coalesce(e.cause, "market").label("cause"), e.cdg_letter_on, e.provider_letter_on)
            .add_columns(c.follows.is_not(None).label("renewal"))
            .select_from(t.conventions)
            .join(t.members, m.id == c.member_id)
            .outerjoin(endings, e.convention_id == c.id)
        )
        return self._all(query.where(m.cdg_id == cdg_id).order_by(m.sort_key, m.id, c.effect_on))

    def proposals(self, cdg_id: uuid.UUID) -> Rows:
        """Proposals that are open: neither concluded nor given up."""
        p, m = proposals.c, t.members.c
        query = select(m.name, m.siren, p.drafted_at, p.sent_on, p.renews.is_not(None).label("renewal"))
        query = query.join_from(proposals, t.members, m.id == p.member_id)
        open_ = query.where(p.cdg_id == cdg_id, p.closed_on.is_(None), p.convention_id.is_(None))
        return self._all(open_.order_by(m.sort_key, m.id))

    def calls(self, cdg_id: uuid.UUID) -> Rows:
        """Every call that stands, the last year first."""
        c, m, r = calls.c, t.members.c, call_runs.c
        query = (
            select(r.year, m.name, m.siren, c.state, c.first_on, c.last_on, c.due_on, c.known_agents, c.agents)
            .add_columns(c.net_cents, c.tax_cents, c.sent_at, c.declared_at, c.checked_at, t.invoices.c.number)
            .select_from(calls)
            .join(call_runs, r.id == c.run_id)
            .join(t.members, m.id == c.member_id)
            .outerjoin(t.invoices, t.invoices.c.id == c.invoice_id)
        )
        return self._all(query.where(r.cdg_id == cdg_id).order_by(r.year.desc(), m.sort_key, m.id, c.first_on))

    def orders(self, cdg_id: uuid.UUID) -> Rows:
        """Members' orders, the newest first. None of those that the CdG pays for itself."""
        o, m = orders.c, t.members.c
        query = select(o.number, m.name, m.siren, o.status, o.asked_on, o.net_cents, o.tax_cents)
        query = query.join_from(orders, t.members, m.id == o.member_id)
        return self._all(query.where(o.cdg_id == cdg_id, o.by_cdg.is_(False)).order_by(o.asked_on.desc(), o.number))

    def _all(self, query: Any) -> Rows:
        return self._session.execute(query).all()
