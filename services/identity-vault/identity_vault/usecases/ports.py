"""What the use cases need from outside. Each role wires its own."""

from collections.abc import Sequence
from typing import Protocol

from identity_vault.domain.record import Letters


class StoreAway(Exception):
    """The record store cannot be written to now: try again later."""


class ReadNotApproved(Exception):
    """This read is not the one that may be let through. Says no more: it may be anybody's."""


class TransportKeyMissing(Exception):
    """There is no transport key for that day."""


class TransportKeyRetired(TransportKeyMissing):
    """The transport key of that day was destroyed: what was sealed to it opens no more."""


class TransportKeys(Protocol):
    """The private halves of the transport keys."""

    def secret(self, period: str) -> str:
        """The age key of a day. Raises TransportKeyMissing, TransportKeyRetired."""
        ...


class Ledger(Protocol):
    """The sealer's own database."""

    def enter(self, path: str, letters: Letters) -> bytes:
        """The 32-byte key of the record at `path`; the letters are left with the first call. Raises StoreAway."""
        ...


class Records(Protocol):
    """The store of sealed records: each is created once, and never read by this process."""

    def create(self, path: str, body: bytes) -> bool:
        """True when the record is new, False when the path holds one already. Raises StoreAway."""
        ...

    def ping(self) -> None:
        """Raises unless the store answers and knows us."""
        ...


class ReadApprovals(Protocol):
    """The second lock on reads: the verifier lets each through by its accessor."""

    def approve(self, accessor: str, path: str) -> None:
        """Let the discloser's read of the record at `path` through. Raises ReadNotApproved, StoreAway."""
        ...


class KeyPairs(Protocol):
    """A folder of age key pairs, each named by its period."""

    def ensure(self, period: str) -> None: ...

    def destroy(self, period: str) -> None:
        """Nobody opens any more what was sealed to this pair; that it was destroyed stays known."""
        ...

    def public_halves(self) -> Sequence[tuple[str, str]]:
        """Period and age recipient, oldest first."""
        ...


class RetirableKeys(TransportKeys, KeyPairs, Protocol):
    """The transport keys, where they are destroyed as well."""
