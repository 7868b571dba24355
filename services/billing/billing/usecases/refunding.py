"""What is left of a payment, given back to who paid: entered once, undone by a contrary entry.

Both hold the CdG's accounts first, so that two at once never give back more than is left.
"""

import uuid
from dataclasses import dataclass
from datetime import date

from billing.domain.money import Money, total
from billing.domain.parties import Manager
from billing.domain.payments import PaymentRefused, check_refund
from billing.store.accounting import By, Payment
from billing.store.refunds import Refund
from billing.store.transaction import Transaction
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork


@dataclass(frozen=True, slots=True)
class Given:
    """A refund as a manager types it. `amount`: None for all that is left; `key`: of the form, so that a button
    pressed twice enters it once."""

    day: date
    amount: Money | None
    reference: str
    key: uuid.UUID | None = None


def refund(uow: UnitOfWork[Transaction], manager: Manager, payment_id: uuid.UUID, given: Given, clock: Clock) -> bool:
    """Enter that what is left of a payment, or a part of it, was given back; False for a form that was sent before.

    Raises PaymentRefused.
    """
    by = By(manager.id, clock.now())
    with uow("refund") as tx:
        tx.accounting.hold(manager.cdg_id)
        payment = _payment(tx, manager, payment_id)
        if any(one.id == given.key for one in tx.refunds.all(payment_id=payment_id)):
            return False
        amount = payment.rest if given.amount is None else given.amount
        check_refund(
            amount, rest=payment.rest, day=given.day, received_on=payment.received_on, today=paris_day(clock.now())
        )
        entered = Refund(given.key or uuid.uuid4(), payment_id, amount, given.day, given.reference)
        if not tx.refunds.give(entered, by):
            raise PaymentRefused("rechargez la page")
        return True


def undo_refund(
    uow: UnitOfWork[Transaction], manager: Manager, payment_id: uuid.UUID, refund_id: uuid.UUID, clock: Clock
) -> None:
    """Take back a refund that was not made, by a contrary entry; once. Raises PaymentRefused."""
    by = By(manager.id, clock.now())
    with uow("undo_refund") as tx:
        tx.accounting.hold(manager.cdg_id)
        _payment(tx, manager, payment_id)
        for one in tx.refunds.all(payment_id=payment_id):
            if one.id == refund_id and not one.contrary and not one.undone:
                tx.refunds.undo(one, by, paris_day(clock.now()))
                return
        raise PaymentRefused("ce remboursement est déjà annulé, ou inconnu")


def given_back(tx: Transaction, payment_id: uuid.UUID) -> Money:
    """What was given back of a payment, contrary entries taken off."""
    return total(one.amount for one in tx.refunds.all(payment_id=payment_id))


def _payment(tx: Transaction, manager: Manager, payment_id: uuid.UUID) -> Payment:
    payment = tx.accounting.payment(payment_id, manager.cdg_id)
    if payment is None:
        raise PaymentRefused("paiement inconnu")
    return payment
