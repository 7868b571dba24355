"""The provider's statements: imported, compared line by line with what was ordered, accepted or disputed."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from billing.domain.ordering import Difference, NotNow, Stated, Status, compare, complete
from billing.domain.parties import Manager
from billing.domain.statement_file import read_statement
from billing.store.orders import Order
from billing.store.statements import StatementLine
from billing.store.transaction import Transaction
from billing.usecases.ordering import NoSuchOrder, as_it_stands, move
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork

ACCEPTED, DISPUTED = "accepted", "disputed"


class TakenBefore(Exception):
    """The same file, or another under the same reference, was imported already."""


@dataclass(frozen=True, slots=True)
class StatementFile:
    """A statement with its lines."""

    row: Row[Any]
    lines: list[StatementLine]


def import_statement(
    uow: UnitOfWork[Transaction], manager: Manager, reference: str, data: bytes, clock: Clock
) -> uuid.UUID:
    """Keep a statement; what is as ordered is accepted at once. Its id.

    Raises StatementRefused for a file with a wrong line, and TakenBefore.
    """
    stated = read_statement(data)
    today, statement_id = paris_day(clock.now()), uuid.uuid4()
    with uow("import_statement") as tx:
        digest = hashlib.sha256(data).digest()
        new = tx.statements.add(
            statement_id,
            manager.cdg_id,
            reference=reference.strip(),
            received_on=today,
            imported_by=manager.id,
            digest=digest,
        )
        if not new:
            raise TakenBefore
        for at, line in enumerate(stated, 1):
            order = _keep(tx, manager, statement_id, at, line, today)
            if order is not None:
                _settle_if_complete(tx, order, today)
    return statement_id


def decide(
    uow: UnitOfWork[Transaction], manager: Manager, statement_id: uuid.UUID, position: int, decision: str, clock: Clock
) -> None:
    """Accept a line that is not as ordered, or dispute it; once. What has no order can only be disputed.

    Raises NoSuchOrder for a line that is not there, and NotNow for one that is decided, or cannot be accepted.
    """
    today = paris_day(clock.now())
    with uow("decide_statement_line") as tx:
        lines = tx.statements.lines(statement_id) if tx.statements.get(statement_id, manager.cdg_id) else []
        line = next((each for each in lines if each.position == position), None)
        if line is None or decision not in (ACCEPTED, DISPUTED):
            raise NoSuchOrder
        order = tx.orders.get(line.order_id, manager.cdg_id, lock=True) if line.order_id else None
        if line.decision is not None or (decision == ACCEPTED and not _acceptable(order)):
            raise NotNow("decided, or nothing to pay")
        tx.statements.decide(line, decision, manager.id, today)
        if order is not None:
            _settle_if_complete(tx, order, today)


def close(uow: UnitOfWork[Transaction], manager: Manager, order_id: uuid.UUID, clock: Clock) -> None:
    """Settle a delivered order for less than was ordered: time spent may be shorter. Raises NoSuchOrder, and NotNow
    while a line waits for a decision or none is accepted."""
    with uow("close_order") as tx:
        order = tx.orders.get(order_id, manager.cdg_id, lock=True)
        if order is None:
            raise NoSuchOrder
        if not closable(tx.statements.of_order(order.id)):
            raise NotNow("lines are open")
        move(tx, order, Status.SETTLED, paris_day(clock.now()), manager_id=manager.id)


def closable(lines: Sequence[StatementLine]) -> bool:
    """Is every line of an order decided, and one accepted at least?"""
    decisions = [line.decision for line in lines]
    return None not in decisions and ACCEPTED in decisions


def show(uow: UnitOfWork[Transaction], manager: Manager, statement_id: uuid.UUID) -> StatementFile | None:
    with uow("show_statement") as tx:
        row = tx.statements.get(statement_id, manager.cdg_id)
        lines = [as_it_stands(tx, line, manager.cdg_id) for line in tx.statements.lines(statement_id)]
        return StatementFile(row, lines) if row else None


def _keep(
    tx: Transaction, manager: Manager, statement_id: uuid.UUID, at: int, stated: Stated, today: date
) -> Order | None:
    order = tx.orders.by_number(stated.number, manager.cdg_id)
    lines = tx.orders.lines(order.id) if order else None
    before = tx.statements.quantities(order.id, accepted=False) if order else {}
    found = compare(stated, lines, order.status if order else None, before)
    decision = ACCEPTED if found.difference is Difference.NONE else None
    line = StatementLine(statement_id, at, order.id if order else None, stated, found, decision)
    tx.statements.add_line(line, today if decision else None)
    return order


def _acceptable(order: Order | None) -> bool:
    return order is not None and order.status in (Status.DELIVERED, Status.SETTLED)


def _settle_if_complete(tx: Transaction, order: Order, today: date) -> None:
    if order.status is Status.DELIVERED and complete(
        tx.orders.lines(order.id), tx.statements.quantities(order.id, accepted=True)
    ):
        move(tx, order, Status.SETTLED, today)
