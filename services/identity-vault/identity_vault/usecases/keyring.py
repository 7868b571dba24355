"""The passkeys of who is signed in, and what custodians do about lost ones, as the discloser asks the verifier."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from identity_vault.usecases.carrying_out import Signed


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A passkey. `handle`: of this answer, for ten minutes."""

    handle: str = field(repr=False)
    registered_at: datetime | None
    ready_at: datetime | None
    ready: bool


@dataclass(frozen=True, slots=True)
class Keyring:
    """Somebody's passkeys, newest first. `lost`: "", "waiting" (for custodians) or "confirmed" (a new one may come)."""

    keys: Sequence[HeldKey]
    lost: str = ""
    asked_at: datetime | None = None
    confirmations: int = 0

    @property
    def removable(self) -> bool:
        """Is there another one in use, for each?"""
        return len(self.keys) > 1 and any(key.ready for key in self.keys)


class Keyrings(Protocol):
    """The verifier's calls for who holds passkeys. Every one raises Denied and VerifierAway."""

    def of(self, id_token: str) -> Keyring: ...

    def remove(self, id_token: str, handle: str, assertion: str) -> None: ...

    def ask_recovery(self, id_token: str) -> str:
        """The code for custodians, told once."""
        ...

    def take_recovery_back(self, id_token: str, assertion: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Lost:
    """Somebody who says that they lost every passkey, as one custodian sees it."""

    handle: str
    name: str = field(repr=False)
    account: str = field(repr=False)
    asked_at: datetime | None
    signatures: Sequence[Signed]
    mine_to_sign: bool


class Recoveries(Protocol):
    """The verifier's calls for custodians, about lost passkeys. Every one raises Denied and VerifierAway."""

    def waiting(self, id_token: str) -> Sequence[Lost]: ...

    def options(self, id_token: str, handle: str, code: str) -> str:
        """What navigator.credentials.get() is given, JSON."""
        ...

    def confirm(self, id_token: str, handle: str, assertion: str) -> str:
        """The state afterwards: "waiting" or "confirmed"."""
        ...
