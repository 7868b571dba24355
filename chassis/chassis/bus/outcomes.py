"""Handing a message on: to the retry queue of its rung, or to the parked queue, with confirms."""

import threading
import uuid
from typing import Any

from amqp import Connection
from amqp.exceptions import AMQPError

from chassis import logs
from chassis.bus import connections, envelope, names
from chassis.bus.envelope import Envelope
from chassis.bus.parked import ERROR, QUEUE, REASON
from chassis.bus.publisher import Outgoing, Publisher, outgoing
from chassis.bus.retries import RetryLadder

log = logs.get(__name__)


class NotTaken(OSError):
    """The broker has no queue for it, or refused it."""


class Outcomes:
    """Publishes on a connection of its own, one message at a time; opens it again after an error."""

    def __init__(self, amqp_url: str, consumer: str, ladder: RetryLadder) -> None:
        self._amqp_url = amqp_url
        self._consumer = consumer
        self._ladder = ladder
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._publisher: Publisher | None = None

    def failed(self, queue: str, event: Envelope, error_type: str) -> None:
        """One more failure: wait on the next rung, or park after the last."""
        event = event.failed()
        delay = self._ladder.delay(event.attempts)
        if delay is None:
            self._park(outgoing(event, queue, **_facts(queue, "failed", error_type)))
        else:
            self._publish(names.retry(self._consumer, delay), outgoing(event, queue))

    def park(self, queue: str, event: Envelope, reason: str) -> None:
        """Park an event that its handler refused."""
        self._park(outgoing(event, queue, **_facts(queue, reason)))

    def park_raw(self, queue: str, message: Any, reason: str) -> None:
        """Park what is no event of ours: its body as it came, of its headers only those that we know."""
        headers = envelope.known(message.headers) | _facts(queue, reason)
        self._park(Outgoing(str(uuid.uuid4()), queue, headers, envelope.body_of(message)))

    def close(self) -> None:
        """Close the connection, if one is open."""
        connection, self._connection, self._publisher = self._connection, None, None
        if connection is not None:
            connections.drop(connection)

    def _park(self, message: Outgoing) -> None:
        self._publish(names.parked(self._consumer), message)
        log.error("bus.parked", queue=message.headers[QUEUE], reason=message.headers[REASON])

    def _publish(self, exchange: str, message: Outgoing) -> None:
        """Raises NotTaken, OSError or an amqp error unless the broker has it in a queue."""
        with self._lock:
            try:
                sent = self._open().publish(exchange, [message])
            except (OSError, AMQPError):
                self.close()
                raise
        if message.key not in sent.confirmed:
            raise NotTaken(exchange)

    def _open(self) -> Publisher:
        if self._publisher is None:
            self._connection = connections.connect(self._amqp_url)
            self._publisher = Publisher(self._connection)
        return self._publisher


def _facts(queue: str, reason: str, error_type: str | None = None) -> dict[str, str]:
    facts = {QUEUE: queue, REASON: reason}
    return facts if error_type is None else facts | {ERROR: error_type}
