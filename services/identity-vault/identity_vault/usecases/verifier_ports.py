"""What the verifier needs from outside, and how it says no."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from chassis.idtokens import Subject
from chassis.rpc.calls import Detail


class Denied(Exception):
    """The verifier says no."""

    def __init__(self, detail: Detail) -> None:
        super().__init__(detail.value)
        self.detail = detail


class Tokens(Protocol):
    """Checks ID tokens."""

    def check(self, id_token: str, now: datetime) -> Subject:
        """Raises chassis.idtokens.BadIdToken, ProviderUnavailable."""
        ...


class Locator(Protocol):
    """Knows where the record of a locator stands: the sealer."""

    def paths(self, locators: Sequence[bytes]) -> list[str]:
        """In the same order. Raises StoreAway."""
        ...


class ReadApprovals(Protocol):
    """Lets reads through that wait under a control group. It cannot read by itself."""

    def approve(self, accessor: str, path: str) -> None:
        """Raises ReadNotApproved when what waits is not a read of this path by the discloser; StoreAway."""
        ...

    def ping(self) -> None: ...


class NewCredential(NamedTuple):
    """A passkey that an authenticator made."""

    id: bytes
    public_key: bytes
    sign_count: int


class BadCredential(Exception):
    """What the browser gave does not hold. Says no more on purpose."""


class Authenticators(Protocol):
    """WebAuthn, for one relying party."""

    def creation_options(self, challenge: bytes, *, user: bytes, name: str, known: Sequence[bytes]) -> str:
        """PublicKeyCredentialCreationOptions, JSON."""
        ...

    def request_options(self, challenge: bytes, *, allowed: Sequence[bytes]) -> str:
        """PublicKeyCredentialRequestOptions, JSON."""
        ...

    def challenge_of(self, credential: str) -> bytes:
        """The challenge that the browser says it answers; not yet to be believed. Raises BadCredential."""
        ...

    def credential_of(self, assertion: str) -> bytes:
        """The id of the credential that the browser says it used. Raises BadCredential."""
        ...

    def created(self, credential: str, challenge: bytes) -> NewCredential:
        """What navigator.credentials.create() gave holds, user verified. Raises BadCredential."""
        ...

    def asserted(self, assertion: str, challenge: bytes, *, public_key: bytes, sign_count: int) -> int:
        """What navigator.credentials.get() gave holds, user verified; the new counter. Raises BadCredential."""
        ...
