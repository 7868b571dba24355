"""Events that ask for mails."""

import re

from chassis.bus import Refused, subscribe, timer
from notifications.domain.delivery import Kind
from notifications.domain.public_events import NotPublic
from notifications.store.transaction import Transaction
from notifications.usecases import publishing, receiving
from paravent.billing.v1 import events_pb2 as billing
from paravent.billing.v1.events_pb2 import (
    CallIssued,
    ContactChanged,
    InvitationIssued,
    InvoiceIssued,
    LetterAsked,
    MembershipActivated,
    MembershipEnded,
    ReferentDesignated,
)
from paravent.casework.v1.events_pb2 import AttentionNeeded

LETTERS = {
    billing.LETTER_KIND_CALL: Kind.CALL,
    billing.LETTER_KIND_CALL_REMINDER: Kind.CALL_REMINDER,
    billing.LETTER_KIND_INVOICE: Kind.INVOICE,
    billing.LETTER_KIND_PAYMENT_REMINDER: Kind.PAYMENT_REMINDER,
    billing.LETTER_KIND_CONFIRM_REFERENTS: Kind.CONFIRM_REFERENTS,
    billing.LETTER_KIND_REFERENT_DESIGNATED: Kind.REFERENT_DESIGNATED,
    billing.LETTER_KIND_CONVENTION: Kind.CONVENTION,
    billing.LETTER_KIND_QUOTE: Kind.QUOTE,
}


class Worker:
    name = "notifications"

    @subscribe(ContactChanged, signed_by="billing")
    def contact_changed(self, event: ContactChanged, tx: Transaction) -> None:
        if event.email and not _is_plain_address(event.email):
            raise Refused("address")
        receiving.keep_contact(tx, event.person_id, event.version, event.email)

    @subscribe(InvitationIssued, signed_by="billing")
    def invitation_issued(self, event: InvitationIssued, tx: Transaction) -> None:
        if not event.token:
            raise Refused("token")
        receiving.invite(tx, event.person_id, event.token)

    @subscribe(LetterAsked, signed_by="billing")
    def letter_asked(self, event: LetterAsked, tx: Transaction) -> None:
        kind = LETTERS.get(event.kind)
        if kind is None:
            raise Refused("letter_kind")
        receiving.write_letter(tx, event.person_id, kind, event.token)

    @subscribe(AttentionNeeded)
    def attention_needed(self, event: AttentionNeeded, tx: Transaction) -> None:
        receiving.call_attention(tx, event.person_id)

    @subscribe(MembershipActivated, signed_by="billing")
    def membership_activated(self, event: MembershipActivated, tx: Transaction) -> None:
        _publish(tx, event)

    @subscribe(MembershipEnded, signed_by="billing")
    def membership_ended(self, event: MembershipEnded, tx: Transaction) -> None:
        _publish(tx, event)

    @subscribe(ReferentDesignated, signed_by="billing")
    def referent_designated(self, event: ReferentDesignated, tx: Transaction) -> None:
        _publish(tx, event)

    @subscribe(CallIssued, signed_by="billing")
    def call_issued(self, event: CallIssued, tx: Transaction) -> None:
        _publish(tx, event)

    @subscribe(InvoiceIssued, signed_by="billing")
    def invoice_issued(self, event: InvoiceIssued, tx: Transaction) -> None:
        _publish(tx, event)

    @timer(seconds=6 * 3600, lock="notifications-forget")
    def forget(self, tx: Transaction) -> None:
        publishing.forget(tx)


def _publish(tx: Transaction, fact: publishing.Fact) -> None:
    try:
        publishing.publish(tx, fact)
    except NotPublic as error:
        raise Refused(str(error)) from None


def _is_plain_address(text: str) -> bool:
    """One mailbox on one host, in ASCII: nothing that could add a recipient or a header."""
    return re.fullmatch(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,253}", text, re.ASCII) is not None
