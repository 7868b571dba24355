"""What the provider asks for its services (lot 2), as versioned data; convention, art. 6.

A list names each service once, in one or several readings of the printed grid (docs/decisions/0018). An order is priced
by the version that its asker saw, and keeps those amounts for ever.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from itertools import pairwise
from typing import Any

from billing.domain.money import NotMoney, price
from billing.domain.vat import VATS, Line, Totals, Vat, totals

# More of one service than anybody needs: a slip of the finger.
MOST = Decimal(99)
_UN_ECE = {"forfait": "C62", "jour": "DAY"}


class Unit(StrEnum):
    """`DAY`: time spent (temps passé)."""

    FLAT = "forfait"
    DAY = "jour"


class CatalogueRefused(ValueError):
    """The list's data does not hold. The message says where, for who wrote it."""


class OrderRefused(ValueError):
    """The order cannot be priced by this list. The message holds a code at most."""


@dataclass(frozen=True, slots=True)
class Service:
    """A row. `price`: euros before VAT for a unit; None where this reading gives none. `contains`: of a bundle, how
    many of which services; `hearings`: of an inquiry's band, the first and last number."""

    code: str
    label: str
    unit: Unit
    price: Decimal | None
    vat: Vat
    contains: Mapping[str, int] = field(default_factory=dict)
    hearings: tuple[int, int] | None = None
    doubt: str = ""

    @property
    def section(self) -> str:
        return self.code.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Ordered:
    """A line of an order, its price frozen."""

    code: str
    label: str
    unit: Unit
    quantity: Decimal
    unit_price: Decimal
    vat: Vat

    @property
    def line(self) -> Line:
        return Line(self.label, self.quantity, self.unit_price, self.vat, unit=_UN_ECE[self.unit])


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A bundle that costs `saving` less than the services of an order that it holds."""

    bundle: Service
    instead_of: Mapping[str, int]
    saving: Decimal


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One reading of a list."""

    reading: str
    services: tuple[Service, ...]

    def get(self, code: str) -> Service | None:
        return next((service for service in self.services if service.code == code), None)

    def band_for(self, hearings: int) -> Service | None:
        """The inquiry for so many hearings; None for none, and for more than any band covers."""
        bands = (service for service in self.services if service.hearings)
        return next(
            (band for band in bands if band.hearings and band.hearings[0] <= hearings <= band.hearings[1]), None
        )

    def order(self, wanted: Iterable[tuple[str, str]]) -> list[Ordered]:
        """(code, quantity as text) as lines, in the list's order. Raises OrderRefused: nothing wanted, a code twice,
        unknown or without a price here, a quantity that is not one."""
        asked: dict[str, Decimal] = {}
        for code, text in wanted:
            service = self.get(code)
            if service is None or service.price is None or code in asked:
                raise OrderRefused(f"service {code[:8]}")
            asked[code] = _quantity(text, service.unit)
        if not asked:
            raise OrderRefused("nothing is ordered")
        return [_ordered(service, asked[service.code]) for service in self.services if service.code in asked]

    def suggest(self, ordered: Sequence[Ordered]) -> Suggestion | None:
        """The bundle that saves most on what it holds of an order; None where no bundle is cheaper."""
        quantities = {line.code: line.quantity for line in ordered}
        found = [self._saved(bundle, quantities) for bundle in self.services if bundle.contains]
        cheaper = [suggestion for suggestion in found if suggestion and suggestion.saving > 0]
        return max(cheaper, key=lambda suggestion: suggestion.saving, default=None)

    def _saved(self, bundle: Service, quantities: Mapping[str, Decimal]) -> Suggestion | None:
        if bundle.price is None:
            return None
        held = {code: min(int(quantities.get(code, 0)), most) for code, most in bundle.contains.items()}
        prices = {service.code: service.price or Decimal(0) for service in self.services}
        singly = sum((prices[code] * count for code, count in held.items()), Decimal(0))
        return Suggestion(bundle, {code: count for code, count in held.items() if count}, singly - bundle.price)


def read(data: Mapping[str, Any], reading: str) -> Catalogue:
    """One reading of a list's data (TOML or JSON; prices are texts). Raises CatalogueRefused."""
    try:
        if reading not in data["readings"]:
            raise CatalogueRefused("no such reading")
        services = tuple(_service(row, reading) for row in data["services"])
    except (KeyError, TypeError, NotMoney) as error:
        raise CatalogueRefused(str(error)) from None
    _check(services)
    return Catalogue(reading, services)


def of_totals(ordered: Iterable[Ordered]) -> Totals:
    """What an order comes to."""
    return totals(line.line for line in ordered)


def frozen(data: Mapping[str, Any]) -> str:
    """A list as it is kept, version by version."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True)


def _service(row: Mapping[str, Any], reading: str) -> Service:
    hearings = row.get("hearings")
    label = str(row["label"]).strip()
    if not label:
        raise CatalogueRefused("a service has a label")
    try:
        return Service(
            str(row["code"]),
            label,
            Unit(row["unit"]),
            _price(row["price"], reading),
            VATS[row.get("vat", "S")],
            {str(code): int(count) for code, count in row.get("contains", {}).items()},
            (int(hearings[0]), int(hearings[1])) if hearings else None,
            str(row.get("doubt", "")),
        )
    except ValueError as error:
        raise CatalogueRefused(str(error)) from None


def _price(written: Any, reading: str) -> Decimal | None:
    text = written.get(reading) if isinstance(written, Mapping) else written
    if text is None:
        return None
    found = price(text)
    if found <= 0:
        raise CatalogueRefused("a price is positive")
    return found


def _check(services: Sequence[Service]) -> None:
    codes = [service.code for service in services]
    if len(set(codes)) < len(codes) or not codes:
        raise CatalogueRefused("each service has a code of its own")
    for bundle in services:
        if any(code not in codes or count < 1 for code, count in bundle.contains.items()):
            raise CatalogueRefused(f"{bundle.code} holds what is not in the list")
    bands = [service.hearings for service in services if service.hearings]
    if any(first > last for first, last in bands) or any(a[1] >= b[0] for a, b in pairwise(bands)):
        raise CatalogueRefused("bands of hearings ascend")


def _ordered(service: Service, quantity: Decimal) -> Ordered:
    assert service.price is not None
    return Ordered(service.code, service.label, service.unit, quantity, service.price, service.vat)


def _quantity(text: str, unit: Unit) -> Decimal:
    """Whole for a flat price, by the half day for time spent."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise OrderRefused("quantity") from None
    step = Decimal(1) if unit is Unit.FLAT else Decimal(1) / 2
    if not found.is_finite() or not 0 < found <= MOST or found % step:
        raise OrderRefused("quantity")
    return found
