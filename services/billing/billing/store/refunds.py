"""Money given back of what was left of payments. Nothing is deleted: a contrary entry undoes it."""

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.domain.money import Money
from billing.store import accounting_tables as a
from billing.store.accounting import By


@dataclass(frozen=True, slots=True)
class Refund:
    """What was given back of a payment. `undone`: a contrary entry stands against it."""

    id: uuid.UUID
    payment_id: uuid.UUID
    amount: Money
    given_on: date
    reference: str
    undone: bool = False
    contrary: bool = False


class Refunds:
    """Written while the CdG's accounts are held (`Accounting.hold`)."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def give(self, refund: Refund, by: By) -> bool:
        """Enter one; False for a form that was sent before. The database refuses more than is left of the payment."""
        row = {"id": refund.id, "payment_id": refund.payment_id, "cents": refund.amount.cents}
        row |= {"given_on": refund.given_on, "reference": refund.reference}
        new = postgresql.insert(a.refunds).values(row | {"recorded_by": by.manager_id, "recorded_at": by.at})
        done = new.on_conflict_do_nothing(index_elements=["id"]).returning(a.refunds.c.id)
        return self._session.execute(done).first() is not None

    def undo(self, refund: Refund, by: By, day: date) -> None:
        """Enter the contrary of one."""
        row = {"id": uuid.uuid4(), "payment_id": refund.payment_id, "cents": -refund.amount.cents}
        row |= {"given_on": max(day, refund.given_on), "reference": refund.reference, "undoes": refund.id}
        self._session.execute(insert(a.refunds).values(row | {"recorded_by": by.manager_id, "recorded_at": by.at}))

    def all(self, *, cdg_id: uuid.UUID | None = None, payment_id: uuid.UUID | None = None) -> list[Refund]:
        """Of a payment, or of a CdG; contrary entries too, in the order of entry."""
        c, contrary = a.refunds.c, a.refunds.alias("contrary")
        undone = select(contrary.c.id).where(contrary.c.undoes == c.id).exists()
        query = select(a.refunds, undone.label("out")).order_by(c.recorded_at, c.id)
        if payment_id is not None:
            query = query.where(c.payment_id == payment_id)
        if cdg_id is not None:
            query = query.join(a.payments, a.payments.c.id == c.payment_id).where(a.payments.c.cdg_id == cdg_id)
        return [
            Refund(r.id, r.payment_id, Money(r.cents), r.given_on, r.reference, r.out, r.undoes is not None)
            for r in self._session.execute(query)
        ]
