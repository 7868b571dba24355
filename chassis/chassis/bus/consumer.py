"""nameko's entrypoint and queue consumer, made to lose nothing.

nameko alone acks failed and undecodable messages, forwards every header, and closes its connection under running
handlers. Here a message goes raw to `chassis.bus.delivery`, which alone decides when it is acked, and the connection
stays open until the last handler has been acked.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import eventlet
from kombu.connection import Connection
from kombu.entity import Queue
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint
from nameko.messaging import QueueConsumer

from chassis import logs
from chassis.bus import connections, names
from chassis.bus.subscriptions import Subscription

log = logs.get(__name__)

# Seconds between two looks at a stop that was asked for.
_LOOK = 0.5
# Seconds: how the pause between two attempts to reach the broker grows, and its cap (kombu's own is 32).
_FIRST_PAUSE, _STEP, _LONGEST_PAUSE = 0.2, 0.3, 2.0


class Stopping:
    """Whether a stop was asked for, and how many messages are in hand."""

    def __init__(self, within: float) -> None:
        self.within = within
        self.asked = False
        self.in_hand = 0
        self._deadline = float("inf")

    def ask(self) -> None:
        self.asked = True
        self._deadline = time.monotonic() + self.within

    @property
    def complete(self) -> bool:
        """May the connection close?"""
        return self.asked and (self.in_hand == 0 or time.monotonic() > self._deadline)


class _Abandoned(Exception):
    """The stop came while the broker was away."""


class EventConsumer(QueueConsumer):  # type: ignore[misc]
    """Consumes the queues of all of a worker's subscriptions on one connection."""

    @property
    def _stopping(self) -> Stopping:
        stopping: Stopping = self.container.config["stopping"]
        return stopping

    @property
    def connection(self) -> Connection:
        options = {"heartbeat": connections.HEARTBEAT, "connect_timeout": connections.CONNECT_TIMEOUT}
        return Connection(self.amqp_uri, **options)  # type: ignore[no-untyped-call]

    @contextmanager
    def establish_connection(self) -> Iterator[Connection]:
        with self.create_connection() as connection:
            connection.ensure_connection(self.on_connection_error, None, _FIRST_PAUSE, _STEP, _LONGEST_PAUSE)
            yield connection

    def run(self, **_kwargs: Any) -> None:
        """Consume, and again after each loss of the connection or of a queue, until stopped."""
        broken = self.connection.connection_errors + self.connection.channel_errors
        while not self.should_stop:
            try:
                for _ in self.consume(safety_interval=_LOOK):
                    pass
            except _Abandoned:
                log.warning("bus.stopped_without_broker")
                return
            except broken as error:
                log.warning("bus.consumer_lost", exc_info=error)
                eventlet.sleep(_FIRST_PAUSE)

    def on_connection_revived(self) -> None:
        """Declare the queues again: a broker that comes back may have lost them."""
        if self._consumers_ready.ready():
            declare: Callable[[], None] = self.container.config["declare"]
            declare()

    def get_consumers(self, consumer_cls: Callable[..., Any], _channel: Any) -> list[Any]:
        made = {provider: self._consumer(consumer_cls, provider) for provider in self._providers}
        self._consumers = {} if self._stopping.asked else made
        return list(self._consumers.values())

    def _consumer(self, consumer_cls: Callable[..., Any], provider: "Events") -> Any:
        consumer = consumer_cls(
            queues=[provider.queue],
            on_message=partial(self._deliver, provider),
            on_decode_error=partial(self._deliver, provider),
            auto_declare=False,
        )
        consumer.qos(prefetch_count=self.prefetch_count)
        return consumer

    def _deliver(self, provider: "Events", message: Any, _error: Exception | None = None) -> None:
        """Give a message to a thread of its own, even one that could not be unpacked: it is parked there."""
        self._stopping.in_hand += 1
        self.container.spawn_managed_thread(partial(provider.handle_message, message), identifier=provider.type_name)

    def on_iteration(self) -> None:
        if self._stopping.asked:
            for consumer in self._consumers.values():
                consumer.cancel()
            self._consumers = {}
        self.should_stop = self._stopping.complete

    def on_connection_error(self, error: Exception, interval: float) -> None:
        if self._stopping.asked:
            raise _Abandoned from None
        log.warning("bus.broker_away", delay=interval, exc_info=error)

    def stop(self) -> None:
        """Wait for the consuming thread, which ends once every message in hand has been acked."""
        self._gt.wait()


class Events(Entrypoint):  # type: ignore[misc]
    """The entrypoint of one subscription."""

    consumer = EventConsumer()

    def __init__(self, subscription: Subscription) -> None:
        self.type_name = subscription.type_name
        super().__init__()

    def setup(self) -> None:
        name = names.queue(self.container.service_name, self.type_name)
        self.queue = Queue(name, no_declare=True)  # type: ignore[no-untyped-call]
        self.consumer.register_provider(self)

    def stop(self) -> None:
        self.consumer.stop()

    def handle_message(self, message: Any) -> None:
        try:
            self.container.spawn_worker(self, (message,), {}, context_data={}, handle_result=self._done)
        except ContainerBeingKilled:
            self._done(None)

    def _done(self, _context: Any, result: Any = None, exc_info: Any = None) -> tuple[Any, Any]:
        stopping: Stopping = self.container.config["stopping"]
        stopping.in_hand -= 1
        return result, exc_info


def rest(seconds: float) -> None:
    """Pause this greenthread only."""
    eventlet.sleep(seconds)
