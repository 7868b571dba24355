"""An identity record as the sealer knows it: an opaque body of one size, and where it goes.

Sizes are part of the contract (record.proto): an anonymous record cannot be told from another by its length.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import date

VERSION = 1
# Bytes: what intake sends, and what is stored of it.
FRAME = 5120
BODY = 4096
LOCATOR = 32


class InvalidRecord(ValueError):
    """Not a record of this contract. Says no more: what came may be anything."""


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """What is left once the transport layer is gone. `body` opens for the verifier alone."""

    locator: bytes = field(repr=False)
    body: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.locator) != LOCATOR or len(self.body) != BODY:
            raise InvalidRecord("a part has a wrong size")

    def path(self, path_key: bytes) -> str:
        """Where it is stored: a keyed hash, so that who knows the locator cannot find the record."""
        return hmac.new(path_key, self.locator, hashlib.sha256).hexdigest()


def check_frame(frame: bytes) -> None:
    """Raises InvalidRecord unless the frame has the one size."""
    if len(frame) != FRAME:
        raise InvalidRecord("the frame has a wrong size")


def transport_day(period: str) -> date:
    """The day of a transport key. Raises InvalidRecord unless it is written YYYY-MM-DD."""
    try:
        day = date.fromisoformat(period)
    except ValueError:
        raise InvalidRecord("not a day") from None
    if day.isoformat() != period:
        raise InvalidRecord("not a day as it is written here")
    return day
