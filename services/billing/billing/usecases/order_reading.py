"""What the pages of orders list. A manager reads their own CdG only; what the CdG ordered itself names no member."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from billing.domain.ordering import Status
from billing.domain.parties import Manager, Member
from billing.store.orders import Order
from billing.store.price_lists import PriceList
from billing.store.transaction import Transaction
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the orders of one state, the name of who ordered each, and how many there are of each state."""

    status: Status
    orders: list[Order]
    members: dict[uuid.UUID, Member]
    counts: dict[Status, int]
    statements: Sequence[Row[Any]]


@dataclass(frozen=True, slots=True)
class Prices:
    """The list that counts today, and what was chosen before and for later."""

    shown: PriceList
    versions: list[PriceList]
    chosen_by: dict[uuid.UUID, str]
    today: date


def listing(
    uow: UnitOfWork[Transaction],
    manager: Manager,
    wanted: str | None,
    views: Sequence[Status],
    *,
    offset: int,
    limit: int,
) -> Listing:
    """Orders of the wanted state, or of the first that has any."""
    with uow("list_orders") as tx:
        counts = tx.orders.counts(manager.cdg_id)
        status = Status(wanted) if wanted else next((view for view in views if counts.get(view)), views[0])
        found = tx.orders.of_cdg(manager.cdg_id, status, offset=offset, limit=limit)
        known = {order.member_id for order in found if order.member_id}
        members = {each: tx.members.get(each, manager.cdg_id) for each in known}
        return Listing(
            status,
            found,
            {each: member for each, member in members.items() if member},
            counts,
            tx.statements.all(manager.cdg_id),
        )


def prices(uow: UnitOfWork[Transaction], manager: Manager, clock: Clock) -> Prices | None:
    """None before the CdG has any list."""
    today = paris_day(clock.now())
    with uow("prices") as tx:
        shown = tx.price_lists.in_force(manager.cdg_id, today)
        if shown is None:
            return None
        return Prices(shown, tx.price_lists.all(manager.cdg_id), tx.parties.manager_names(manager.cdg_id), today)
