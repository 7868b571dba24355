"""Mailing what waits, until the mail server takes it."""

from dataclasses import dataclass
from typing import Protocol

from chassis import logs
from chassis.db import UnitOfWork
from notifications.domain.delivery import Accepted, Answer, Deferred, Delivery, Refused, Status, mail_id
from notifications.domain.retries import Retries
from notifications.store.transaction import Transaction
from notifications.usecases.letters import Letter, Letters

log = logs.get(__name__)


class Mailer(Protocol):
    """Hands one mail to the mail server."""

    def send(self, email: str, letter: Letter, mail_id: str) -> Answer: ...


@dataclass(frozen=True)
class Sending:
    """Takes one mail at a time from the queue."""

    uow: UnitOfWork[Transaction]
    mailer: Mailer
    letters: Letters
    retries: Retries

    def send_next(self) -> int:
        """Try the next mail that is due; answer how many deliveries it settled or postponed, 0 when none is due.

        The rows stay locked while the server is spoken to, so that no other sender takes them; a process that dies in
        between gives them back. A crash after the server's yes and before the commit is the one way to a second mail:
        it has the same Message-ID.
        """
        with self.uow("send_mail") as tx:
            folded = tx.deliveries.claim_next()
            if folded:
                self._try(tx, folded)
        return len(folded)

    def _try(self, tx: Transaction, folded: list[Delivery]) -> None:
        email = tx.contacts.email(folded[0].person_id)
        assert email is not None, "claimed with an address"
        attempts = max(delivery.attempts for delivery in folded) + 1
        match self.mailer.send(email, self.letters.write(folded[0]), mail_id(folded)):
            case Accepted():
                tx.deliveries.settle(folded, Status.SENT)
                log.info("mail.sent", count=len(folded), attempts=attempts)
            case Refused(code):
                tx.deliveries.settle(folded, Status.REFUSED, code)
                log.error("mail.refused", count=len(folded), attempts=attempts, code=code)
            case Deferred(code):
                delay = self.retries.after(attempts)
                tx.deliveries.postpone(folded, delay, code)
                log.warning("mail.deferred", attempts=attempts, code=code, delay=delay.total_seconds())
