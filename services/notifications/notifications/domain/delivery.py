"""What waits to be mailed, and what a mail server may answer."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """Why a person is written to."""

    ATTENTION = "attention"
    INVITATION = "invitation"
    # Letters of a CdG to its members and managers.
    CALL = "call"
    CALL_REMINDER = "call-reminder"
    INVOICE = "invoice"
    PAYMENT_REMINDER = "payment-reminder"
    CONFIRM_REFERENTS = "confirm-referents"
    REFERENT_DESIGNATED = "referent-designated"
    CONVENTION = "convention"
    QUOTE = "quote"


class Status(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing that a person must be told of. `id`: random. `token`: the secret of the mail's own link, if it has one
    (an invitation always does, an attention never)."""

    id: uuid.UUID
    kind: Kind
    person_id: str
    attempts: int = 0
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server took the mail: delivering it is its task from now on."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now (4xx), or no server to talk to. `code`: an SMTP reply code, or a short name of what failed."""

    code: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Never (5xx): this address, or this mail."""

    code: str


Answer = Accepted | Deferred | Refused


def mail_id(folded: Sequence[Delivery]) -> str:
    """The same mail tried again has the same id, so that a server that took it twice can tell.

    The delivery tried most often names the mail: those folded into it later do not change its id.
    """
    return min(folded, key=lambda delivery: (-delivery.attempts, delivery.id)).id.hex
