"""What becomes of one delivered message: applied, tried again later, or parked. Acked only after that is safe."""

from collections.abc import Callable
from functools import partial
from typing import Any

from opentelemetry.trace import SpanKind

from chassis import logs, telemetry
from chassis.bus import envelope, names
from chassis.bus.consumer import Stopping, rest
from chassis.bus.envelope import Envelope, Unreadable
from chassis.bus.handling import Handling, is_infrastructure
from chassis.bus.outcomes import Outcomes
from chassis.bus.retries import RetryLadder
from chassis.bus.subscriptions import Refused, Subscription

log = logs.get(__name__)

# Seconds between two attempts while a server is away: the first, and the cap. A message waits in hand meanwhile; the
# prefetch limit then pauses the whole consumer.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 5.0


class Deliveries:
    """Takes the messages of one worker."""

    def __init__(self, handling: Handling, amqp_url: str, ladder: RetryLadder, stopping: Stopping) -> None:
        self._handling = handling
        self._outcomes = Outcomes(amqp_url, handling.consumer, ladder)
        self._stopping = stopping

    def close(self) -> None:
        self._outcomes.close()

    def taker(self, unit: str, subscription: Subscription, handler: Callable[..., object]) -> Callable[..., None]:
        """The method that nameko calls with each message of a subscription. It never raises."""

        def take(_service: Any, message: Any) -> None:
            try:
                self._take(unit, subscription, handler, message)
            except Exception as error:
                log.error("bus.delivery_failed", event_type=subscription.type_name, exc_info=error)

        return take

    def _take(self, unit: str, subscription: Subscription, handler: Callable[..., object], message: Any) -> None:
        queue = names.queue(self._handling.consumer, subscription.type_name)
        try:
            event = _read(message)
            content = self._handling.admit(subscription, event)
        except Unreadable as fault:
            self._settle(message, partial(self._outcomes.park_raw, queue, message, fault.reason))
            return
        self._attempt(unit, queue, handler, content, event, message)

    def _attempt(
        self, unit: str, queue: str, handler: Callable[..., object], content: Any, event: Envelope, message: Any
    ) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                self._apply(unit, handler, content, event)
            except Refused as refusal:
                self._settle(message, partial(self._outcomes.park, queue, event, refusal.reason))
                return
            except Exception as error:
                if not is_infrastructure(error):
                    self._failed(queue, event, error, message)
                    return
                log.warning("bus.paused", event_type=event.type_name, delay=pause, exc_info=error)
            else:
                _ack(message)
                return
            if not self._pause(pause, message):
                return
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _apply(self, unit: str, handler: Callable[..., object], content: Any, event: Envelope) -> None:
        name = f"handle {event.type_name}"
        with telemetry.follow(event.traceparent), telemetry.span(name, SpanKind.CONSUMER, event_type=event.type_name):
            if not self._handling.apply(unit, handler, content, event):
                telemetry.note(outcome="duplicate")

    def _failed(self, queue: str, event: Envelope, error: Exception, message: Any) -> None:
        log.warning("bus.failed", event_type=event.type_name, attempts=event.attempts + 1, exc_info=error)
        kind = f"{type(error).__module__}.{type(error).__qualname__}"
        self._settle(message, partial(self._outcomes.failed, queue, event, kind))

    def _settle(self, message: Any, hand_over: Callable[[], None]) -> None:
        """Hand the message to another queue, then ack it. Until the broker has it there, it stays in hand here."""
        pause = _FIRST_PAUSE
        while True:
            try:
                hand_over()
            except Exception as error:
                log.warning("bus.cannot_hand_over", delay=pause, exc_info=error)
            else:
                _ack(message)
                return
            if not self._pause(pause, message):
                return
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _pause(self, seconds: float, message: Any) -> bool:
        """Wait; answer whether it still makes sense to go on (else the broker delivers the message again)."""
        if self._stopping.asked:
            return False
        rest(seconds)
        return not self._stopping.asked and bool(message.channel.connection)


def _read(message: Any) -> Envelope:
    if message.errors or message.content_encoding:
        raise Unreadable("encoding")
    return envelope.read(message.headers, message.content_type, envelope.body_of(message))


def _ack(message: Any) -> None:
    """Ack, unless the connection that delivered it is gone: then it comes again, and the inbox knows it."""
    if message.channel.connection:
        try:
            message.ack()
        except (OSError, *message.channel.connection.connection_errors) as error:
            log.info("bus.ack_lost", exc_info=error)
