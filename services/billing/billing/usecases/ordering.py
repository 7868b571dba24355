"""Orders of the provider's services: asked for by casework, approved by who pays, delivered."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from billing.domain import ordering
from billing.domain.catalogue import Catalogue, Ordered, OrderRefused, Suggestion, of_totals
from billing.domain.ordering import Difference, Status, check_step, compare
from billing.domain.parties import Manager, Member, Provider
from billing.store.orders import Order, Step
from billing.store.statements import StatementLine
from billing.store.transaction import Transaction
from billing.usecases.letters import write_to_member
from billing.usecases.order_papers import Paper, ask_paper
from billing.usecases.price_lists import read_version
from chassis import logs
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from paravent.billing.v1 import events_pb2 as events

log = logs.get(__name__)

_TOLD = {
    Status.QUOTED: events.OrderStatus.ORDER_STATUS_QUOTED,
    Status.APPROVED: events.OrderStatus.ORDER_STATUS_APPROVED,
    Status.REFUSED: events.OrderStatus.ORDER_STATUS_REFUSED,
    Status.DELIVERED: events.OrderStatus.ORDER_STATUS_DELIVERED,
    Status.SETTLED: events.OrderStatus.ORDER_STATUS_SETTLED,
    Status.CANCELLED: events.OrderStatus.ORDER_STATUS_CANCELLED,
}
# Steps that a manager takes: of the CdG's own orders, and of a member's.
OWN_STEPS = frozenset({Status.APPROVED, Status.REFUSED, Status.DELIVERED, Status.CANCELLED})
MEMBER_STEPS = frozenset({Status.DELIVERED, Status.CANCELLED})


class NoSuchOrder(Exception):
    """There is no such order for who asks."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What casework asked for. `services`: (code, quantity as text)."""

    order_id: uuid.UUID
    cdg_id: uuid.UUID
    member_id: uuid.UUID | None
    by_cdg: bool
    price_list: int
    services: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class OrderFile:
    """An order with all that its page shows. `member`: None for the CdG's own."""

    order: Order
    member: Member | None
    lines: list[Ordered]
    steps: list[Step]
    stated: list[StatementLine]
    provider: Provider | None
    papers: list[tuple[str, uuid.UUID]]
    suggestion: Suggestion | None


def receive(tx: Transaction, asked: Asked, now: datetime) -> None:
    """Quote what was asked, once; who pays is written to. What cannot be priced is answered as cancelled.

    Raises LookupError for a member that is not the CdG's.
    """
    today = paris_day(now)
    member = tx.members.get(asked.member_id, asked.cdg_id) if asked.member_id else None
    if (member is None) != asked.by_cdg:
        raise LookupError("member")
    prices = read_version(tx, asked.cdg_id, asked.price_list)
    lines = _lines(prices, asked)
    if not lines:
        log.warning("orders.not_priced")
        _tell(tx, asked.order_id, 1, Status.CANCELLED)
        return
    totals = of_totals(lines)
    order = Order(
        asked.order_id,
        asked.cdg_id,
        asked.member_id,
        _free_number(tx),
        1,
        Status.QUOTED,
        asked.by_cdg,
        asked.price_list,
        totals.net,
        totals.tax,
        today,
    )
    if not tx.orders.add(order, lines):
        return
    _tell(tx, order.id, order.version, order.status)
    ask_paper(tx, Paper.QUOTE, order, lines, tx.parties.cdg(order.cdg_id), member, provider_of(tx, order))
    if member is not None and (person := tx.parties.correspondent(member.id)):
        write_to_member(tx, member, person, events.LetterKind.LETTER_KIND_QUOTE, now)


def step_by_manager(
    uow: UnitOfWork[Transaction], manager: Manager, order_id: uuid.UUID, to: Status, clock: Clock
) -> None:
    """A manager's step. Raises NoSuchOrder, and NotNow: not from there, or not the manager's to take."""
    with uow("order_step") as tx:
        order = tx.orders.get(order_id, manager.cdg_id, lock=True)
        if order is None:
            raise NoSuchOrder
        if to not in (OWN_STEPS if order.by_cdg else MEMBER_STEPS):
            raise ordering.NotNow("the member's to take")
        move(tx, order, to, paris_day(clock.now()), manager_id=manager.id)


def step_by_member(
    uow: UnitOfWork[Transaction], member: Member, person_id: uuid.UUID, order_id: uuid.UUID, to: Status, clock: Clock
) -> None:
    """The ordonnateur approves or refuses a quote, or says that the service was done. Raises as above."""
    with uow("order_step_of_member") as tx:
        order = tx.orders.get_of_member(order_id, member.id, lock=True)
        if order is None:
            raise NoSuchOrder
        if to not in (Status.APPROVED, Status.REFUSED, Status.DELIVERED):
            raise ordering.NotNow("the CdG's to take")
        move(tx, order, to, paris_day(clock.now()), person_id=person_id)


def move(
    tx: Transaction,
    order: Order,
    to: Status,
    day: date,
    *,
    manager_id: uuid.UUID | None = None,
    person_id: uuid.UUID | None = None,
) -> Order:
    """One step of an order that is held: kept, told to casework, and the order form made. Raises NotNow."""
    check_step(order.status, to)
    moved = tx.orders.move(order, to, day, manager_id=manager_id, person_id=person_id)
    _tell(tx, moved.id, moved.version, to)
    if to is Status.APPROVED:
        member = tx.members.get(order.member_id, order.cdg_id) if order.member_id else None
        cdg, lines = tx.parties.cdg(order.cdg_id), tx.orders.lines(order.id)
        ask_paper(tx, Paper.ORDER, moved, lines, cdg, member, provider_of(tx, order), approved_on=day)
    return moved


def file_of(tx: Transaction, order: Order) -> OrderFile:
    """Everything about an order."""
    lines = tx.orders.lines(order.id)
    prices = read_version(tx, order.cdg_id, order.price_list)
    papers = [(paper, tx.documents.about(str(paper), order.id)) for paper in Paper]
    return OrderFile(
        order,
        tx.members.get(order.member_id, order.cdg_id) if order.member_id else None,
        lines,
        tx.orders.steps(order.id),
        [as_it_stands(tx, line, order.cdg_id) for line in tx.statements.of_order(order.id)],
        provider_of(tx, order),
        [(str(paper), document.id) for paper, document in papers if document],
        prices.suggest(lines) if prices and order.status is Status.QUOTED else None,
    )


def as_it_stands(tx: Transaction, line: StatementLine, cdg_id: uuid.UUID) -> StatementLine:
    """A stated line; one that came before the service was done, and waits, is compared again once it is."""
    if line.decision is not None or line.found.difference is not Difference.NOT_DELIVERED or line.order_id is None:
        return line
    order = tx.orders.get(line.order_id, cdg_id)
    if order is None or order.status not in (Status.DELIVERED, Status.SETTLED):
        return line
    before = tx.statements.quantities(order.id, accepted=False)
    before[line.stated.code] -= line.stated.quantity
    return replace(line, found=compare(line.stated, tx.orders.lines(order.id), order.status, before))


def provider_of(tx: Transaction, order: Order) -> Provider | None:
    """Who delivers: the provider of the market of the day on which it was asked for."""
    market = tx.parties.market(order.cdg_id, order.asked_on)
    return tx.parties.provider(market.provider_id) if market else None


def show_to_manager(uow: UnitOfWork[Transaction], manager: Manager, order_id: uuid.UUID) -> OrderFile | None:
    with uow("show_order") as tx:
        order = tx.orders.get(order_id, manager.cdg_id)
        return file_of(tx, order) if order else None


def show_to_member(uow: UnitOfWork[Transaction], member: Member, order_id: uuid.UUID) -> OrderFile | None:
    """One that the member ordered; None for any other, the CdG's among them."""
    with uow("show_order_to_member") as tx:
        order = tx.orders.get_of_member(order_id, member.id)
        return file_of(tx, order) if order else None


def orders_of(tx: Transaction, member: Member) -> list[Order]:
    """What a member ordered: for its page and its space. What the CdG ordered is not known to be anybody's."""
    return tx.orders.of_member(member.id)


def _lines(prices: Catalogue | None, asked: Asked) -> list[Ordered]:
    if prices is None:
        return []
    try:
        return prices.order(asked.services)
    except OrderRefused:
        return []


def _free_number(tx: Transaction) -> str:
    while True:
        number = ordering.draw_number()
        if not tx.orders.taken(number):
            return number


def _tell(tx: Transaction, order_id: uuid.UUID, version: int, status: Status) -> None:
    told = events.OrderProgressed(order_id=str(order_id), version=version, status=_TOLD[status])
    tx.outbox.add(told, signed=True)
