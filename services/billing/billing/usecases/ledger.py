"""What a manager enters about an invoice after it was issued: payments, credit notes, disputes, titres.

Every one holds the CdG's accounts first, so that two at once never exceed a sum.
"""

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import IntegrityError

from billing.domain.ageing import Standing
from billing.domain.invoices import InvoiceRefused, Motive
from billing.domain.money import ZERO, Money
from billing.domain.parties import Manager
from billing.domain.payments import PaymentRefused, check_allocation
from billing.store.accounting import By, Ledger, Payment, Receipt, Share
from billing.store.transaction import Transaction
from billing.usecases import invoicing
from billing.usecases.letters import write_to_member
from billing.usecases.refunding import given_back
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from paravent.billing.v1 import events_pb2 as events

TYPED = "saisie"


@dataclass(frozen=True, slots=True)
class Received:
    """A payment as a manager types it. `key`: of the form, so that a button pressed twice enters it once."""

    day: date
    amount: Money
    payer: str
    reference: str
    key: uuid.UUID | None = None


def enter_payment(
    uow: UnitOfWork[Transaction], manager: Manager, invoice_id: uuid.UUID, received: Received, clock: Clock
) -> uuid.UUID | None:
    """Enter a payment of an invoice; its id, None when its form was sent before.

    What it is more than the invoice stays a credit of the member.
    Raises PaymentRefused: the invoice is unknown or undone, the day to come, the amount not positive.
    """
    today, by = _now(manager, clock)
    if received.amount <= ZERO:
        raise PaymentRefused("le montant doit être positif")
    if received.day > today:
        raise PaymentRefused("un paiement n’est pas daté d’un jour à venir")
    with uow("enter_payment") as tx:
        tx.accounting.hold(manager.cdg_id)
        standing = _payable(tx, manager, invoice_id)
        receipt = Receipt(
            received.day,
            received.amount,
            received.payer or standing.member_name,
            received.reference,
            TYPED,
            standing.member_id,
            id=received.key or uuid.uuid4(),
        )
        if not tx.accounting.receive(manager.cdg_id, by, [receipt]):
            return None
        part = min(received.amount, standing.open)
        if part > ZERO:
            tx.accounting.allocate(by, [Share(receipt.id, invoice_id, part, received.day)])
        return receipt.id


def allocate(
    uow: UnitOfWork[Transaction],
    manager: Manager,
    payment_id: uuid.UUID,
    invoice_id: uuid.UUID,
    amount: Money | None,
    clock: Clock,
) -> None:
    """Pay an invoice with what is left of a payment; by as much as can be, when no amount is told.

    It counts from today: what was said of an earlier day stays said. Raises PaymentRefused.
    """
    today, by = _now(manager, clock)
    with uow("allocate") as tx:
        tx.accounting.hold(manager.cdg_id)
        payment = _payment(tx, manager, payment_id)
        standing = _payable(tx, manager, invoice_id)
        part = min(payment.rest, standing.open) if amount is None else amount
        check_allocation(part, rest=payment.rest, opened=standing.open)
        tx.accounting.allocate(by, [Share(payment_id, invoice_id, part, max(today, payment.received_on))])


def undo_allocation(
    uow: UnitOfWork[Transaction], manager: Manager, payment_id: uuid.UUID, allocation_id: uuid.UUID, clock: Clock
) -> None:
    """Take back what a payment paid of an invoice, by a contrary entry; once. Raises PaymentRefused."""
    today, by = _now(manager, clock)
    with uow("undo_allocation") as tx:
        tx.accounting.hold(manager.cdg_id)
        _payment(tx, manager, payment_id)
        for one in tx.accounting.allocations(payment_id=payment_id):
            if one.id == allocation_id and not one.contrary and not one.undone:
                tx.accounting.undo_allocation(one, by, today)
                return
        raise PaymentRefused("cette imputation est déjà annulée, ou inconnue")


def undo_payment(uow: UnitOfWork[Transaction], manager: Manager, payment_id: uuid.UUID, clock: Clock) -> None:
    """Take back a payment and all that it paid, by contrary entries; once. Raises PaymentRefused."""
    today, by = _now(manager, clock)
    with uow("undo_payment") as tx:
        tx.accounting.hold(manager.cdg_id)
        payment = _payment(tx, manager, payment_id)
        if payment.undone:
            raise PaymentRefused("ce paiement est déjà annulé")
        if given_back(tx, payment_id) > ZERO:
            raise PaymentRefused("il a été remboursé, au moins en partie : annulez d’abord le remboursement")
        for one in tx.accounting.allocations(payment_id=payment_id):
            if not one.contrary and not one.undone:
                tx.accounting.undo_allocation(one, by, today)
        tx.accounting.undo_payment(payment, by, max(today, payment.received_on))


def undo_invoice(
    uow: UnitOfWork[Transaction],
    manager: Manager,
    invoice_id: uuid.UUID,
    motive: Motive,
    clock: Clock,
    *,
    remark: str = "",
) -> uuid.UUID:
    """Issue the credit note of an invoice, with its motive; what was paid of it becomes a credit. The note's id.

    `remark`: the manager's own words; they stay in the CdG's accounts, on no document. Raises InvoiceRefused: also for
    another correction without one.
    """
    today, by = _now(manager, clock)
    said = remark.strip()
    if motive is Motive.OTHER and not said:
        raise InvoiceRefused("précisez la correction")

    def work(tx: Transaction) -> uuid.UUID:
        tx.accounting.hold(manager.cdg_id)
        note = invoicing.undo(tx, tx.parties.cdg(manager.cdg_id), invoice_id, issued_on=today, motive=motive)
        if note.new:
            for one in tx.accounting.allocations(invoice_id=invoice_id):
                if not one.contrary and not one.undone:
                    tx.accounting.undo_allocation(one, by, today)
            tx.accounting.settle_dispute(invoice_id, by, today)
            tx.accounting.explain(note.id, f"{motive} – {said}" if said else str(motive), by)
        return note.id

    return uow.run("undo_invoice", work)


def replace_invoice(uow: UnitOfWork[Transaction], manager: Manager, invoice_id: uuid.UUID, clock: Clock) -> uuid.UUID:
    """Issue an invoice that was undone again, to the coordinates of today, and write to the member; its id, once.

    Raises InvoiceRefused.
    """
    now = clock.now()

    def work(tx: Transaction) -> uuid.UUID:
        tx.accounting.hold(manager.cdg_id)
        made = invoicing.replace(tx, tx.parties.cdg(manager.cdg_id), invoice_id, issued_on=paris_day(now))
        row = tx.invoices.get(made.id, manager.cdg_id)
        member = tx.members.any(row.member_id) if made.new and row is not None else None
        if member is not None and (person := tx.parties.correspondent(member.id)):
            write_to_member(tx, member, person, events.LETTER_KIND_INVOICE, now)
        return made.id

    return uow.run("replace_invoice", work)


def dispute(uow: UnitOfWork[Transaction], manager: Manager, invoice_id: uuid.UUID, motive: str, clock: Clock) -> None:
    """Note that a member disputes an invoice: it gets no reminder. Raises PaymentRefused."""
    today, by = _now(manager, clock)
    if not motive.strip():
        raise PaymentRefused("indiquez ce que le membre conteste")
    with uow("dispute") as tx:
        tx.accounting.hold(manager.cdg_id)
        _payable(tx, manager, invoice_id)
        tx.accounting.dispute(invoice_id, motive.strip(), by, today)


def settle(uow: UnitOfWork[Transaction], manager: Manager, invoice_id: uuid.UUID, clock: Clock) -> None:
    """The dispute is over. Raises PaymentRefused."""
    today, by = _now(manager, clock)
    with uow("settle") as tx:
        tx.accounting.hold(manager.cdg_id)
        _known(tx, manager, invoice_id)
        tx.accounting.settle_dispute(invoice_id, by, today)


def number_titre(
    uow: UnitOfWork[Transaction],
    manager: Manager,
    invoice_id: uuid.UUID,
    exercice: int,
    bordereau: int,
    number: int,
    clock: Clock,
) -> None:
    """Keep the numbers that the accountant's software gave. Raises PaymentRefused."""
    today, by = _now(manager, clock)
    if not (2020 <= exercice <= 2099 and 1 <= bordereau <= 999_999 and 1 <= number <= 99_999_999):
        raise PaymentRefused("un exercice et des numéros positifs sont attendus")
    try:
        with uow("number_titre") as tx:
            tx.accounting.hold(manager.cdg_id)
            if tx.balances.one(manager.cdg_id, invoice_id, today) is None:
                raise PaymentRefused("facture inconnue")
            tx.deposits.number(manager.cdg_id, invoice_id, by, exercice=exercice, bordereau=bordereau, number=number)
    except IntegrityError:
        raise PaymentRefused("une autre facture porte déjà ce numéro de titre") from None


def choose(uow: UnitOfWork[Transaction], manager: Manager, ledger: Ledger) -> None:
    """Keep what a CdG chose for its reminders and titres."""
    with uow("choose_ledger") as tx:
        tx.accounting.choose(manager.cdg_id, ledger)


def _now(manager: Manager, clock: Clock) -> tuple[date, By]:
    now = clock.now()
    return paris_day(now), By(manager.id, now)


def _payment(tx: Transaction, manager: Manager, payment_id: uuid.UUID) -> Payment:
    payment = tx.accounting.payment(payment_id, manager.cdg_id)
    if payment is None:
        raise PaymentRefused("paiement inconnu")
    return payment


def _known(tx: Transaction, manager: Manager, invoice_id: uuid.UUID) -> Standing:
    """Where an invoice stands once every entry counts: also one whose day is to come."""
    listed = tx.balances.one(manager.cdg_id, invoice_id, date.max)
    if listed is None:
        raise PaymentRefused("facture inconnue")
    if listed.credit:
        raise PaymentRefused("un avoir ne se paie pas")
    return listed.standing


def _payable(tx: Transaction, manager: Manager, invoice_id: uuid.UUID) -> Standing:
    standing = _known(tx, manager, invoice_id)
    if standing.credited:
        raise PaymentRefused("cette facture est annulée par un avoir")
    return standing
