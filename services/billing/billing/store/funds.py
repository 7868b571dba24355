"""Mutualised funds: what reports and advances cost, shared by all members.

What a fund carries is read to settle a year, and by nothing else.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.domain.money import Money
from billing.domain.pooling import Fund
from billing.store import order_tables as t
from billing.store.call_tables import tariffs
from billing.store.tables import cdgs, members


@dataclass(frozen=True, slots=True)
class FundTerms:
    """What a CdG chose. `counted`: it asks a price for each report; `periods`: the parts in which a year is billed;
    `pooled_with`: the CdG whose fund it joins."""

    cdg_id: uuid.UUID
    price: Decimal
    counted: bool
    periods: int
    started_on: date
    pooled_with: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class DueShare:
    """A member's part of a settled year, to be billed."""

    id: uuid.UUID
    member_id: uuid.UUID
    part: int
    parts: int
    year: int
    cents: int
    bill_on: date


@dataclass(frozen=True, slots=True)
class SettledYear:
    """A settled year as a CdG may see it: `called` has its noise. `amount`: of its own members, in `shares` parts."""

    year: int
    called: int
    price: Decimal
    amount: Money
    shares: int
    billed: int


@dataclass(frozen=True, slots=True)
class HeldShare:
    """A part whose day has come and that could not be billed, and why."""

    member_id: uuid.UUID
    member_name: str
    why: str


class Funds:
    """Terms, counts, settlements and shares."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, terms: FundTerms) -> None:
        """Found a fund, or change its terms; what it carries stays."""
        values = {name: getattr(terms, name) for name in FundTerms.__slots__}
        new = postgresql.insert(t.funds).values(values | {"ahead": 0, "advanced_cents": 0})
        kept = ("cdg_id", "started_on")
        changed = {name: new.excluded[name] for name in values if name not in kept}
        self._session.execute(new.on_conflict_do_update(index_elements=["cdg_id"], set_=changed))

    def terms(self, cdg_id: uuid.UUID) -> FundTerms | None:
        row = self._session.execute(select(t.funds).where(t.funds.c.cdg_id == cdg_id)).one_or_none()
        return None if row is None else _terms(row)

    def departments(self) -> dict[str, uuid.UUID]:
        """Every CdG, by the department that tariffs name it by."""
        return {row.department: row.id for row in self._session.execute(select(cdgs.c.department, cdgs.c.id))}

    def tariff(self, cdg_id: uuid.UUID, day: date) -> dict[str, Any] | None:
        """The data of the tariff that counts on a day."""
        c = tariffs.c
        query = select(c.data).where(c.cdg_id == cdg_id, c.valid_from <= day)
        data = self._session.scalar(query.order_by(c.valid_from.desc(), c.version.desc()).limit(1))
        return json.loads(data) if data else None

    def own(self) -> list[uuid.UUID]:
        """CdGs that have a fund of their own."""
        return list(self._session.scalars(select(t.funds.c.cdg_id).where(t.funds.c.pooled_with.is_(None))))

    def pool(self, cdg_id: uuid.UUID) -> list[FundTerms]:
        """The terms of a fund and of those that joined it, its own first; held until the transaction ends."""
        query = select(t.funds).where((t.funds.c.cdg_id == cdg_id) | (t.funds.c.pooled_with == cdg_id))
        rows = self._session.execute(query.order_by(t.funds.c.pooled_with.is_not(None)).with_for_update())
        return [_terms(row) for row in rows]

    def carried(self, cdg_id: uuid.UUID) -> Fund:
        """What a fund carries: for `settle` alone, told to nobody."""
        row = self._session.execute(select(t.funds).where(t.funds.c.cdg_id == cdg_id)).one()
        return Fund(row.price, row.ahead, Money(row.advanced_cents))

    def carry(self, cdg_id: uuid.UUID, fund: Fund) -> None:
        values = {"ahead": fund.ahead, "advanced_cents": fund.advanced.cents}
        self._session.execute(update(t.funds).where(t.funds.c.cdg_id == cdg_id).values(values))

    def count(self, cdg_id: uuid.UUID, year: int, reports: int) -> bool:
        """Keep how many reports a CdG took; False for a year that was told."""
        new = postgresql.insert(t.report_counts).values(cdg_id=cdg_id, year=year, reports=reports)
        done = self._session.execute(new.on_conflict_do_nothing().returning(t.report_counts.c.year))
        return done.first() is not None

    def counted(self, cdg_ids: Sequence[uuid.UUID], year: int) -> dict[uuid.UUID, int]:
        c = t.report_counts.c
        query = select(c.cdg_id, c.reports).where(c.cdg_id.in_(cdg_ids), c.year == year)
        return {row.cdg_id: row.reports for row in self._session.execute(query)}

    def settled(self, cdg_id: uuid.UUID, year: int) -> bool:
        c = t.fund_settlements.c
        query = select(func.count()).select_from(t.fund_settlements).where(c.cdg_id == cdg_id, c.year == year)
        return bool(self._session.execute(query).scalar_one())

    def settle(
        self, settlement_id: uuid.UUID, cdg_id: uuid.UUID, year: int, called: int, price: Decimal, day: date
    ) -> None:
        row = {"id": settlement_id, "cdg_id": cdg_id, "year": year, "called": called, "price": price}
        self._session.execute(insert(t.fund_settlements).values(row | {"settled_on": day}))

    def share(self, rows: Sequence[dict[str, Any]]) -> None:
        """`rows`: of fund_shares, without ids."""
        if rows:
            self._session.execute(insert(t.fund_shares), [{"id": uuid.uuid4(), **row} for row in rows])

    def due(self, cdg_id: uuid.UUID, day: date) -> list[DueShare]:
        """Shares of a fund that are to be billed by a day, every amount but zero, in an order that says nothing."""
        s, f = t.fund_settlements, t.fund_shares
        query = (
            select(f, s.c.year, t.funds.c.periods)
            .join(s, s.c.id == f.c.settlement_id)
            .join(t.funds, t.funds.c.cdg_id == s.c.cdg_id)
            .where(s.c.cdg_id == cdg_id, f.c.bill_on <= day, f.c.invoice_id.is_(None), f.c.cents > 0)
            .order_by(f.c.bill_on, f.c.member_id)
        )
        return [
            DueShare(r.id, r.member_id, r.part, r.periods, r.year, r.cents, r.bill_on)
            for r in self._session.execute(query)
        ]

    def billed(self, share_id: uuid.UUID, invoice_id: uuid.UUID) -> None:
        values = {"invoice_id": invoice_id, "held_back": None}
        self._session.execute(update(t.fund_shares).where(t.fund_shares.c.id == share_id).values(values))

    def hold_back(self, share_id: uuid.UUID, why: str) -> None:
        self._session.execute(update(t.fund_shares).where(t.fund_shares.c.id == share_id).values(held_back=why))

    def years(self, cdg_id: uuid.UUID) -> list[SettledYear]:
        """What this CdG's members paid or will pay of each settled year, the last one first."""
        s, f = t.fund_settlements.c, t.fund_shares.c
        query = (
            select(s.year, s.called, s.price, func.sum(f.cents), func.count(), func.count(f.invoice_id))
            .select_from(t.fund_settlements.join(t.fund_shares).join(members))
            .where(members.c.cdg_id == cdg_id)
            .group_by(s.id)
            .order_by(s.year.desc())
        )
        rows = self._session.execute(query).all()
        return [
            SettledYear(year, called, price, Money(int(cents)), shares, billed)
            for year, called, price, cents, shares, billed in rows
        ]

    def held(self, cdg_id: uuid.UUID) -> list[HeldShare]:
        """Parts of this CdG's members that wait for something, by name."""
        f = t.fund_shares.c
        query = select(members.c.id, members.c.name, f.held_back).select_from(t.fund_shares.join(members))
        query = query.where(members.c.cdg_id == cdg_id, f.invoice_id.is_(None), f.held_back.is_not(None))
        rows = self._session.execute(query.order_by(members.c.sort_key, f.bill_on))
        return [HeldShare(*row) for row in rows]


def _terms(row: Row[Any]) -> FundTerms:
    return FundTerms(row.cdg_id, row.price, row.counted, row.periods, row.started_on, row.pooled_with)
