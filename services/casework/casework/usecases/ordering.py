"""Services of the provider, ordered for a case: billing gets a random number, codes and quantities, no more."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from casework.domain.ordering import Basket, Service, by_cdg, choosable, choose, may_order
from casework.domain.people import Quality, Staff
from casework.domain.proceeding import Proceeding
from casework.domain.routing import Pool
from casework.domain.statuses import NotNow, Status
from casework.store.journal import Action
from casework.store.transaction import Transaction
from casework.usecases.desk import Desk, OpenCase, open_case
from chassis.db import UnitOfWork
from paravent.billing.v1.events_pb2 import OrderProgressed, OrderStatus, PriceListPublished
from paravent.casework.v1.events_pb2 import ReportsCounted, RequestedService, ServiceRequested

_STATES = {
    OrderStatus.ORDER_STATUS_QUOTED: "quoted",
    OrderStatus.ORDER_STATUS_APPROVED: "approved",
    OrderStatus.ORDER_STATUS_REFUSED: "refused",
    OrderStatus.ORDER_STATUS_DELIVERED: "delivered",
    OrderStatus.ORDER_STATUS_SETTLED: "settled",
    OrderStatus.ORDER_STATUS_CANCELLED: "cancelled",
}
# Month and day from which the reports of the year before are counted: those of its last days have been released.
COUNTS_FROM = (1, 8)


class NoPrices(Exception):
    """Billing has told no price list of this CdG: nothing can be ordered yet."""


class PricesChanged(Exception):
    """Another list counts since the page was shown: its prices must be read again."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order as its case shows it. `services`: (code, label or empty, quantity)."""

    order_id: uuid.UUID
    status: str
    day: date
    by_cdg: bool
    services: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Shop:
    """What a case may order. `version`: of the price list; `by_cdg`: the member is told nothing."""

    row: Row[Any] = field(repr=False)
    services: Sequence[Service]
    version: int
    by_cdg: bool
    possible: bool
    orders: Sequence[OrderLine]


def shop(uow: UnitOfWork[Transaction], desk: Desk, person: Staff, case_id: uuid.UUID) -> Shop:
    """What a handler may order for a case. Raises NoSuchCase, and NoPrices."""
    with uow("shop") as tx:
        case = open_case(tx, desk, person, case_id, Quality.HANDLER)
        published = _published(tx, case.row.cdg_id)
        if published is None:
            raise NoPrices
        return Shop(
            case.row,
            _choosable(case, published),
            published.version,
            by_cdg(Pool(case.row.pool)),
            may_order(Status(case.row.status)),
            orders_of(tx, case, person),
        )


def order(
    uow: UnitOfWork[Transaction],
    desk: Desk,
    person: Staff,
    case_id: uuid.UUID,
    *,
    order_id: uuid.UUID,
    wanted: Mapping[str, str],
    version: int,
) -> bool:
    """Order, once for an `order_id`: answers whether it is new. `wanted`: quantities by code; `version`: what was read.

    Where the member must not know, the request waits for the next release hour: who reads billing's list cannot tell
    by its minute what happened on which case. Raises NoSuchCase, NotNow, NoPrices, PricesChanged and OrderRefused.
    """
    with uow("order") as tx:
        case = open_case(tx, desk, person, case_id, Quality.HANDLER, change=True)
        if not may_order(Status(case.row.status)):
            raise NotNow
        published = _published(tx, case.row.cdg_id)
        if published is None:
            raise NoPrices
        if published.version != version:
            raise PricesChanged
        basket = choose(_choosable(case, published), wanted)
        apart = by_cdg(Pool(case.row.pool))
        request = _request(case, order_id, basket, version, apart)
        sealed = case.seal.seal_order(order_id, request)
        if not tx.orders.add(order_id, case_id, person, by_cdg=apart, sealed=sealed):
            return False
        tx.outbox.add(request, held=apart, signed=True)
        tx.journal.note(person, case_id, Action.ORDERED)
        return True


def orders_of(tx: Transaction, case: OpenCase, person: Staff) -> list[OrderLine]:
    """The orders of a case, opened under its key."""
    published = _published(tx, case.row.cdg_id)
    labels = {service.code: service.label for service in published.services} if published else {}
    lines = []
    for row in tx.orders.of_case(person, case.case_id):
        asked = case.seal.open_order(row.order_id, row.sealed)
        services = [(each.code, labels.get(each.code, ""), each.quantity) for each in asked.services]
        lines.append(OrderLine(row.order_id, row.status, row.day, row.by_cdg, services))
    return lines


def record_prices(tx: Transaction, event: PriceListPublished) -> None:
    """Replace what we knew of a CdG's price list."""
    tx.orders.put_prices(event.cdg_id, event.version, event.SerializeToString(deterministic=True))


def record_progress(tx: Transaction, event: OrderProgressed) -> None:
    """Move an order. Raises KeyError for a state, ValueError for an id that is not ours to read."""
    tx.orders.move(uuid.UUID(event.order_id), event.version, _STATES[event.status])


def count_reports(tx: Transaction) -> int:
    """Tell billing how many reports each CdG took in the year that has ended, once; answers how many were told.

    One number for all members together, zero as well: nothing tells which had any.
    """
    if (tx.today.month, tx.today.day) < COUNTS_FROM:
        return 0
    year, told = tx.today.year - 1, 0
    for cdg_id in tx.orders.uncounted(sorted(tx.people.cdgs()), year):
        if tx.orders.counted(cdg_id, year):
            reports = tx.orders.count(cdg_id, date(year, 1, 1), date(year, 12, 31))
            tx.outbox.add(ReportsCounted(cdg_id=cdg_id, year=year, reports=reports), signed=True)
            told += 1
    return told


def services_of(published: PriceListPublished) -> list[Service]:
    return [
        Service(
            each.code,
            each.label,
            each.unit,
            Decimal(each.price),
            Decimal(each.vat_rate),
            dict(each.contains),
            (each.hearings_from, each.hearings_to) if each.hearings_from else None,
        )
        for each in published.services
    ]


def _published(tx: Transaction, cdg_id: str) -> PriceListPublished | None:
    kept = tx.orders.prices(cdg_id)
    return PriceListPublished.FromString(kept) if kept else None


def _choosable(case: OpenCase, published: PriceListPublished) -> list[Service]:
    return choosable(services_of(published), Proceeding(case.row.proceeding or Proceeding.ADVICE))


def _request(case: OpenCase, order_id: uuid.UUID, basket: Basket, version: int, apart: bool) -> ServiceRequested:
    return ServiceRequested(
        order_id=str(order_id),
        cdg_id=case.row.cdg_id,
        member_id="" if apart else case.row.member_id,
        services=[
            RequestedService(code=line.service.code, quantity=f"{line.quantity.normalize():f}") for line in basket.lines
        ],
        by_cdg=apart,
        price_list=version,
    )
