"""How a CdG has reports and advances paid, as its tariff says: always by all members together, never by the one.

In a tariff's data, a charge `per_report` says its `price`, and `billed`: "yearly" or "quarterly" (the year's share in
four). A CdG that asks nothing for a report may still share what it advances: `advances = {unit, billed}`.
`pooled_with`: the department of the CdG whose fund a small one joins.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from billing.domain.money import NotMoney, price
from billing.domain.vat import NOT_APPLICABLE, VATS, Vat

_PERIODS = {"yearly": 1, "quarterly": 4}


class SharingRefused(ValueError):
    """The tariff's data does not say how. The message says where, for who wrote it."""


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
