"""Exchanges, queues and bindings. Quorum queues only; declaring twice changes nothing.

A consumer's queue dead-letters to its parked queue what the broker gives up on (delivery limit), so nothing is dropped.
A retry queue holds an event for one delay and then hands it back to the queue that it came from.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from amqp import Connection
from amqp.exceptions import AccessRefused, NotFound
from google.protobuf.message import Message

from chassis.bus import connections, names
from chassis.bus.audiences import Audiences
from chassis.bus.retries import RetryLadder

# Deliveries of one message before the broker parks it: a message that kills the worker must not do so for ever.
DELIVERY_LIMIT = 50
# A parked message stays until a person has dealt with it, however often it is looked at.
_NO_LIMIT = 1_000_000_000
_QUORUM = {"x-queue-type": "quorum"}
# The broker drops a dead letter only after its target confirmed it.
_SURE = {"x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}


class ExchangeMissing(Exception):
    """A producer's exchange is not there yet, and this user may not make it."""


def declare(amqp_url: str, consumer: str, messages: Iterable[type[Message]], ladder: RetryLadder | None = None) -> None:
    """All that a consumer needs to receive these event types. Raises ExchangeMissing, amqp errors, OSError."""
    with connections.connect(amqp_url) as connection:
        _declare_consumer(connection, consumer, map(names.type_of, messages), ladder or RetryLadder())


def declare_all(amqp_url: str, audiences: Audiences) -> None:
    """Exchanges and queues of every service, so that no event ever finds its queue missing. For the platform's user."""
    with connections.connect(amqp_url) as connection:
        for service in audiences.services:
            declare_producer(connection, service)
        for service in audiences.services:
            received = audiences.received_by(service)
            if received:
                _declare_consumer(connection, service, received, RetryLadder())


def declare_producer(connection: Connection, producer: str) -> None:
    """The exchange of a producer."""
    _exchange(connection, names.events_exchange(producer), "topic")


def declare_subscription(connection: Connection, consumer: str, type_name: str) -> None:
    """A queue for one event type, bound to its producer's exchange and to the consumer's return exchange."""
    queue = names.queue(consumer, type_name)
    dead_letters = {"x-dead-letter-exchange": names.parked(consumer), "x-delivery-limit": DELIVERY_LIMIT}
    _queue(connection, queue, dead_letters | _SURE)
    _bind(connection, queue, names.return_exchange(consumer), queue)
    exchange = names.events_exchange(names.producer_of(type_name))
    _ensure_exchange(connection, names.producer_of(type_name))
    try:
        _bind(connection, queue, exchange, type_name)
    except NotFound:
        raise ExchangeMissing(exchange) from None


def _declare_consumer(connection: Connection, consumer: str, type_names: Iterable[str], ladder: RetryLadder) -> None:
    _declare_parked(connection, consumer)
    _declare_retries(connection, consumer, ladder)
    for type_name in type_names:
        declare_subscription(connection, consumer, type_name)


def _declare_parked(connection: Connection, consumer: str) -> None:
    parked = names.parked(consumer)
    _exchange(connection, parked, "fanout")
    _queue(connection, parked, {"x-delivery-limit": _NO_LIMIT})
    _bind(connection, parked, parked)


def _declare_retries(connection: Connection, consumer: str, ladder: RetryLadder) -> None:
    back = names.return_exchange(consumer)
    _exchange(connection, back, "direct")
    for delay in ladder.milliseconds:
        name = names.retry(consumer, delay)
        _exchange(connection, name, "fanout")
        _queue(connection, name, {"x-message-ttl": delay, "x-dead-letter-exchange": back} | _SURE)
        _bind(connection, name, name)


def _ensure_exchange(connection: Connection, producer: str) -> None:
    """Make a producer's exchange where this user may; else it must be there already."""
    with suppress(AccessRefused):  # then it is its producer's to make, and the binding tells whether it is there
        declare_producer(connection, producer)


def _exchange(connection: Connection, name: str, kind: str) -> None:
    connection.channel(1).exchange_declare(name, kind, durable=True, auto_delete=False)


def _queue(connection: Connection, name: str, arguments: dict[str, Any]) -> None:
    connection.channel(1).queue_declare(name, durable=True, auto_delete=False, arguments=_QUORUM | arguments)


def _bind(connection: Connection, queue: str, exchange: str, routing_key: str = "") -> None:
    connection.channel(1).queue_bind(queue, exchange, routing_key)
