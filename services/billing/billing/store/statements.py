"""The provider's statements, line by line."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, and_, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.domain.money import Money
from billing.domain.ordering import Difference, Found, Stated
from billing.store import order_tables as t


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line of a statement, as it was found to be. `decision`: accepted, disputed, or None while it waits."""

    statement_id: uuid.UUID
    position: int
    order_id: uuid.UUID | None
    stated: Stated
    found: Found
    decision: str | None


class Statements:
    """What the provider says it is owed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        statement_id: uuid.UUID,
        cdg_id: uuid.UUID,
        *,
        reference: str,
        received_on: date,
        imported_by: uuid.UUID,
        digest: bytes,
    ) -> bool:
        """Answers False for a file, or a reference, that was taken before."""
        row = {"id": statement_id, "cdg_id": cdg_id, "reference": reference, "received_on": received_on}
        new = postgresql.insert(t.statements).values(row | {"imported_by": imported_by, "digest": digest})
        return self._session.execute(new.on_conflict_do_nothing().returning(t.statements.c.id)).first() is not None

    def add_line(self, line: StatementLine, decided_on: date | None) -> None:
        row = {
            "statement_id": line.statement_id,
            "position": line.position,
            "order_id": line.order_id,
            "number": line.stated.number,
            "code": line.stated.code,
            "quantity": line.stated.quantity,
            "net_cents": line.stated.net.cents,
            "gross_cents": line.stated.gross.cents,
            "difference": str(line.found.difference),
            "expected_cents": line.found.expected.cents if line.found.expected else None,
            "decision": line.decision,
            "decided_on": decided_on if line.decision else None,
        }
        self._session.execute(insert(t.statement_lines).values(row))

    def decide(self, line: StatementLine, decision: str, manager_id: uuid.UUID, day: date) -> None:
        c = t.statement_lines.c
        same = and_(c.statement_id == line.statement_id, c.position == line.position, c.decision.is_(None))
        values = {"decision": decision, "decided_by": manager_id, "decided_on": day}
        self._session.execute(update(t.statement_lines).where(same).values(values))

    def get(self, statement_id: uuid.UUID, cdg_id: uuid.UUID) -> Row[Any] | None:
        query = select(t.statements).where(t.statements.c.id == statement_id, t.statements.c.cdg_id == cdg_id)
        return self._session.execute(query).one_or_none()

    def all(self, cdg_id: uuid.UUID) -> Sequence[Row[Any]]:
        """The last first, with how many lines they have and how many wait for a decision."""
        lines, c = t.statement_lines, t.statements.c
        query = (
            select(
                t.statements,
                func.count(lines.c.position).label("lines"),
                func.count(lines.c.position).filter(lines.c.decision.is_(None)).label("open"),
            )
            .join(lines, lines.c.statement_id == c.id)
            .where(c.cdg_id == cdg_id)
            .group_by(c.id)
            .order_by(c.received_on.desc(), c.reference)
        )
        return self._session.execute(query).all()

    def lines(self, statement_id: uuid.UUID) -> list[StatementLine]:
        query = select(t.statement_lines).where(t.statement_lines.c.statement_id == statement_id)
        return [_stated(row) for row in self._session.execute(query.order_by(t.statement_lines.c.position))]

    def of_order(self, order_id: uuid.UUID) -> list[StatementLine]:
        """Every line about an order, of any statement."""
        query = select(t.statement_lines).where(t.statement_lines.c.order_id == order_id)
        return [_stated(row) for row in self._session.execute(query.order_by(t.statement_lines.c.position))]

    def quantities(self, order_id: uuid.UUID, *, accepted: bool) -> dict[str, Decimal]:
        """By code, how much of an order stands on lines that are accepted, or (else) are not disputed."""
        c = t.statement_lines.c
        counted = c.decision == "accepted" if accepted else or_(c.decision.is_(None), c.decision != "disputed")
        query = select(c.code, func.sum(c.quantity)).where(c.order_id == order_id, counted).group_by(c.code)
        return {code: Decimal(quantity) for code, quantity in self._session.execute(query)}


def _stated(row: Row[Any]) -> StatementLine:
    stated = Stated(row.number, row.code, row.quantity, Money(row.net_cents), Money(row.gross_cents))
    found = Found(Difference(row.difference), None if row.expected_cents is None else Money(row.expected_cents))
    return StatementLine(row.statement_id, row.position, row.order_id, stated, found, row.decision)
