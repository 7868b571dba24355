"""Orders with their lines and steps."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.domain.catalogue import Ordered, Unit
from billing.domain.money import Money
from billing.domain.ordering import Status
from billing.domain.vat import VATS
from billing.store import order_tables as t


@dataclass(frozen=True, slots=True)
class Order:
    """What was ordered, its amounts frozen. `member_id`: None for the CdG's own order, whoever it is for."""

    id: uuid.UUID
    cdg_id: uuid.UUID
    member_id: uuid.UUID | None
    number: str
    version: int
    status: Status
    by_cdg: bool
    price_list: int
    net: Money
    tax: Money
    asked_on: date
    recovered_in: uuid.UUID | None = None

    @property
    def gross(self) -> Money:
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class Step:
    """What happened to an order. By a manager, a person of the member, or neither (asked, reconciled)."""

    version: int
    status: Status
    day: date
    manager_id: uuid.UUID | None
    person_id: uuid.UUID | None


class Orders:
    """Orders with their lines and steps. Amounts never change; a step is added with each change of status."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, order: Order, lines: Sequence[Ordered]) -> bool:
        """Answers False for one that is known. Raises IntegrityError for a number that is taken."""
        values = {
            **{name: getattr(order, name) for name in Order.__slots__ if name not in ("net", "tax", "status")},
            "status": str(order.status),
            "net_cents": order.net.cents,
            "tax_cents": order.tax.cents,
        }
        new = postgresql.insert(t.orders).values(values).on_conflict_do_nothing(index_elements=["id"])
        if self._session.execute(new.returning(t.orders.c.id)).first() is None:
            return False
        self._session.execute(insert(t.order_lines), [_line_row(order, at, line) for at, line in enumerate(lines, 1)])
        self._step(order, None, None)
        return True

    def move(
        self,
        order: Order,
        to: Status,
        day: date,
        *,
        manager_id: uuid.UUID | None = None,
        person_id: uuid.UUID | None = None,
    ) -> Order:
        """The order one step further. The caller holds it and has checked the step."""
        moved = Order(**{name: getattr(order, name) for name in Order.__slots__} | _next(order, to))
        row = t.orders.c.id == order.id
        self._session.execute(update(t.orders).where(row).values(status=str(to), version=moved.version))
        self._step(moved, manager_id, person_id, day)
        return moved

    def get(self, order_id: uuid.UUID, cdg_id: uuid.UUID, *, lock: bool = False) -> Order | None:
        """One of this CdG; None for another's, as for none."""
        query = select(t.orders).where(t.orders.c.id == order_id, t.orders.c.cdg_id == cdg_id)
        return self._one(query.with_for_update() if lock else query)

    def get_of_member(self, order_id: uuid.UUID, member_id: uuid.UUID, *, lock: bool = False) -> Order | None:
        """One that this member ordered; None for any other, the CdG's among them."""
        query = select(t.orders).where(t.orders.c.id == order_id, t.orders.c.member_id == member_id)
        return self._one(query.with_for_update() if lock else query)

    def by_number(self, number: str, cdg_id: uuid.UUID) -> Order | None:
        query = select(t.orders).where(t.orders.c.number == number, t.orders.c.cdg_id == cdg_id)
        return self._one(query.with_for_update())

    def of_member(self, member_id: uuid.UUID) -> list[Order]:
        """What a member ordered, the last first. What the CdG ordered has no member."""
        query = select(t.orders).where(t.orders.c.member_id == member_id)
        return self._many(query.order_by(t.orders.c.asked_on.desc(), t.orders.c.number))

    def of_cdg(self, cdg_id: uuid.UUID, status: Status, *, offset: int, limit: int) -> list[Order]:
        """In one state, the last first."""
        query = select(t.orders).where(t.orders.c.cdg_id == cdg_id, t.orders.c.status == str(status))
        return self._many(query.order_by(t.orders.c.asked_on.desc(), t.orders.c.number).offset(offset).limit(limit))

    def counts(self, cdg_id: uuid.UUID) -> dict[Status, int]:
        query = select(t.orders.c.status, func.count()).where(t.orders.c.cdg_id == cdg_id).group_by(t.orders.c.status)
        return {Status(status): count for status, count in self._session.execute(query)}

    def taken(self, number: str) -> bool:
        """Is it another order's number?"""
        query = select(func.count()).select_from(t.orders).where(t.orders.c.number == number)
        return bool(self._session.execute(query).scalar_one())

    def lines(self, order_id: uuid.UUID) -> list[Ordered]:
        query = select(t.order_lines).where(t.order_lines.c.order_id == order_id).order_by(t.order_lines.c.position)
        return [_ordered(row) for row in self._session.execute(query)]

    def steps(self, order_id: uuid.UUID) -> list[Step]:
        """The oldest first."""
        query = select(t.order_steps).where(t.order_steps.c.order_id == order_id).order_by(t.order_steps.c.version)
        return [
            Step(row.version, Status(row.status), row.day, row.manager_id, row.person_id)
            for row in self._session.execute(query)
        ]

    def advances(self, cdg_ids: Sequence[uuid.UUID], until: date) -> list[tuple[uuid.UUID, Money]]:
        """The CdGs' own orders settled by a day of which something is not recovered yet, with what; held.

        A line that is accepted after a settlement took its order waits for the next. Who accepts one holds its order.
        """
        c = t.statement_lines.c
        waits = and_(c.decision == "accepted", c.recovered_in.is_(None))
        settled = select(t.order_steps.c.order_id).where(
            t.order_steps.c.status == "settled", t.order_steps.c.day <= until
        )
        own = and_(t.orders.c.by_cdg, t.orders.c.cdg_id.in_(cdg_ids), t.orders.c.id.in_(settled))
        query = select(t.orders.c.id).where(own, t.orders.c.id.in_(select(c.order_id).where(waits)))
        ids = list(self._session.scalars(query.with_for_update()))
        paid = select(c.order_id, func.sum(c.gross_cents)).where(c.order_id.in_(ids), waits).group_by(c.order_id)
        return [(order_id, Money(int(cents))) for order_id, cents in self._session.execute(paid)]

    def recovered(self, order_ids: Sequence[uuid.UUID], settlement_id: uuid.UUID) -> None:
        """A settlement took all that waited of these orders, which are held."""
        c = t.statement_lines.c
        taken = and_(c.order_id.in_(order_ids), c.decision == "accepted", c.recovered_in.is_(None))
        self._session.execute(update(t.statement_lines).where(taken).values(recovered_in=settlement_id))
        self._session.execute(update(t.orders).where(t.orders.c.id.in_(order_ids)).values(recovered_in=settlement_id))

    def _step(
        self,
        order: Order,
        manager_id: uuid.UUID | None,
        person_id: uuid.UUID | None,
        day: date | None = None,
    ) -> None:
        row = {"order_id": order.id, "version": order.version, "status": str(order.status)}
        by = {"manager_id": manager_id, "person_id": person_id}
        self._session.execute(insert(t.order_steps).values(row | by | {"day": day or order.asked_on}))

    def _one(self, query: Any) -> Order | None:
        row = self._session.execute(query).one_or_none()
        return None if row is None else _order(row)

    def _many(self, query: Any) -> list[Order]:
        return [_order(row) for row in self._session.execute(query)]


def _next(order: Order, to: Status) -> dict[str, Any]:
    return {"status": to, "version": order.version + 1}


def _order(row: Row[Any]) -> Order:
    values = row._asdict()
    net, tax = Money(values.pop("net_cents")), Money(values.pop("tax_cents"))
    return Order(**values | {"status": Status(row.status), "net": net, "tax": tax})


def _line_row(order: Order, position: int, line: Ordered) -> dict[str, Any]:
    return {
        "order_id": order.id,
        "position": position,
        "code": line.code,
        "label": line.label,
        "unit": str(line.unit),
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "vat": str(line.vat.category),
        "net_cents": line.line.net.cents,
    }


def _ordered(row: Row[Any]) -> Ordered:
    return Ordered(row.code, row.label, Unit(row.unit), row.quantity, row.unit_price, VATS[row.vat])
