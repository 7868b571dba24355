"""The parked queue of a service: events that wait for a person.

Looking takes each message and gives it back: only headers are ever shown, never a body.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from amqp import Channel

from chassis.bus import connections, envelope, names
from chassis.bus.publisher import Outgoing, Publisher

# Headers of a parked message.
QUEUE = "parked_queue"
REASON = "parked_reason"
ERROR = "parked_error"


@dataclass(frozen=True)
class Parked:
    """One parked message, by its headers. `error` is the type of the exception, never its text."""

    key: str
    queue: str
    reason: str
    error: str
    attempts: int
    event_id: str
    event_type: str
    size: int


Match = Callable[[Parked], bool]


class ParkedQueue:
    """The parked queue of one service."""

    def __init__(self, amqp_url: str, consumer: str) -> None:
        self._amqp_url = amqp_url
        self._consumer = consumer

    def list(self) -> list[Parked]:
        """Every parked message, oldest first."""
        with self._messages() as (_, messages):
            return [_describe(message) for message in messages]

    def replay(self, match: Match) -> int:
        """Give the matching messages back to their queues, as if they had never failed; answer how many.

        Each leaves the parked queue only once the broker has it in its old one.
        """
        count = 0
        with self._messages() as (channel, messages), connections.connect(self._amqp_url) as connection:
            publisher = Publisher(connection)
            for message in messages:
                parked = _describe(message)
                if match(parked) and self._returned(publisher, parked, message):
                    channel.basic_ack(message.delivery_tag)
                    count += 1
        return count

    def purge(self, match: Match) -> int:
        """Delete the matching messages; answer how many."""
        count = 0
        with self._messages() as (channel, messages):
            for message in messages:
                if match(_describe(message)):
                    channel.basic_ack(message.delivery_tag)
                    count += 1
        return count

    def _returned(self, publisher: Publisher, parked: Parked, message: Any) -> bool:
        headers = envelope.known(message.headers) | {envelope.VERSION: "1.0"}
        outgoing = Outgoing(parked.key, parked.queue, headers, envelope.body_of(message))
        return parked.key in publisher.publish(names.return_exchange(self._consumer), [outgoing]).confirmed

    @contextmanager
    def _messages(self) -> "Iterator[tuple[Channel, Iterator[Any]]]":
        """What is parked now; what is not acked within the block goes back."""
        with connections.connect(self._amqp_url) as connection:
            channel = connection.channel()
            waiting = channel.queue_declare(names.parked(self._consumer), passive=True).message_count
            yield channel, self._get(channel, waiting)

    def _get(self, channel: Channel, waiting: int) -> Iterator[Any]:
        for _ in range(waiting):
            message = channel.basic_get(names.parked(self._consumer))
            if message is None:
                return
            yield message


def _describe(message: Any) -> Parked:
    headers = message.headers or {}
    deaths = headers.get("x-death") or [{}]
    return Parked(
        key=str(message.properties.get("message_id", "?")),
        queue=str(headers.get(QUEUE) or deaths[0].get("queue", "?")),
        reason=str(headers.get(REASON) or deaths[0].get("reason", "?")),
        error=str(headers.get(ERROR, "")),
        attempts=envelope.attempts(headers),
        event_id=str(headers.get(envelope.ID, "?")),
        event_type=str(headers.get(envelope.TYPE, "?")),
        size=len(message.body),
    )
