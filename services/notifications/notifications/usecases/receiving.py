"""What the other services ask for: an address to keep, a person to write to."""

import uuid

from notifications.domain.delivery import Delivery, Kind
from notifications.store.transaction import Transaction


def keep_contact(tx: Transaction, person_id: str, version: int, email: str) -> None:
    """Keep how to write to a person. Without an address nothing is sent; what waits goes on waiting."""
    tx.contacts.put(person_id, version, email or None)
    tx.deliveries.wake()


def call_attention(tx: Transaction, person_id: str) -> None:
    """Tell a person, by mail, that something awaits them; not what."""
    tx.deliveries.add(Delivery(uuid.uuid4(), Kind.ATTENTION, person_id))


def invite(tx: Transaction, person_id: str, token: str) -> None:
    """Mail a person the link of an invitation."""
    tx.deliveries.add(Delivery(uuid.uuid4(), Kind.INVITATION, person_id, token=token))


def write_letter(tx: Transaction, person_id: str, kind: Kind, token: str) -> None:
    """Mail a person a letter of their CdG. `token` opens the member's space; empty: no link of its own."""
    tx.deliveries.add(Delivery(uuid.uuid4(), kind, person_id, token=token or None))
