"""Erasing what identity-vault knows of a report: what an order says, and when it is carried out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import rfc8785

VERSION = 1
FRAME = 1152
ID = 16
TAG = 32
# Records that a report can have: the one filed with it, and the names added since (identity_vault.domain.reporters).
LOCATORS = 100
REASONS = ("retention", "reporter", "court")

# An order as the verifier handed it over; in its days of grace; one of too many on a day; undone; being carried out.
NEW, GRACE, HELD, UNDONE, DUE, ERASED = "new", "grace", "held", "undone", "due", "erased"
OPEN = (NEW, GRACE, HELD)


class InvalidOrder(ValueError):
    """Not an order of this contract. Says no more: what came may be anything."""


@dataclass(frozen=True, slots=True)
class Target:
    """What one order is about, once the verifier has opened it.

    `order`, `subject`: tags (32 bytes) of the order's id and of the report. `paths`: of its records. `to_linker`: the
    order once more (1,152 bytes), sealed to the linker; empty when some of its names are erased and the rest stays.
    """

    order: bytes = field(repr=False)
    subject: bytes = field(repr=False)
    paths: tuple[str, ...] = field(repr=False)
    to_linker: bytes = field(repr=False)
    reason: str

    def __post_init__(self) -> None:
        sizes = (len(self.order), len(self.subject), len(self.to_linker) or FRAME)
        if sizes != (TAG, TAG, FRAME) or self.reason not in REASONS or not all(map(_is_path, self.paths)):
            raise InvalidOrder("a part is wrong")

    @property
    def whole(self) -> bool:
        """Is all that is known of the report erased?"""
        return bool(self.to_linker)

    def line(self, day: date) -> bytes:
        """What the ledger keeps of it, with a line end: RFC 8785."""
        content: dict[str, Any] = {
            "v": VERSION,
            "day": day.isoformat(),
            "order": self.order.hex(),
            "subject": self.subject.hex(),
            "paths": list(self.paths),
            "to_linker": self.to_linker.hex(),
            "reason": self.reason,
        }
        return bytes(rfc8785.dumps(content)) + b"\n"


def read_line(line: bytes) -> Target:
    """The target of a line of the ledger. Raises InvalidOrder."""
    try:
        content = json.loads(line)
        if content["v"] != VERSION:
            raise InvalidOrder("another version")
        order, subject, to_linker = (bytes.fromhex(content[name]) for name in ("order", "subject", "to_linker"))
        return Target(order, subject, tuple(content["paths"]), to_linker, content["reason"])
    except (KeyError, TypeError, ValueError):
        raise InvalidOrder("not a line of the ledger") from None


# What two operators may have done about erasures, and the days within which both must have signed.
UNDO, CONFIRM = "undo", "confirm"
GATHERING = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class OperatorSignature:
    """One operator's word. `target`: an order's tag (hexadecimal) to undo, or the day (YYYY-MM-DD) to confirm."""

    action: str
    target: str
    operator: str
    signed_on: date
    signature: bytes = field(repr=False, default=b"")

    def parts(self) -> tuple[bytes, ...]:
        """What is signed."""
        return tuple(part.encode() for part in (self.action, self.target, self.operator, self.signed_on.isoformat()))

    def is_timely(self, today: date) -> bool:
        return today - GATHERING <= self.signed_on <= today


@dataclass(frozen=True, slots=True)
class Rules:
    """`grace`: days between an order and its execution. `limit`: orders of one day that need nobody's confirmation."""

    grace: int = 7
    limit: int = 20

    def due_on(self, asked_on: date) -> date:
        return asked_on + timedelta(days=self.grace)


def _is_path(path: object) -> bool:
    return isinstance(path, str) and len(path) == 64 and set(path) <= set("0123456789abcdef")


def too_many(counts: Sequence[tuple[date, int]], rules: Rules) -> list[date]:
    """The days with more orders than go unconfirmed."""
    return [day for day, count in counts if count > rules.limit]
