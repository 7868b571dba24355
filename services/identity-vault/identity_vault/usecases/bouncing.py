"""What mail servers send back: which of our mails will never arrive (RFC 3464)."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message

from chassis.db import UnitOfWork
from identity_vault.store.contacts import BOUNCED
from identity_vault.store.courier_transaction import CourierTransaction

_MARK = re.compile(r"\+([0-9a-f]{32})@")
_RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "To")


class Bounces:
    """Marks the contacts that do not answer."""

    def __init__(self, uow: UnitOfWork[CourierTransaction]) -> None:
        self._uow = uow

    def take(self, message: bytes) -> bool:
        """True when the message says that a mail of ours failed for good, and its mark was still known."""
        mark = mark_of_failure(message)
        if mark is None:
            return False
        with self._uow("take_bounce") as tx:
            contact_tag = tx.returns.take(mark.encode())
            if contact_tag is None:
                return False
            tx.contacts.set_state(contact_tag, BOUNCED)
            return True


def mark_of_failure(data: bytes) -> str | None:
    """The mark in the return address of a mail that failed for good; None for anything else.

    A delay, an absence message or a text without a delivery report says nothing about the address.
    """
    message = message_from_bytes(data, policy=policy.compat32)
    if not any(_failed(part) for part in message.walk()):
        return None
    for name in _RECIPIENTS:
        for value in message.get_all(name, []):
            found = _MARK.search(str(value))
            if found:
                return found[1]
    return None


def _failed(part: Message) -> bool:
    if part.get_content_type() != "message/delivery-status":
        return False
    return any(
        str(block.get("Action", "")).strip().lower() == "failed" and str(block.get("Status", "")).strip()[:1] == "5"
        for block in _blocks(part)
    )


def _blocks(part: Message) -> Iterator[Message]:
    blocks = part.get_payload()
    if isinstance(blocks, list):
        yield from (block for block in blocks if isinstance(block, Message))
