"""Webhooks: registered by an operator, sent until the other side takes them or patience ends."""

import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from chassis import logs
from chassis.clock import Clock
from chassis.db import UnitOfWork
from chassis.sealing.fields import FieldCipher
from notifications.domain import webhooks
from notifications.domain.retries import Retries
from notifications.domain.webhooks import Endpoint, Push
from notifications.store.transaction import Transaction

log = logs.get(__name__)

# An endpoint that takes so long to answer waits as long again before its next message.
SLOW = timedelta(seconds=1)


class Poster(Protocol):
    """Posts one message; answers the status, or a short name of what failed."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> str: ...


@dataclass(frozen=True)
class Pushing:
    """Takes one message at a time from the queue. `patience`: attempts before a message is parked."""

    uow: UnitOfWork[Transaction]
    poster: Poster
    cipher: FieldCipher
    retries: Retries
    clock: Clock
    patience: int

    def push_next(self) -> int:
        """Try the next message that is due; 0 when none is.

        Its row stays locked meanwhile. A crash after the other side's yes and before the commit sends it again, under
        the same webhook-id.
        """
        with self.uow("push_event") as tx:
            push = tx.webhooks.claim()
            if push is not None:
                begun = self.clock.now()
                code = self._post(push)
                self._settle(tx, push, code, self.clock.now() - begun)
        return 0 if push is None else 1

    def _post(self, push: Push) -> str:
        secret = self.cipher.open(_place(push.endpoint_id), push.sealed_secret).decode()
        body = push.body.encode()
        headers = webhooks.signed_headers(secret, str(push.event_id), int(self.clock.now().timestamp()), body)
        return self.poster.post(push.url, headers, body)

    def _settle(self, tx: Transaction, push: Push, code: str, took: timedelta) -> None:
        attempts = push.attempts + 1
        if code.startswith("2"):
            tx.webhooks.delivered(push)
            if took >= SLOW:  # half of the time is for others
                tx.webhooks.rest(push, 2 * took)
            log.info("webhook.delivered", attempts=attempts)
        elif code == "410":  # Standard Webhooks: the receiver wants no more
            tx.webhooks.park(push, code)
            tx.webhooks.stop(push.endpoint_id)
            log.warning("webhook.stopped", code=code)
        elif attempts >= self.patience:
            tx.webhooks.park(push, code)
            log.error("webhook.parked", attempts=attempts, code=code)
        else:
            delay = self.retries.after(attempts)
            tx.webhooks.postpone(push, delay, min(delay, timedelta(seconds=webhooks.REST)), code)
            log.warning("webhook.deferred", attempts=attempts, code=code, delay=delay.total_seconds())


def register(
    tx: Transaction, cipher: FieldCipher, cdg_id: str, url: str, types: Sequence[str], *, allow_http: bool
) -> tuple[Endpoint, str]:
    """A new endpoint and its secret, told this once. Raises BadEndpoint."""
    webhooks.check_endpoint(url, types, allow_http=allow_http)
    endpoint = Endpoint(uuid.uuid4(), cdg_id, url, tuple(types))
    secret = webhooks.written_secret(secrets.token_bytes(32))
    tx.webhooks.add(endpoint, cipher.seal(_place(endpoint.id), secret.encode()))
    return endpoint, secret


def _place(endpoint_id: uuid.UUID) -> str:
    return f"webhook_endpoints/{endpoint_id}/secret"
