"""One event, one transaction: the inbox row, the handler's effects, the commit. No broker in sight."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from google.protobuf.message import DecodeError, Message
from sqlalchemy import Table
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session

from chassis.bus.envelope import Envelope, Unreadable
from chassis.bus.subscriptions import Subscription
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork, is_outage
from chassis.inbox import Inbox
from chassis.signing import BadSignature, EventVerifier


class HasSession(Protocol):
    """What the bus needs of a service's Transaction."""

    @property
    def session(self) -> Session: ...


# How long an applied event is remembered: longer than any message stays parked.
REMEMBERED = timedelta(days=400)


@dataclass(frozen=True)
class Handling:
    """How one service applies events."""

    consumer: str
    unit_of_work: UnitOfWork[Any]
    inbox: Table
    verifier: EventVerifier
    clock: Clock

    def admit(self, subscription: Subscription, envelope: Envelope) -> Message:
        """The event, when it is what the subscription takes and its signature holds. Raises Unreadable."""
        if envelope.type_name != subscription.type_name:
            raise Unreadable("unknown_type")
        if envelope.source != subscription.producer:
            raise Unreadable("source")
        if subscription.signed_by is not None:
            self._check_signature(subscription.signed_by, envelope)
        try:
            return subscription.message.FromString(envelope.payload)
        except DecodeError:
            raise Unreadable("undecodable") from None

    def apply(self, name: str, handler: Callable[..., object], event: Message, envelope: Envelope) -> bool:
        """Call the handler unless the event was applied before; answer whether it was called. Committed on return."""
        inbox = Inbox(self.inbox)
        day = paris_day(self.clock.now())

        def work(tx: HasSession) -> bool:
            if not inbox.first_time(tx.session, self.consumer, envelope.event_id, day):
                return False
            handler(event, tx)
            return True

        return self.unit_of_work.run(name, work)

    def forget_old_events(self, tx: HasSession) -> None:
        """Drop inbox rows that no redelivery can need any more."""
        Inbox(self.inbox).forget(tx.session, paris_day(self.clock.now()) - REMEMBERED)

    def _check_signature(self, producer: str, envelope: Envelope) -> None:
        if not envelope.signature:
            raise Unreadable("unsigned")
        try:
            self.verifier.check(producer, envelope.event_id, envelope.type_name, envelope.payload, envelope.signature)
        except BadSignature:
            raise Unreadable("bad_signature") from None


def is_infrastructure(error: BaseException) -> bool:
    """Is a server away (so that trying again later will do), rather than this event or its handler at fault?"""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        if is_outage(cause) or isinstance(cause, (ConnectionError, NoConnectionFree)):
            return True
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__
    return False
