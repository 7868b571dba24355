"""How a CdG has reports and advances paid, as its tariff says: always by all members together, never by the one.

In a tariff's data, a charge `per_report` says its `price`, and `billed`: "yearly" or "quarterly" (the year's share in
four). A CdG that asks nothing for a report may still share what it advances: `advances = {unit, billed}`.
`pooled_with`: the department of the CdG whose fund a small one joins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from billing.domain.money import NotMoney, price
from billing.domain.vat import NOT_APPLICABLE, VATS, Vat

_PERIODS = {"yearly": 1, "quarterly": 4}


class SharingRefused(ValueError):
    """The tariff's data does not say how. The message says where, for who wrote it."""


class JoiningRefused(ValueError):
    """The fund cannot be joined: nobody would settle it. The message says why, in French, for who records it."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """`price`: of a report, or the unit in which advances come back, before VAT; `counted`: reports are paid for."""

    price: Decimal
    counted: bool
    periods: int
    pooled_with: str = ""
    vat: Vat = NOT_APPLICABLE


def sharing(data: Mapping[str, Any]) -> Sharing | None:
    """What a tariff's data says of it; None where nothing is shared. Raises SharingRefused."""
    found = [charge for charge in data.get("charges", []) if charge.get("basis") == "per_report"]
    if len(found) > 1:
        raise SharingRefused("one price for a report")
    said = found[0] if found else data.get("advances")
    if said is None:
        return None
    try:
        unit = price(said["price"] if found else said["unit"])
        periods = _PERIODS[said.get("billed", "yearly")]
        vat = VATS[said.get("vat", "O")]
    except (KeyError, TypeError, NotMoney) as error:
        raise SharingRefused(str(error)) from None
    if unit <= 0:
        raise SharingRefused("a price is positive")
    return Sharing(unit, bool(found), periods, str(data.get("pooled_with", "")), vat)


@dataclass(frozen=True, slots=True)
class Joining:
    """Whose fund a CdG joins from a day on, both by department. `joins`: empty for a fund of its own, or none."""

    department: str
    valid_from: date
    joins: str


def check_joining(new: Joining, known: Sequence[Joining], departments: frozenset[str], today: date) -> None:
    """Refuse a fund that would join one which itself joins another, on any day to come: only who is joined settles.

    `known`: what every CdG recorded, in the order of record. Raises JoiningRefused.
    """
    if new.joins in ("", new.department):
        return
    if new.joins not in departments:
        raise JoiningRefused(f"Aucun centre de gestion du département {new.joins} n’est enregistré ici.")
    every = [*known, new]
    first = max(new.valid_from, today)
    for day in sorted({first, *(one.valid_from for one in every if one.valid_from > first)}):
        joined = _joined(every, departments, day)
        if joined.get(new.department) != new.joins:
            continue
        if other := next((each for each, to in joined.items() if to == new.department), None):
            raise JoiningRefused(
                f"Le centre de gestion du département {other} partage déjà avec le vôtre : "
                "le vôtre ne peut pas partager avec un autre."
            )
        if further := joined.get(new.joins):
            raise JoiningRefused(
                f"Le centre de gestion du département {new.joins} partage lui-même avec celui du département {further} "
                f": indiquez {further}."
            )


def _joined(every: Sequence[Joining], departments: frozenset[str], day: date) -> dict[str, str]:
    """Who joins whom on a day: the version that started last counts, the last recorded of those."""
    counts: dict[str, Joining] = {}
    for one in every:
        last = counts.get(one.department)
        if one.valid_from <= day and (last is None or one.valid_from >= last.valid_from):
            counts[one.department] = one
    return {each: one.joins for each, one in counts.items() if one.joins in departments and one.joins != one.department}
