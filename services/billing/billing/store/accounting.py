"""Payments and what they pay; disputes, motives, and what a CdG chose for its accounts. Nothing is deleted."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.domain.dunning import REMINDER_DAYS
from billing.domain.money import Money
from billing.store import accounting_tables as a
from billing.store import tables as t

_contrary = a.payments.alias("contrary_payment")
# What a payment has paid and what was given back of it, and whether a contrary entry stands against it.
_SPENT = (
    select(func.coalesce(func.sum(a.allocations.c.cents), 0))
    .where(a.allocations.c.payment_id == a.payments.c.id)
    .correlate(a.payments)
    .scalar_subquery()
) + (
    select(func.coalesce(func.sum(a.refunds.c.cents), 0))
    .where(a.refunds.c.payment_id == a.payments.c.id)
    .correlate(a.payments)
    .scalar_subquery()
)
_UNDONE = select(_contrary.c.id).where(_contrary.c.undoes == a.payments.c.id).correlate(a.payments).exists()


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a CdG chose. `article`: account of the budget nomenclature; `budget`: its code at the comptable public."""

    reminder_days: Sequence[int] = REMINDER_DAYS
    article: str = ""
    budget: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received, and what is left of it. `undone`: a contrary entry stands against it."""

    id: uuid.UUID
    cdg_id: uuid.UUID
    member_id: uuid.UUID | None
    received_on: date
    amount: Money
    payer: str
    reference: str
    source: str
    rest: Money
    undone: bool


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a payment paid of an invoice. `undone`: a contrary entry stands against it."""

    id: uuid.UUID
    payment_id: uuid.UUID
    invoice_id: uuid.UUID
    number: str
    amount: Money
    counts_on: date
    payer: str
    reference: str
    undone: bool
    contrary: bool


@dataclass(frozen=True, slots=True)
class By:
    """Who writes, and when."""

    manager_id: uuid.UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment to be entered. `line`: the file that it comes from, with its line's fingerprint; `id`: that of the form
    that it was typed in."""

    day: date
    amount: Money
    payer: str
    reference: str
    source: str
    member_id: uuid.UUID | None = None
    line: tuple[uuid.UUID, bytes] | None = None
    id: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass(frozen=True, slots=True)
class Share:
    """What a payment pays of an invoice, and the day from which it counts."""

    payment_id: uuid.UUID
    invoice_id: uuid.UUID
    amount: Money
    counts_on: date


class Accounting:
    """Written under `hold`: one writer at a time in a CdG's accounts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def hold(self, cdg_id: uuid.UUID) -> None:
        """Hold a CdG's accounts until the transaction ends. Always before the sequence of its invoices."""
        chosen = Ledger()
        start = postgresql.insert(a.ledgers).values(
            cdg_id=cdg_id, reminder_days=list(chosen.reminder_days), article="", budget=""
        )
        held = start.on_conflict_do_update(index_elements=["cdg_id"], set_={"article": a.ledgers.c.article})
        self._session.execute(held)

    def ledger(self, cdg_id: uuid.UUID) -> Ledger:
        row = self._session.execute(select(a.ledgers).where(a.ledgers.c.cdg_id == cdg_id)).one_or_none()
        return Ledger() if row is None else Ledger(tuple(row.reminder_days), row.article, row.budget)

    def choose(self, cdg_id: uuid.UUID, ledger: Ledger) -> None:
        self.hold(cdg_id)
        values = {"reminder_days": list(ledger.reminder_days), "article": ledger.article, "budget": ledger.budget}
        self._session.execute(update(a.ledgers).where(a.ledgers.c.cdg_id == cdg_id).values(values))

    def receive(self, cdg_id: uuid.UUID, by: By, receipts: Iterable[Receipt]) -> set[uuid.UUID]:
        """Enter payments, a thousand in a statement; the ids of those that were.

        Left out is a line, or a form, that was entered before: the database knows each by its fingerprint or its id.
        """
        common = {"cdg_id": cdg_id, "recorded_by": by.manager_id, "recorded_at": by.at}
        rows = [_received(one) | common for one in receipts]
        if not rows:
            return set()
        new = postgresql.insert(a.payments).on_conflict_do_nothing().returning(a.payments.c.id)
        return set(self._session.scalars(new, rows))

    def undo_payment(self, payment: Payment, by: By, day: date) -> None:
        """Enter the contrary of a payment."""
        row = {
            "id": uuid.uuid4(),
            "cdg_id": payment.cdg_id,
            "member_id": payment.member_id,
            "received_on": day,
            "cents": -payment.amount.cents,
            "payer": payment.payer,
            "reference": payment.reference,
            "source": payment.source,
            "undoes": payment.id,
            "recorded_by": by.manager_id,
            "recorded_at": by.at,
        }
        self._session.execute(insert(a.payments).values(row))

    def allocate(self, by: By, shares: Iterable[Share]) -> None:
        """Enter what payments pay, a thousand in a statement. The database refuses a sum that is exceeded."""
        rows = [
            {
                "id": uuid.uuid4(),
                "payment_id": share.payment_id,
                "invoice_id": share.invoice_id,
                "cents": share.amount.cents,
                "counts_on": share.counts_on,
                "recorded_by": by.manager_id,
                "recorded_at": by.at,
            }
            for share in shares
        ]
        if rows:
            self._session.execute(insert(a.allocations).returning(a.allocations.c.id), rows)

    def undo_allocation(self, allocation: Allocation, by: By, day: date) -> None:
        """Enter the contrary of an allocation."""
        row = {
            "id": uuid.uuid4(),
            "payment_id": allocation.payment_id,
            "invoice_id": allocation.invoice_id,
            "cents": -allocation.amount.cents,
            "counts_on": max(day, allocation.counts_on),
            "undoes": allocation.id,
            "recorded_by": by.manager_id,
            "recorded_at": by.at,
        }
        self._session.execute(insert(a.allocations).values(row))

    def payment(self, payment_id: uuid.UUID, cdg_id: uuid.UUID) -> Payment | None:
        """A payment of this CdG; None for another CdG's, as for none."""
        found = self._payments(a.payments.c.id == payment_id, a.payments.c.cdg_id == cdg_id)
        return found[0] if found else None

    def payments(self, cdg_id: uuid.UUID, *, limit: int | None = None) -> list[Payment]:
        """The newest first; contrary entries left out, what they undo marked."""
        return self._payments(a.payments.c.cdg_id == cdg_id, limit=limit)

    def undone_on(self, cdg_id: uuid.UUID) -> dict[uuid.UUID, date]:
        """The days from which contrary entries count, by the payment that each undoes."""
        c = a.payments.c
        query = select(c.undoes, c.received_on).where(c.cdg_id == cdg_id, c.undoes.is_not(None))
        return {row.undoes: row.received_on for row in self._session.execute(query)}

    def credits(self, cdg_id: uuid.UUID, member_id: uuid.UUID | None = None) -> list[Payment]:
        """Payments of which something is left, neither paid with nor given back; a member's own, when one is given."""
        ours = [a.payments.c.cdg_id == cdg_id, a.payments.c.cents > _SPENT, ~_UNDONE]
        if member_id is not None:
            ours.append(a.payments.c.member_id == member_id)
        return self._payments(*ours)

    def allocations(
        self,
        *,
        cdg_id: uuid.UUID | None = None,
        invoice_id: uuid.UUID | None = None,
        payment_id: uuid.UUID | None = None,
    ) -> list[Allocation]:
        """Of an invoice, of a payment, or of a CdG; contrary entries too, in the order of entry."""
        c, contrary = a.allocations.c, a.allocations.alias("contrary")
        undone = select(contrary.c.id).where(contrary.c.undoes == c.id).exists()
        query = (
            select(a.allocations, t.invoices.c.number, a.payments.c.payer, a.payments.c.reference, undone.label("out"))
            .join(t.invoices, t.invoices.c.id == c.invoice_id)
            .join(a.payments, a.payments.c.id == c.payment_id)
            .order_by(c.recorded_at, c.id)
        )
        if invoice_id is not None:
            query = query.where(c.invoice_id == invoice_id)
        if payment_id is not None:
            query = query.where(c.payment_id == payment_id)
        if cdg_id is not None:
            query = query.where(a.payments.c.cdg_id == cdg_id)
        return [_allocation(row) for row in self._session.execute(query)]

    def explain(self, credit_note_id: uuid.UUID, motive: str, by: By) -> None:
        """Keep why a credit note was issued."""
        row = {"invoice_id": credit_note_id, "motive": motive, "written_by": by.manager_id, "written_at": by.at}
        self._session.execute(postgresql.insert(a.credit_motives).values(row).on_conflict_do_nothing())

    def motive(self, credit_note_id: uuid.UUID) -> str:
        """Why a credit note was issued; empty when it was not said."""
        query = select(a.credit_motives.c.motive).where(a.credit_motives.c.invoice_id == credit_note_id)
        return self._session.execute(query).scalar_one_or_none() or ""

    def dispute(self, invoice_id: uuid.UUID, motive: str, by: By, day: date) -> None:
        """Note that an invoice is disputed; once."""
        row = {"id": uuid.uuid4(), "invoice_id": invoice_id, "motive": motive}
        new = postgresql.insert(a.disputes).values(row | {"opened_on": day, "opened_by": by.manager_id})
        self._session.execute(
            new.on_conflict_do_nothing(index_elements=["invoice_id"], index_where=a.disputes.c.closed_on.is_(None))
        )

    def settle_dispute(self, invoice_id: uuid.UUID, by: By, day: date) -> None:
        standing = (a.disputes.c.invoice_id == invoice_id) & a.disputes.c.closed_on.is_(None)
        self._session.execute(update(a.disputes).where(standing).values(closed_on=day, closed_by=by.manager_id))

    def disputes(self, invoice_id: uuid.UUID) -> Sequence[Row[Any]]:
        """An invoice's, the first one first."""
        query = select(a.disputes).where(a.disputes.c.invoice_id == invoice_id).order_by(a.disputes.c.opened_on)
        return self._session.execute(query).all()

    def _payments(self, *which: Any, limit: int | None = None) -> list[Payment]:
        c = a.payments.c
        query = select(a.payments, _SPENT.label("spent"), _UNDONE.label("out")).where(c.undoes.is_(None), *which)
        query = query.order_by(c.received_on.desc(), c.recorded_at.desc(), c.id).limit(limit)
        return [_payment(row) for row in self._session.execute(query)]


def _received(one: Receipt) -> dict[str, Any]:
    import_id, fingerprint = one.line or (None, None)
    return {
        "id": one.id,
        "member_id": one.member_id,
        "received_on": one.day,
        "cents": one.amount.cents,
        "payer": one.payer,
        "reference": one.reference,
        "source": one.source,
        "import_id": import_id,
        "fingerprint": fingerprint,
    }


def _payment(row: Row[Any]) -> Payment:
    rest = Money(0 if row.out else row.cents - int(row.spent))
    return Payment(
        row.id,
        row.cdg_id,
        row.member_id,
        row.received_on,
        Money(row.cents),
        row.payer,
        row.reference,
        row.source,
        rest,
        row.out,
    )


def _allocation(row: Row[Any]) -> Allocation:
    return Allocation(
        row.id,
        row.payment_id,
        row.invoice_id,
        row.number,
        Money(row.cents),
        row.counts_on,
        row.payer,
        row.reference,
        row.out,
        row.undoes is not None,
    )
