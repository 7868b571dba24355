"""Publishing with confirms: many messages in flight, and nothing counts as sent before the broker has it.

A message that no queue takes comes back (`mandatory`) and is confirmed as well: both answers are looked at.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from amqp import Connection
from amqp.basic_message import Message

from chassis.bus.envelope import CONTENT_TYPE, Envelope

# Seconds. A broker with a memory or disk alarm stops confirming; so does one that has lost its quorum.
CONFIRM_TIMEOUT = 30.0
_PERSISTENT = 2


class ConfirmTimeout(OSError):
    """The broker did not confirm in time. What was published may have arrived, or not."""


class Outgoing(NamedTuple):
    """A message as it leaves. `key` tells it apart within its batch, and is its message id."""

    key: str
    routing_key: str
    headers: dict[str, Any]
    body: bytes


def outgoing(event: Envelope, routing_key: str | None = None, **more: Any) -> Outgoing:
    """The message of an event; `more` headers go with it."""
    return Outgoing(str(event.event_id), routing_key or event.type_name, event.headers() | more, event.payload)


@dataclass
class Sent:
    """What became of a batch, by event id (text)."""

    confirmed: set[str] = field(default_factory=set)
    unroutable: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)


class Publisher:
    """Publishes on one connection, in batches. Not for several threads at once."""

    def __init__(self, connection: Connection, *, confirm_timeout: float = CONFIRM_TIMEOUT) -> None:
        self._connection = connection
        self._timeout = confirm_timeout
        self._channel = connection.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._acked)
        self._channel.events["basic_nack"].add(self._nacked)
        self._channel.events["basic_return"].add(self._returned)
        self._tag = 0
        self._open: dict[int, str] = {}
        self._sent = Sent()

    def publish(self, exchange: str, messages: Iterable[Outgoing]) -> Sent:
        """Publish all and wait for every answer.

        Raises ConfirmTimeout, OSError or an amqp error; the connection is then of no more use.
        """
        self._sent = Sent()
        for message in messages:
            self._tag += 1
            self._open[self._tag] = message.key
            self._channel.basic_publish(
                _amqp(message), exchange=exchange, routing_key=message.routing_key, mandatory=True
            )
        self._await_answers()
        self._sent.confirmed -= self._sent.unroutable
        return self._sent

    def _await_answers(self) -> None:
        deadline = time.monotonic() + self._timeout
        while self._open:
            left = deadline - time.monotonic()
            if left <= 0:
                raise ConfirmTimeout(f"{len(self._open)} messages without an answer")
            try:
                self._connection.drain_events(timeout=left)
            except TimeoutError:
                continue

    def _acked(self, tag: int, multiple: bool) -> None:
        self._sent.confirmed.update(self._answered(tag, multiple))

    def _nacked(self, tag: int, multiple: bool) -> None:
        self._sent.refused.update(self._answered(tag, multiple))

    def _answered(self, tag: int, multiple: bool) -> list[str]:
        tags = [t for t in self._open if t <= tag] if multiple else [tag]
        return [self._open.pop(t) for t in tags if t in self._open]

    def _returned(self, _error: Exception, _exchange: str, _routing_key: str, message: Message) -> None:
        self._sent.unroutable.add(message.properties["message_id"])


def _amqp(message: Outgoing) -> Message:
    return Message(
        message.body,
        content_type=CONTENT_TYPE,
        delivery_mode=_PERSISTENT,
        message_id=message.key,
        application_headers=message.headers,
    )
