"""What a method sees of a call, and how it refuses one."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import grpc

# A call may not ask for more time than this (seconds): without an end, a thread of the server is lost.
LONGEST = 60.0


class Detail(StrEnum):
    """Everything that a status may say beside its code. Nothing of a request ever stands in an error."""

    DENIED = "denied"
    NO_DEADLINE = "deadline-required"
    INTERNAL = "internal"
    NOT_SERVED = "not-served"
    INVALID_RECORD = "invalid-record"
    UNKNOWN_PERIOD = "unknown-period"
    STORE_AWAY = "store-away"
    NOT_READY = "not-ready"
    KEY_RETIRED = "key-retired"
    BAD_ID_TOKEN = "bad-id-token"  # noqa: S105 (a word, not a password)
    PROVIDER_AWAY = "provider-away"
    BAD_PASSKEY = "bad-passkey"
    PASSKEY_WAITS = "passkey-waits"
    UNKNOWN_HANDLE = "unknown-handle"
    NOT_YET = "not-yet"
    EXPIRED = "expired"
    USED = "used"
    WITHDRAWN = "withdrawn"
    OTHER_ADDRESSEE = "other-addressee"
    BAD_STATEMENT = "bad-statement"
    RECORD_MISMATCH = "record-mismatch"
    NO_RECORD = "no-record"
    NO_NAME = "no-name"
    LIMIT_REACHED = "limit-reached"
    TOO_MANY_TRIES = "too-many-tries"
    NOT_A_CUSTODIAN = "not-a-custodian"
    BAD_ORDER = "bad-order"


class Refused(Exception):
    """Raised by a method to end its call with a status."""

    def __init__(self, code: grpc.StatusCode, detail: Detail) -> None:
        super().__init__(detail.value)
        self.code = code
        self.detail = detail


class Call:
    """The context that a method gets: who calls and for how long. It cannot write a status, metadata or details."""

    def __init__(self, context: grpc.ServicerContext) -> None:
        self._context = context

    @property
    def clients(self) -> Sequence[str]:
        """The names in the client's verified certificate."""
        facts: Mapping[str, Sequence[bytes]] = self._context.auth_context()
        return [name.decode("ascii", "replace") for name in facts.get("x509_subject_alternative_name", ())]

    def time_remaining(self) -> float:
        """Seconds until the deadline; infinite when the client set none."""
        remaining = self._context.time_remaining()
        return float("inf") if remaining is None else float(remaining)

    def is_active(self) -> bool:
        return bool(self._context.is_active())
