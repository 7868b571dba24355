"""What a case may order of the provider, at what price, and who will know of it.

The member's ordonnateur approves and pays, and so sees what is ordered, never for whom (convention, art. 6). Where a
case is kept from the member, so is its order: the CdG orders and advances.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from casework.domain.proceeding import Proceeding
from casework.domain.routing import Pool
from casework.domain.statuses import Status

MOST = Decimal(99)
DAY = "jour"
_CENT = Decimal("0.01")
# Of the list, what helps to advise and support: a witness's case goes no further without the presumed victim.
_ADVICE = "1."


class OrderRefused(ValueError):
    """What was chosen cannot be ordered. `codes`: the services whose quantity is wrong; none: nothing was chosen."""

    def __init__(self, codes: Sequence[str] = ()) -> None:
        super().__init__(", ".join(codes))
        self.codes = tuple(codes)


@dataclass(frozen=True, slots=True)
class Service:
    """A row of the price list. `contains`: of a bundle; `hearings`: of an inquiry, the first and last number."""

    code: str
    label: str
    unit: str
    price: Decimal
    vat_rate: Decimal
    contains: Mapping[str, int] = field(default_factory=dict)
    hearings: tuple[int, int] | None = None

    @property
    def section(self) -> str:
        return self.code.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A service and how much of it."""

    service: Service
    quantity: Decimal

    @property
    def net(self) -> Decimal:
        return _cents(self.service.price * self.quantity)


@dataclass(frozen=True, slots=True)
class Basket:
    """What is about to be ordered. `cheaper`: the bundle that saves most, and how much before VAT."""

    lines: tuple[Chosen, ...]
    cheaper: tuple[Service, Decimal] | None

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        """By rate, as the quote counts it."""
        bases: dict[Decimal, Decimal] = {}
        for line in self.lines:
            bases[line.service.vat_rate] = bases.get(line.service.vat_rate, Decimal(0)) + line.net
        return sum((_cents(base * rate / 100) for rate, base in bases.items()), Decimal(0))

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


def may_order(status: Status) -> bool:
    """Somebody answers for the case, and it is not over."""
    return status is Status.IN_CHARGE


def by_cdg(pool: Pool) -> bool:
    """Is the order kept from the member, as the case is?"""
    return pool is not Pool.MEMBER


def choosable(services: Sequence[Service], proceeding: Proceeding) -> list[Service]:
    """What a case at this point may order: for first advice, no inquiry and nothing with the team."""
    if proceeding is Proceeding.ADVICE:
        return [service for service in services if service.code.startswith(_ADVICE)]
    return list(services)


def choose(services: Sequence[Service], wanted: Mapping[str, str]) -> Basket:
    """What was typed, by code, as a basket; empty quantities are left out. Raises OrderRefused."""
    typed = {service.code: wanted.get(service.code, "").strip() for service in services}
    quantities = {service.code: _quantity(typed[service.code], service) for service in services if typed[service.code]}
    wrong = [code for code, quantity in quantities.items() if quantity is None]
    if wrong or not quantities:
        raise OrderRefused(wrong)
    lines = [Chosen(service, quantities[service.code] or Decimal(0)) for service in services if typed[service.code]]
    return Basket(tuple(lines), _cheaper(services, lines))


def band_for(services: Sequence[Service], hearings: int) -> Service | None:
    """The inquiry for so many hearings."""
    bands = (service for service in services if service.hearings)
    return next((band for band in bands if band.hearings and band.hearings[0] <= hearings <= band.hearings[1]), None)


def _cheaper(services: Sequence[Service], lines: Sequence[Chosen]) -> tuple[Service, Decimal] | None:
    quantities = {line.service.code: int(line.quantity) for line in lines}
    prices = {service.code: service.price for service in services}
    savings = [(bundle, _singly(bundle, quantities, prices) - bundle.price) for bundle in services if bundle.contains]
    return max((each for each in savings if each[1] > 0), key=lambda each: each[1], default=None)


def _singly(bundle: Service, quantities: Mapping[str, int], prices: Mapping[str, Decimal]) -> Decimal:
    """What the part of a bundle that is wanted costs by itself."""
    held = {code: min(quantities.get(code, 0), most) for code, most in bundle.contains.items()}
    return sum((prices.get(code, Decimal(0)) * count for code, count in held.items()), Decimal(0))


def _quantity(text: str, service: Service) -> Decimal | None:
    """Whole for a flat price, by the half day for time spent; None for what is neither."""
    try:
        found = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    step = Decimal("0.5") if service.unit == DAY else Decimal(1)
    return found if found.is_finite() and 0 < found <= MOST and not found % step else None


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)
