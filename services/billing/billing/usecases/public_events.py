"""What other public systems may hear: bodies and amounts. No person, no report, no case."""

import uuid

from billing.domain.invoices import Invoice
from billing.domain.parties import Member
from billing.store.calls import Run
from billing.store.transaction import Transaction
from paravent.billing.v1 import events_pb2 as events


def public_member(member: Member) -> events.PublicMember:
    """A member as other public systems know it."""
    return events.PublicMember(
        member_id=str(member.id),
        siren=member.siren,
        name=member.name,
        insee_code=member.insee_code,
        department=member.department,
        cdg_id=str(member.cdg_id),
    )


def call_issued(tx: Transaction, member: Member, run: Run, call_id: uuid.UUID, first: str, last: str) -> None:
    """A member was called for a year; days as ISO texts."""
    event = events.CallIssued(
        member=public_member(member), call_id=str(call_id), year=run.year, first_day=first, last_day=last
    )
    tx.outbox.add(event, signed=True)


def invoice_issued(tx: Transaction, member: Member, invoice_id: uuid.UUID, invoice: Invoice) -> None:
    """An invoice, or a credit note, has its number."""
    draft = invoice.draft
    event = events.InvoiceIssued(
        member=public_member(member),
        invoice_id=str(invoice_id),
        number=invoice.number,
        kind=str(draft.kind),
        issued_on=draft.issued_on.isoformat(),
        due_on=draft.due_on.isoformat(),
        net_cents=draft.totals.net.cents,
        tax_cents=draft.totals.tax.cents,
    )
    tx.outbox.add(event, signed=True)
