"""What the use cases need from outside. The gateways provide it; each role is wired in `__main__`."""

import uuid
from collections.abc import Sequence
from typing import Protocol

from paravent.casework.v1.content_pb2 import Notice
from paravent.intake.v1.content_pb2 import ClaimOffer


class KeysAway(Exception):
    """OpenBao, or the folder of the month keys, is out of reach: nothing is lost, try again later."""


class VaultAway(Exception):
    """identity-vault does not answer: what is meant for it stays, try again later."""


class CaseKeys(Protocol):
    """Wraps the key of a case, bound to the case: a wrapped key put under another case does not unwrap."""

    def wrap(self, keys: Sequence[tuple[uuid.UUID, bytes]]) -> list[str]:
        """In order. Raises KeysAway."""
        ...

    def unwrap(self, wrapped: Sequence[tuple[uuid.UUID, str]]) -> list[bytes]:
        """In order. Raises KeysAway, and CannotOpen for a wrapped key that is not this case's."""
        ...


class MonthKeys(Protocol):
    """The private keys of the months. Only the opener has them."""

    def open(self, cdg_id: str, period: str, envelope: bytes) -> bytes:
        """The unpadded content of an envelope. Raises CannotOpen and KeysAway."""
        ...


class NoticeSealer(Protocol):
    """Signs and seals what is told to a reporter, and what a code opens."""

    def seal(self, notice: Notice, *, cdg_id: str, report_id: bytes, recipient: str) -> bytes: ...

    def seal_offer(self, offer: ClaimOffer, *, cdg_id: str, report_id: bytes, recipient: str) -> bytes: ...


class Vault(Protocol):
    """The three calls to identity-vault. Each raises VaultAway. Frames: 1,152 bytes each."""

    def key_set(self) -> bytes:
        """Serialised paravent.keys.v1.SignedKeySet, not checked yet."""
        ...

    def notify(self, rings: Sequence[bytes]) -> None: ...

    def erase(self, orders: Sequence[bytes]) -> None: ...
