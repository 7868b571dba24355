"""Events that ask for mails."""

import re

from chassis.bus import Refused, subscribe
from notifications.store.transaction import Transaction
from notifications.usecases import receiving
from paravent.billing.v1.events_pb2 import ContactChanged, InvitationIssued
from paravent.casework.v1.events_pb2 import AttentionNeeded


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

    @subscribe(AttentionNeeded)
    def attention_needed(self, event: AttentionNeeded, tx: Transaction) -> None:
        receiving.call_attention(tx, event.person_id)


def _is_plain_address(text: str) -> bool:
    """One mailbox on one host, in ASCII: nothing that could add a recipient or a header."""
    return re.fullmatch(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,253}", text, re.ASCII) is not None
