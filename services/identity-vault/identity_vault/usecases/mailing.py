"""The courier's work: keep addresses, write to them when a ticket comes, know which ones do not answer.

Who asked, for which report and why is not known here; the mail says nothing of it either.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from chassis import logs
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from identity_vault.domain.callback import CallBack, NotACallBack
from identity_vault.store.contacts import BOUNCED, SENT
from identity_vault.store.courier_transaction import CourierTransaction
from paravent.identity_vault.v1.record_pb2 import CourierLetter

log = logs.get(__name__)

_ID = 16
_LONGEST_ADDRESS = 320
# A mail that the server puts off is tried with this many batches.
ATTEMPTS = 5
# Days: how long a return address is listened to; how long ids are kept against repetition. An address that was taken
# back may still be under way as long as a transport key is kept (60 days).
RETURNS_KEPT = 15
REMEMBERED = 90


class Answer(StrEnum):
    """What became of a mail."""

    SENT = "sent"
    REFUSED = "refused"
    LATER = "later"


class MailServer(Protocol):
    """Sends the one mail that there is."""

    def send(self, email: str, *, mark: str, message_id: str) -> Answer:
        """`mark`: random part of the return address."""
        ...


@dataclass(frozen=True, slots=True)
class Mailing:
    """Contacts and their mails."""

    uow: UnitOfWork[CourierTransaction]
    server: MailServer
    clock: Clock

    def deliver(self, tickets: Iterable[tuple[bytes, bytes]]) -> None:
        """Queue a mail for each new ticket (id, contact id), and make due what was put off before."""
        with self.uow("take_tickets") as tx:
            tx.mails.ready_again()
            for ticket_id, contact_id in sorted(tickets):
                tag = tx.contacts.tag(contact_id)
                if not tx.contacts.is_forgotten(tag):
                    tx.mails.add(ticket_id, tag, self._today())

    def forget(self, contact_ids: Iterable[bytes]) -> None:
        with self.uow("forget_contacts") as tx:
            for contact_id in contact_ids:
                tx.contacts.forget(tx.contacts.tag(contact_id), self._today())

    def states(self, contact_ids: Iterable[bytes]) -> list[str]:
        with self.uow("read_states") as tx:
            return [tx.contacts.state(tx.contacts.tag(contact_id)) for contact_id in contact_ids]

    def send_next(self) -> int:
        """Send one mail that is due; 0 when there is none. The mail and the contact's state end in one transaction."""
        with self.uow("send_mail") as tx:
            due = tx.mails.next()
            if due is None:
                return 0
            mail_id, contact_tag, attempts = due
            known = tx.contacts.address(contact_tag)
            if known is None:  # its address is still on the way, or was taken back
                self._put_off(tx, mail_id, contact_tag, attempts + 1)
            elif known[1] == BOUNCED:
                tx.mails.remove(mail_id)
            else:
                self._send(tx, mail_id, contact_tag, attempts + 1, known[0])
            return 1

    def tidy(self) -> None:
        """Forget what is no longer needed, call-backs that are over among it."""
        now, today = self.clock.now(), self._today()
        with self.uow("tidy_courier") as tx:
            tx.returns.purge(today - timedelta(days=RETURNS_KEPT))
            tx.mails.purge(today - timedelta(days=REMEMBERED))
            tx.contacts.purge(today - timedelta(days=REMEMBERED))
            for tag, asked in tx.call_backs.all():
                if asked.over(now):
                    tx.call_backs.remove(tag)

    def _send(self, tx: CourierTransaction, mail_id: bytes, contact_tag: bytes, attempts: int, email: str) -> None:
        mark = secrets.token_hex(16)
        answer = self.server.send(email, mark=mark, message_id=tx.mails.message_id(mail_id))
        if answer is Answer.LATER:
            self._put_off(tx, mail_id, contact_tag, attempts)
            return
        tx.mails.remove(mail_id)
        tx.contacts.set_state(contact_tag, SENT if answer is Answer.SENT else BOUNCED)
        if answer is Answer.SENT:
            tx.returns.add(mark.encode(), contact_tag, self._today())

    def _put_off(self, tx: CourierTransaction, mail_id: bytes, contact_tag: bytes, attempts: int) -> None:
        if attempts < ATTEMPTS:
            tx.mails.put_off(mail_id, attempts)
            return
        tx.mails.remove(mail_id)
        tx.contacts.set_state(contact_tag, BOUNCED)
        log.warning("mails.given_up")

    def _today(self) -> date:
        return paris_day(self.clock.now())


def apply(tx: CourierTransaction, letter: CourierLetter) -> None:
    """Do what a letter says. What does not hold is dropped, and said by a code alone."""
    if letter.HasField("address"):
        _keep_address(tx, letter.address.contact_id, letter.address.email)
    elif letter.HasField("call_back"):
        asked = letter.call_back
        try:
            if len(asked.ticket) != _ID:
                raise NotACallBack("a ticket is 16 bytes")
            tx.call_backs.add(asked.ticket, asked.cdg_id, CallBack(asked.phone, asked.hour, asked.means))
        except NotACallBack:
            log.warning("letters.refused")


def _keep_address(tx: CourierTransaction, contact_id: bytes, email: str) -> None:
    wrong = len(contact_id) != _ID or not 3 <= len(email.encode()) <= _LONGEST_ADDRESS or "@" not in email
    if wrong or any(ord(char) < 33 for char in email):
        log.warning("letters.refused")
        return
    tx.contacts.add(tx.contacts.tag(contact_id), email)
