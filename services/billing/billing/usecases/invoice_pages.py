"""What managers and members see of invoices after they were issued."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from billing.domain.ageing import Balance, balance
from billing.domain.invoices import Invoice
from billing.domain.money import Money, total
from billing.domain.parties import Cdg, Manager, Member
from billing.store.accounting import Allocation, Ledger, Payment
from billing.store.balances import Listed, Sought, Sums
from billing.store.deposits import Deposit
from billing.store.documents import Document
from billing.store.refunds import Refund
from billing.store.transaction import Transaction
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list. `seller`: False while the CdG cannot issue anything."""

    today: date
    cdg: Cdg
    lines: Sequence[Listed]
    sums: Sums
    years: Sequence[int]
    seller: bool


@dataclass(frozen=True, slots=True)
class InvoiceFile:
    """Everything about one invoice or credit note. `replaced`: by what took its place; `credits`: payments of
    its member with something left."""

    today: date
    listed: Listed
    invoice: Invoice
    document: Document | None
    allocations: Sequence[Allocation]
    credits: Sequence[Payment]
    note: Any
    motive: str
    corrects: uuid.UUID | None
    replaced: tuple[uuid.UUID, Invoice] | None
    disputes: Sequence[Any]
    reminders: Sequence[Any]
    deposits: Sequence[Deposit]
    titre: Any
    ledger: Ledger

    @property
    def paid_on(self) -> date | None:
        """The day of the last payment, once nothing is open."""
        standing = [one.counts_on for one in self.allocations if not one.contrary and not one.undone]
        return max(standing) if standing and self.listed.standing.open.cents == 0 else None


@dataclass(frozen=True, slots=True)
class Account:
    """A member's invoices and what it owes. `notes`: its credit notes, as they were issued."""

    today: date
    lines: Sequence[Listed]
    credits: Sequence[Payment]
    documents: dict[uuid.UUID, uuid.UUID]
    notes: dict[uuid.UUID, Invoice]

    @property
    def open(self) -> Money:
        return total(one.standing.open for one in self.lines if not one.credit)

    @property
    def late(self) -> Money:
        return total(one.standing.open for one in self.lines if not one.credit and one.standing.late(self.today))

    @property
    def due(self) -> list[Listed]:
        """What is still to be paid, the oldest first."""
        return [one for one in reversed(self.lines) if not one.credit and one.standing.open.cents > 0]


@dataclass(frozen=True, slots=True)
class PaymentFile:
    """A payment, what it paid and what was given back of it."""

    today: date
    payment: Payment
    member: Member | None
    allocations: Sequence[Allocation]
    refunds: Sequence[Refund]
    open: Sequence[Listed]


@dataclass(frozen=True, slots=True)
class Payments:
    """The payments of a CdG, the newest first, and the files that were read."""

    lines: Sequence[Payment]
    credits: Sequence[Payment]
    files: Sequence[Any]


def listing(
    uow: UnitOfWork[Transaction], manager: Manager, sought: Sought, clock: Clock, *, offset: int, limit: int
) -> Listing:
    today = paris_day(clock.now())
    with uow("invoices") as tx:
        return Listing(
            today,
            tx.parties.cdg(manager.cdg_id),
            tx.balances.page(manager.cdg_id, sought, today, offset=offset, limit=limit),
            tx.balances.sums(manager.cdg_id, sought, today),
            tx.balances.years(manager.cdg_id),
            tx.invoices.seller(manager.cdg_id) is not None,
        )


def invoice_file(
    uow: UnitOfWork[Transaction], manager: Manager, invoice_id: uuid.UUID, clock: Clock
) -> InvoiceFile | None:
    """An invoice of this manager's CdG; None for any other."""
    today = paris_day(clock.now())
    with uow("invoice") as tx:
        listed = tx.balances.one(manager.cdg_id, invoice_id, today)
        row = tx.invoices.get(invoice_id, manager.cdg_id)
        if listed is None or row is None:
            return None
        note = tx.balances.note_of(invoice_id)
        return InvoiceFile(
            today=today,
            listed=listed,
            invoice=tx.balances.invoices(manager.cdg_id, [invoice_id])[0][1],
            document=tx.documents.about("facture", invoice_id),
            allocations=tx.accounting.allocations(invoice_id=invoice_id),
            credits=tx.accounting.credits(manager.cdg_id, listed.standing.member_id),
            note=note,
            replaced=tx.invoices.for_cause(note.id) if note else None,
            motive=tx.accounting.motive(invoice_id),
            corrects=row.corrects,
            disputes=tx.accounting.disputes(invoice_id),
            reminders=tx.reminders.history(invoice_id),
            deposits=tx.deposits.of_invoice(invoice_id),
            titre=tx.deposits.titre(invoice_id),
            ledger=tx.accounting.ledger(manager.cdg_id),
        )


def account(tx: Transaction, member: Member) -> Account:
    """A member's account, for its space and for its page at the CdG."""
    lines = tx.balances.of_member(member.id, tx.today)
    documents = {one.subject_id: one.id for one in tx.documents.of_member(member.id) if one.kind == "facture"}
    credited = [one.standing.invoice_id for one in lines if one.credit]
    notes = dict(tx.balances.invoices(member.cdg_id, credited)) if credited else {}
    return Account(tx.today, lines, tx.accounting.credits(member.cdg_id, member.id), documents, notes)


def balance_on(uow: UnitOfWork[Transaction], manager: Manager, day: date) -> Balance:
    """What members of this manager's CdG owed at the end of a day."""
    with uow("balance") as tx:
        return balance(tx.balances.standings(manager.cdg_id, day, unpaid=True), day)


def payments(uow: UnitOfWork[Transaction], manager: Manager, limit: int) -> Payments:
    with uow("payments") as tx:
        return Payments(
            tx.accounting.payments(manager.cdg_id, limit=limit),
            tx.accounting.credits(manager.cdg_id),
            tx.payment_files.recent(manager.cdg_id),
        )


def payment_file(
    uow: UnitOfWork[Transaction], manager: Manager, payment_id: uuid.UUID, clock: Clock
) -> PaymentFile | None:
    """A payment of this manager's CdG; None for any other."""
    today = paris_day(clock.now())
    with uow("payment") as tx:
        payment = tx.accounting.payment(payment_id, manager.cdg_id)
        if payment is None:
            return None
        member = tx.members.get(payment.member_id, manager.cdg_id) if payment.member_id else None
        lines = tx.balances.of_member(member.id, today) if member else []
        return PaymentFile(
            today,
            payment,
            member,
            tx.accounting.allocations(payment_id=payment_id),
            tx.refunds.all(payment_id=payment_id),
            [one for one in lines if not one.credit and one.standing.open.cents > 0],
        )


def ledger(uow: UnitOfWork[Transaction], manager: Manager) -> Ledger:
    with uow("ledger") as tx:
        return tx.accounting.ledger(manager.cdg_id)
