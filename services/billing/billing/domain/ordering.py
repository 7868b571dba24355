"""An order of the provider's services: its steps, its number, and what the provider may be paid for it.

A member orders and pays the provider directly, on delivery (convention, art. 6): its ordonnateur approves, and says
that the service was done. Where the authority is implicated the CdG orders, approves and pays (docs/discretion.md).
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from billing.domain.catalogue import Ordered
from billing.domain.money import Money, rounded

# Neither 0 nor O, 1 nor I nor L, U nor V: an order's number is read out on the phone.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"
_GROUPS = 2
_GROUP = 4


class Status(StrEnum):
    """Where an order stands."""

    QUOTED = "quoted"
    APPROVED = "approved"
    REFUSED = "refused"
    DELIVERED = "delivered"
    SETTLED = "settled"
    CANCELLED = "cancelled"


NEXT: Mapping[Status, frozenset[Status]] = {
    Status.QUOTED: frozenset({Status.APPROVED, Status.REFUSED, Status.CANCELLED}),
    Status.APPROVED: frozenset({Status.DELIVERED, Status.CANCELLED}),
    Status.DELIVERED: frozenset({Status.SETTLED}),
    Status.REFUSED: frozenset(),
    Status.SETTLED: frozenset(),
    Status.CANCELLED: frozenset(),
}


class NotNow(ValueError):
    """The order is not at the point for this step: somebody was faster, or it is over."""


class Difference(StrEnum):
    """Why a line of the provider's statement is not what was ordered; empty: it is."""

    NONE = ""
    UNKNOWN_ORDER = "unknown_order"
    NOT_DELIVERED = "not_delivered"
    UNKNOWN_SERVICE = "unknown_service"
    BILLED_BEFORE = "billed_before"
    QUANTITY = "quantity"
    PRICE = "price"
    VAT = "vat"


@dataclass(frozen=True, slots=True)
class Stated:
    """A line of the provider's statement."""

    number: str
    code: str
    quantity: Decimal
    net: Money
    gross: Money


@dataclass(frozen=True, slots=True)
class Found:
    """What a stated line was found to be. `expected`: the frozen amount before VAT for the quantity stated."""

    difference: Difference
    expected: Money | None = None


def check_step(status: Status, to: Status) -> None:
    """Raises NotNow for a step that an order at `status` does not take."""
    if to not in NEXT[status]:
        raise NotNow(f"{status} to {to}")


def draw_number(draw: Callable[[int], int] = secrets.randbelow) -> str:
    """ "C-7K3M-9QXD": random, so that it tells neither a day, nor how many orders there are."""
    letters = [_ALPHABET[draw(len(_ALPHABET))] for _ in range(_GROUPS * _GROUP)]
    return "-".join(["C", *("".join(letters[i : i + _GROUP]) for i in range(0, len(letters), _GROUP))])


def compare(
    stated: Stated, lines: Sequence[Ordered] | None, status: Status | None, before: Mapping[str, Decimal]
) -> Found:
    """One stated line against the frozen order. `lines`, `status`: None for an unknown order; `before`: by code, the
    quantities of it that stand on earlier lines and are not disputed."""
    if lines is None or status is None:
        return Found(Difference.UNKNOWN_ORDER)
    ordered = next((line for line in lines if line.code == stated.code), None)
    if ordered is None:
        return Found(Difference.UNKNOWN_SERVICE)
    expected = rounded(Fraction(ordered.unit_price) * Fraction(stated.quantity))
    return Found(_difference(stated, ordered, status, before.get(stated.code, Decimal(0)), expected), expected)


def complete(lines: Sequence[Ordered], accepted: Mapping[str, Decimal]) -> bool:
    """Is everything that was ordered on accepted lines of statements?"""
    return all(accepted.get(line.code, Decimal(0)) >= line.quantity for line in lines)


def _difference(stated: Stated, ordered: Ordered, status: Status, before: Decimal, expected: Money) -> Difference:
    tax = rounded(Fraction(stated.net.euros) * Fraction(ordered.vat.rate) / 100)
    for wrong, why in (
        (status not in (Status.DELIVERED, Status.SETTLED), Difference.NOT_DELIVERED),
        (before >= ordered.quantity, Difference.BILLED_BEFORE),
        (before + stated.quantity > ordered.quantity, Difference.QUANTITY),
        (stated.net != expected, Difference.PRICE),
        (stated.gross != stated.net + tax, Difference.VAT),
    ):
        if wrong:
            return why
    return Difference.NONE
