"""What the listeners' page needs: the courier's call-backs, asked for in the name of whoever is signed in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


class CourierAway(Exception):
    """The courier does not answer."""


class NotForYou(Exception):
    """The courier knows this person as no listener."""


class Gone(Exception):
    """The call-back is over, or another listener took it."""


class TooEarly(Exception):
    """The number shows from five minutes before the hour on."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """`handle`: of this answer only. `hour`: YYYY-MM-DDTHH, Europe/Paris. `taken`: by this listener."""

    handle: str = field(repr=False)
    hour: str
    means: str
    due: bool
    taken: bool


class CallBacks(Protocol):
    """Each method raises CourierAway and NotForYou."""

    def list(self, id_token: str) -> Sequence[Ticket]: ...

    def take(self, id_token: str, handle: str) -> str:
        """The number. Raises Gone, TooEarly."""
        ...

    def finish(self, id_token: str, handle: str) -> None:
        """Forget the number. Raises Gone."""
        ...


@dataclass(frozen=True)
class Desk:
    """`listeners`: (issuer, subject) of those whose menu shows the page; the courier checks by itself."""

    call_backs: CallBacks
    listeners: frozenset[tuple[str, str]] = frozenset()
