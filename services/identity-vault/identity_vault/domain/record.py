"""An identity record as the sealer knows it: opaque parts of one size each, and where they go.

Sizes are part of the contract (record.proto): what a frame is for cannot be told from its length.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import date, timedelta

# Of the transport layer, and of what stands in OpenBao.
VERSION = 1
STORED_VERSION = 2
# Bytes: what intake sends; what of it goes to OpenBao; what is left for the other processes.
FRAME = 10_240
SEALED_RECORD = 4096
TO_VERIFIER = 2688
TO_LINKER = 1152
TO_COURIER = 1152
LOCATOR = 32
# A transport key is destroyed once its day lies this far back, if nothing waits for it.
RETIRED_AFTER = timedelta(days=2)


class InvalidRecord(ValueError):
    """Not a record of this contract. Says no more: what came may be anything."""


@dataclass(frozen=True, slots=True)
class Letters:
    """What each of three processes gets with a record; each opens its own alone."""

    verifier: bytes = field(repr=False)
    linker: bytes = field(repr=False)
    courier: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if (len(self.verifier), len(self.linker), len(self.courier)) != (TO_VERIFIER, TO_LINKER, TO_COURIER):
            raise InvalidRecord("a letter has a wrong size")


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """What is left once the transport layer is gone. `body` opens for the verifier alone."""

    locator: bytes = field(repr=False)
    body: bytes = field(repr=False)
    letters: Letters = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.locator) != LOCATOR or len(self.body) != SEALED_RECORD:
            raise InvalidRecord("a part has a wrong size")


def path_of(locator: bytes, path_key: bytes) -> str:
    """Where a record is stored: a keyed hash, so that who knows the locator cannot find it.

    Raises InvalidRecord for a locator of a wrong size.
    """
    if len(locator) != LOCATOR:
        raise InvalidRecord("a locator has a wrong size")
    return hmac.new(path_key, locator, hashlib.sha256).hexdigest()


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


def is_retired(day: date, *, before: date, today: date) -> bool:
    """May the transport key of a day be destroyed, when nothing waits that was sealed before `before`?"""
    return day < before and day <= today - RETIRED_AFTER
