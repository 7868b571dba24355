"""Declaring what a worker does. Plain marks on plain methods: a worker class is tested without broker or nameko."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from google.protobuf.message import Message

from chassis.bus import names

Handler = TypeVar("Handler", bound=Callable[..., Any])
_MARK = "_paravent_bus_mark"


class Refused(Exception):
    """Raised by a handler: this event can never be applied. It is parked at once, with `reason`: a short code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Subscription:
    """One handler's event type. `signed_by`: the producer whose signature each event must carry."""

    message: type[Message]
    signed_by: str | None = None

    @property
    def type_name(self) -> str:
        return names.type_of(self.message)

    @property
    def producer(self) -> str:
        return names.producer_of(self.type_name)


@dataclass(frozen=True)
class Timer:
    """A method called every `seconds`, by one process at a time, under the lock of that name."""

    seconds: float
    lock: str


def subscribe(message: type[Message], *, signed_by: str | None = None) -> Callable[[Handler], Handler]:
    """Mark a method `(self, event, tx)` as the handler of an event type.

    It runs in the transaction that holds the inbox row: it must not commit, and must not call out. What it raises is
    retried later, except `Refused`.
    """
    return _mark(Subscription(message, signed_by))


def timer(*, seconds: float, lock: str) -> Callable[[Handler], Handler]:
    """Mark a method `(self, tx)` to be called every `seconds`, in a transaction that holds the lock."""
    return _mark(Timer(seconds, lock))


def subscriptions(worker: object) -> Iterator[tuple[str, Subscription]]:
    """(method name, subscription) for each handler. Raises ValueError when two take the same type."""
    seen: set[str] = set()
    for name, mark in _marks(worker):
        if isinstance(mark, Subscription):
            if mark.type_name in seen:
                raise ValueError(f"{mark.type_name} has two handlers: an event is applied once")
            seen.add(mark.type_name)
            yield name, mark


def timers(worker: object) -> Iterator[tuple[str, Timer]]:
    """(method name, timer) for each timer."""
    for name, mark in _marks(worker):
        if isinstance(mark, Timer):
            yield name, mark


def _mark(mark: Subscription | Timer) -> Callable[[Handler], Handler]:
    def attach(handler: Handler) -> Handler:
        setattr(handler, _MARK, mark)
        return handler

    return attach


def _marks(worker: object) -> Iterator[tuple[str, object]]:
    for name, member in inspect.getmembers(worker, callable):
        mark = getattr(member, _MARK, None)
        if mark is not None:
            yield name, mark
