"""What operations teams found. Written by the database's owner alone: the service's own role may only read it."""

import json
import uuid
from collections import defaultdict
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from billing.domain.convention import Market
from billing.domain.founding_known import (
    Change,
    KnownCdg,
    KnownGroupement,
    KnownMarket,
    KnownPrices,
    KnownTerms,
    Standing,
    as_id,
)
from billing.domain.parties import Manager, Provider
from billing.store import tables as t
from billing.store.life import Life
from billing.store.life_tables import convention_terms, proposals
from billing.store.order_tables import price_lists
from chassis.clock import paris_day

_TABLES = {each.name: each for each in (t.groupements, t.providers, t.markets, t.cdgs, t.sellers, t.managers)}


class Foundings:
    """Groupements, CdGs, providers, markets, managers: read whole (they are few), written row by row."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def hold(self) -> None:
        """Until the end, nobody else founds, and no new convention rests on a market that is known."""
        self._session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("founding", 0))))
        self._session.execute(select(t.markets.c.id).with_for_update())

    def standing(self) -> Standing:
        run = self._session.execute
        groupements, cdgs, providers, markets, managers = (
            run(select(each)).all() for each in (t.groupements, t.cdgs, t.providers, t.markets, t.managers)
        )
        sellers = {row.cdg_id: row._asdict() for row in run(select(t.sellers))}
        issued, resting = self._issued(), self._resting()
        return Standing(
            [KnownGroupement(row.id, row.name, row.signed_on) for row in groupements],
            [
                KnownCdg(
                    row.id,
                    row.groupement_id,
                    row.department,
                    row.name,
                    row.contact,
                    sellers.get(row.id),
                    issued.get(row.id, 0),
                )
                for row in cdgs
            ],
            [Provider(**row._mapping) for row in providers],
            [KnownMarket(Market(**row._mapping), resting.get(row.id, 0)) for row in markets],
            [Manager(**row._mapping) for row in managers],
            self._terms(),
            self._prices(),
        )

    def apply(self, change: Change, at: datetime) -> None:
        """Write one row."""
        if change.table == convention_terms.name:
            life = Life(self._session)
            cdg_id, market_id = as_id(change.key["cdg_id"]), as_id(change.key["market_id"])
            life.set_terms(cdg_id, market_id, life.terms(cdg_id, market_id) | dict(change.values), by=None, at=at)
            return
        if change.table == price_lists.name:
            data = json.dumps(change.values["data"], ensure_ascii=False)
            row = {**change.key, **change.values, "data": data, "chosen_on": paris_day(at)}
            self._session.execute(insert(price_lists).values(row))
            return
        table = _TABLES[change.table]
        if change.before is None:
            self._session.execute(insert(table).values({**change.key, **change.values}))
            return
        of_row = [table.c[name] == value for name, value in change.key.items()]
        self._session.execute(update(table).where(*of_row).values(dict(change.values)))

    def joined(self, cdg_id: uuid.UUID) -> list[uuid.UUID]:
        """Members of a CdG that have a convention: those that other services know."""
        query = select(t.members.c.id).join(t.conventions).where(t.members.c.cdg_id == cdg_id)
        return list(self._session.scalars(query.distinct().order_by(t.members.c.id)))

    def _issued(self) -> dict[uuid.UUID, int]:
        """Invoices by CdG."""
        counted = select(t.invoices.c.cdg_id, func.count()).group_by(t.invoices.c.cdg_id)
        return dict(self._session.execute(counted).all())

    def _resting(self) -> dict[uuid.UUID, int]:
        """Conventions and open proposals by market."""
        opened = proposals.c.closed_on.is_(None) & proposals.c.convention_id.is_(None)
        of_both = select(t.conventions.c.market_id).union_all(select(proposals.c.market_id).where(opened)).subquery()
        counted = select(of_both.c.market_id, func.count()).group_by(of_both.c.market_id)
        return dict(self._session.execute(counted).all())

    def _prices(self) -> dict[uuid.UUID, list[KnownPrices]]:
        c = price_lists.c
        found: dict[uuid.UUID, list[KnownPrices]] = defaultdict(list)
        for row in self._session.execute(select(c.cdg_id, c.version, c.valid_from, c.data)):
            found[row.cdg_id].append(KnownPrices(row.version, row.valid_from, json.loads(row.data)))
        return found

    def _terms(self) -> dict[tuple[uuid.UUID, uuid.UUID], KnownTerms]:
        c, life = convention_terms.c, Life(self._session)
        rows = self._session.execute(select(c.cdg_id, c.market_id, c.changed_by))
        return {
            (cdg_id, market_id): KnownTerms(life.terms(cdg_id, market_id), changed_by is not None)
            for cdg_id, market_id, changed_by in rows
        }
