"""From billing's facts to what other public systems are told: field by field, so that nothing else slips through."""

import uuid
from datetime import timedelta
from typing import Any

from notifications.domain import public_events as public
from notifications.domain.public_events import PublicEvent
from notifications.store.transaction import Transaction
from paravent.billing.v1 import events_pb2 as billing

Fact = (
    billing.MembershipActivated
    | billing.MembershipEnded
    | billing.ReferentDesignated
    | billing.CallIssued
    | billing.InvoiceIssued
)

# Thirteen months: a system that reads once a year, and then some.
KEPT = timedelta(days=396)


def publish(tx: Transaction, fact: Fact) -> None:
    """Add it to its CdG's feed, and to the queue of every webhook that asked for it. Raises NotPublic."""
    event = sanitised(fact)
    event_id = uuid.uuid4()
    tx.public_events.append(event, event_id)
    tx.webhooks.queue(event.cdg_id, event.type, event_id)


def forget(tx: Transaction) -> int:
    """Delete what is older than 13 months; answer how many events."""
    return tx.public_events.forget(tx.today - KEPT)


def sanitised(fact: Fact) -> PublicEvent:
    """The public event of a fact. Raises NotPublic for a field that is not what it should be."""
    match fact:
        case billing.MembershipActivated():
            return _event(public.MEMBERSHIP_ACTIVATED, fact.member, _span(fact))
        case billing.MembershipEnded():
            cause = public.one_of("cause", fact.cause, public.ENDINGS)
            ended = {"until_day": public.day("until_day", fact.until_day), "cause": cause}
            return _event(public.MEMBERSHIP_ENDED, fact.member, ended)
        case billing.ReferentDesignated():
            from_day = public.day("from_day", fact.from_day)
            return _event(public.REFERENT_DESIGNATED, fact.member, {"from_day": from_day})
        case billing.CallIssued():
            return _event(public.CALL_ISSUED, fact.member, _call(fact))
        case billing.InvoiceIssued():
            return _event(public.INVOICE_ISSUED, fact.member, _invoice(fact))


def _event(kind: str, member: billing.PublicMember, facts: dict[str, Any]) -> PublicEvent:
    siren = public.digits("siren", member.siren, 9)
    told = {
        "siren": siren,
        "name": public.body_name(member.name),
        "insee_code": public.code("insee_code", member.insee_code, longest=5) or None,
        "department": public.code("department", member.department, longest=3) or None,
    }
    return PublicEvent(kind, public.identifier("cdg_id", member.cdg_id), siren, {"member": told, **facts})


def _span(fact: billing.MembershipActivated) -> dict[str, Any]:
    until = public.day("until_day", fact.until_day) if fact.until_day else None
    return {"from_day": public.day("from_day", fact.from_day), "until_day": until}


def _call(fact: billing.CallIssued) -> dict[str, Any]:
    return {
        "call_id": public.identifier("call_id", fact.call_id),
        "year": fact.year,
        "first_day": public.day("first_day", fact.first_day),
        "last_day": public.day("last_day", fact.last_day),
    }


def _invoice(fact: billing.InvoiceIssued) -> dict[str, Any]:
    return {
        "invoice_id": public.identifier("invoice_id", fact.invoice_id),
        "number": public.code("number", fact.number, longest=35),
        "kind": public.INVOICES[public.one_of("kind", fact.kind, public.INVOICES)],
        "issued_on": public.day("issued_on", fact.issued_on),
        "due_on": public.day("due_on", fact.due_on),
        "net": public.euros(fact.net_cents),
        "tax": public.euros(fact.tax_cents),
        "gross": public.euros(fact.net_cents + fact.tax_cents),
        "currency": "EUR",
    }
