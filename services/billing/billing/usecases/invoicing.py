"""Issuing invoices: each cause once, each number once, no number lost."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billing.domain.calls import CallState
from billing.domain.invoices import Draft, Invoice, InvoiceRefused, Kind, Motive, credit_note, draw_up
from billing.domain.parties import Cdg, Member
from billing.domain.vat import Line
from billing.store.invoices import invoice_of, write_invoice
from billing.store.transaction import Transaction
from billing.usecases import public_events


@dataclass(frozen=True, slots=True)
class Issued:
    """An invoice, under the id that others speak of it by. `new`: False when it had been issued before."""

    id: uuid.UUID
    invoice: Invoice
    new: bool


def issue(
    tx: Transaction,
    cdg: Cdg,
    member: Member,
    lines: Sequence[Line],
    *,
    cause: uuid.UUID,
    issued_on: date,
    period: tuple[date, date],
    contract: str,
) -> Issued:
    """Issue what is owed for `cause` (a call, an order), in the caller's transaction; once, however often it is asked.

    Raises InvoiceRefused: an address or an account is missing, or the day comes before that of the last invoice.
    """
    tx.invoices.hold(cdg.id, issued_on.year)
    if known := tx.invoices.for_cause(cause):
        return Issued(*known, new=False)
    seller, buyer = tx.invoices.seller(cdg.id), tx.invoices.buyer(member.id)
    if seller is None:
        raise InvoiceRefused("les coordonnées de facturation du centre de gestion manquent")
    if buyer is None:
        raise InvoiceRefused(f"l’adresse de facturation manque : {member.name}")
    draft = draw_up(seller, buyer, lines, issued_on=issued_on, period=period, contract=contract)
    return _issue(tx, draft, cdg, member.id, cause)


def undo(tx: Transaction, cdg: Cdg, invoice_id: uuid.UUID, *, issued_on: date, motive: Motive) -> Issued:
    """Issue the credit note of an invoice; once.

    Raises InvoiceRefused for an invoice that is not this CdG's, is a credit note itself, or a day before it.
    """
    tx.invoices.hold(cdg.id, issued_on.year)
    row = tx.invoices.get(invoice_id, cdg.id)
    if row is None:
        raise InvoiceRefused("facture inconnue")
    if row.kind == Kind.INVOICE and (known := tx.invoices.for_cause(invoice_id)):
        return Issued(*known, new=False)
    found = tx.invoices.for_cause(row.cause)
    assert found is not None
    draft = credit_note(found[1], issued_on=issued_on, motive=motive)
    return _issue(tx, draft, cdg, row.member_id, invoice_id, corrects=invoice_id)


def replace(tx: Transaction, cdg: Cdg, invoice_id: uuid.UUID, *, issued_on: date) -> Issued:
    """Issue an invoice again that a credit note undid: the same lines, to the parties as they stand today; once.

    Raises InvoiceRefused for an invoice that stands, a credit note, or one whose call was called off.
    """
    row = tx.invoices.get(invoice_id, cdg.id)
    note = tx.invoices.for_cause(invoice_id) if row is not None and row.kind == Kind.INVOICE else None
    if row is None or note is None:
        raise InvoiceRefused("cette facture n’est pas annulée")
    call = tx.calls.get(tx.invoices.origin(row.cause), cdg.id, lock=True)
    if call is not None and call.state is CallState.CANCELLED:
        raise InvoiceRefused("son appel est annulé : appelez de nouveau l’adhérent")
    member, undone = tx.members.any(row.member_id), invoice_of(row).draft
    assert member is not None
    return issue(
        tx,
        cdg,
        member,
        undone.lines,
        cause=note[0],
        issued_on=issued_on,
        period=undone.period,
        contract=undone.contract,
    )


def _issue(
    tx: Transaction,
    draft: Draft,
    cdg: Cdg,
    member_id: uuid.UUID,
    cause: uuid.UUID,
    corrects: uuid.UUID | None = None,
) -> Issued:
    last = tx.invoices.last_day(cdg.id, draft.issued_on.year)
    if last is not None and draft.issued_on < last:
        raise InvoiceRefused("une facture n’est pas datée avant la précédente")
    made = tx.invoices.issue(
        draft, cdg_id=cdg.id, department=cdg.department, member_id=member_id, cause=cause, corrects=corrects
    )
    invoice_id, invoice = made
    what = "Avoir" if draft.kind is Kind.CREDIT_NOTE else "Facture"
    tx.documents.ask(
        "facture",
        invoice_id,
        cdg_id=cdg.id,
        member_id=member_id,
        title=f"{what} {invoice.number}",
        content=write_invoice(invoice),
    )
    member = tx.members.any(member_id)
    assert member is not None
    public_events.invoice_issued(tx, member, invoice_id, invoice)
    return Issued(invoice_id, invoice, new=True)
