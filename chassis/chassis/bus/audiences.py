"""Who receives which event (`deploy/rabbitmq/audiences.toml`), and the rights on the broker that follow from it.

A service may configure and write only what bears its name, and read its own queues and its producers' exchanges; topic
permissions narrow each exchange to the event types that are its to tell or to receive.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chassis.bus import names

# Matches no name.
_NOTHING = "^$"


@dataclass(frozen=True)
class Permissions:
    """Regular expressions on the names of exchanges and queues, as RabbitMQ takes them."""

    configure: str
    write: str
    read: str


@dataclass(frozen=True)
class TopicPermission:
    """Regular expressions on the routing keys of one exchange."""

    exchange: str
    write: str
    read: str


class Audiences:
    """Event type -> the one service that receives it."""

    def __init__(self, consumers: Mapping[str, str]) -> None:
        self.consumers = dict(consumers)

    @classmethod
    def load(cls, path: Path) -> "Audiences":
        """Read `audiences.toml`."""
        return cls(tomllib.loads(path.read_text())["consumers"])

    @property
    def services(self) -> list[str]:
        """Every service that tells or receives an event."""
        return sorted({*self.consumers.values(), *map(names.producer_of, self.consumers)})

    def told_by(self, service: str) -> list[str]:
        """The event types that a service tells."""
        return sorted(kind for kind in self.consumers if names.producer_of(kind) == service)

    def received_by(self, service: str) -> list[str]:
        """The event types that a service receives."""
        return sorted(kind for kind, consumer in self.consumers.items() if consumer == service)

    def permissions(self, service: str) -> Permissions:
        """What a service's broker user may do."""
        own = rf"{re.escape(service)}\..*"
        sources = {names.producer_of(kind) for kind in self.received_by(service)}
        exchanges = [re.escape(names.events_exchange(source)) for source in sorted(sources)]
        return Permissions(f"^{own}$", f"^{own}$", f"^({'|'.join([own, *exchanges])})$")

    def topic_permissions(self, service: str) -> list[TopicPermission]:
        """For each exchange that a service may touch: the types that it may tell, and those that it may bind to."""
        received = self.received_by(service)
        producers = sorted({service, *map(names.producer_of, received)})
        return [
            TopicPermission(
                exchange=names.events_exchange(producer),
                write=_any(self.told_by(service) if producer == service else []),
                read=_any([kind for kind in received if names.producer_of(kind) == producer]),
            )
            for producer in producers
        ]


def _any(kinds: list[str]) -> str:
    return f"^({'|'.join(map(re.escape, kinds))})$" if kinds else _NOTHING
