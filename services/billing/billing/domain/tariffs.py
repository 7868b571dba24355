"""What a CdG asks of its members for lot 1, as versioned data.

A tariff is a list of charges, of any mix, in force from a day on; changing one makes a new version, and what was billed
keeps the one that it was billed by. The CdG 62 asks 2 € for each agent and year, on the headcount declared at 31
December of the year before (convention, art. 6), a price that moves with the agents of all members together. Other
models are those found in domain.md 5.1.

What is asked for reports (PER_REPORT) never stands on a member's bill line by line (docs/discretion.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any

from billing.domain.ending import anniversary
from billing.domain.money import NotMoney, price
from billing.domain.vat import VATS, Line, Vat

# The most that a CdG was found to ask for one report, in euros (domain.md 5.1).
DEAREST_REPORT = Decimal(335)


class Basis(StrEnum):
    """What a charge counts."""

    PER_AGENT = "per_agent"
    # The price of an agent depends on the agents of all members together.
    PER_AGENT_BY_TOTAL = "per_agent_by_total"
    # The band of the member's own headcount gives a price for each agent, or one sum.
    PER_AGENT_BY_SIZE = "per_agent_by_size"
    FLAT_BY_SIZE = "flat_by_size"
    FLAT = "flat"
    # A share of the contribution that members pay anyway: nothing is called.
    INCLUDED = "included"
    PER_REPORT = "per_report"


class ProRata(StrEnum):
    """What a first year that is not whole costs. The convention is silent (domain.md 5.2): the tariff says it."""

    NONE = "none"
    MONTHS = "months"
    DAYS = "days"


class Year(StrEnum):
    """The year that is called: the civil one, or the one that starts at the anniversary of the adhesion."""

    CIVIL = "civil"
    ANNIVERSARY = "anniversary"


class TariffRefused(ValueError):
    """The tariff's data does not hold. The message says where, for who wrote it."""


@dataclass(frozen=True, slots=True)
class Band:
    """From `least` agents on, `price` euros."""

    least: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class Charge:
    """One thing that is asked. `bands`: from 0 or 1 agent on, ascending; a single one where the basis has none."""

    basis: Basis
    label: str
    bands: tuple[Band, ...]
    vat: Vat

    def price_for(self, agents: int) -> Decimal:
        """The price of the band in which this number of agents falls."""
        return next(band.price for band in reversed(self.bands) if agents >= band.least)


@dataclass(frozen=True, slots=True)
class Tariff:
    """One version of what a CdG asks."""

    version: int
    valid_from: date
    charges: tuple[Charge, ...]
    pro_rata: ProRata
    year: Year
    free_for_affiliated: bool


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a year that is called: `part` months or days of `whole`."""

    part: int = 1
    whole: int = 1


WHOLE = Share()


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is called, for the part of a year. `agents`: declared by the member; `all_agents`: of every member."""

    agents: int
    all_agents: int
    affiliated: bool
    share: Share = WHOLE


def subscription(tariff: Tariff, subject: Subject) -> list[Line]:
    """The lines of a yearly call, in the order of the tariff; none when nothing is asked."""
    if tariff.free_for_affiliated and subject.affiliated:
        return []
    lines = [_line(charge, subject) for charge in tariff.charges]
    return [line for line in lines if line is not None]


def year_of(tariff: Tariff, effect_on: date, day: date) -> tuple[date, date]:
    """First and last day of the year that is called, in which `day` stands.

    `effect_on`: the convention's first day. Raises ValueError for a day before it.
    """
    if day < effect_on:
        raise ValueError("nothing is called before the convention takes effect")
    if tariff.year is Year.CIVIL:
        return date(day.year, 1, 1), date(day.year, 12, 31)
    years = day.year - effect_on.year
    if anniversary(effect_on, years) > day:
        years -= 1
    return anniversary(effect_on, years), anniversary(effect_on, years + 1) - timedelta(1)


def share_of(tariff: Tariff, effect_on: date, year: tuple[date, date]) -> Share:
    """How much of a year is called: the whole, or the part from the effect to the year's end.

    Months are whole, since a convention takes effect on a 1st. Only the first year is called in part: in its last, a
    member whose anniversary is not a 1 January leaves before the civil year's end, and owes the whole.
    """
    first, last = year
    if tariff.pro_rata is ProRata.NONE or effect_on <= first:
        return WHOLE
    if tariff.pro_rata is ProRata.MONTHS:
        months = (last.year - effect_on.year) * 12 + last.month - effect_on.month + 1
        return Share(months, 12)
    return Share((last - effect_on).days + 1, (last - first).days + 1)


def in_force(tariffs: Sequence[Tariff], day: date) -> Tariff | None:
    """The version that counts on a day: the last to start."""
    started = [tariff for tariff in tariffs if tariff.valid_from <= day]
    return max(started, key=lambda tariff: (tariff.valid_from, tariff.version), default=None)


def read(data: Mapping[str, Any], *, version: int, valid_from: date) -> Tariff:
    """A tariff from its data (JSON or TOML; prices are texts). Raises TariffRefused."""
    try:
        charges = tuple(_charge(charge) for charge in data["charges"])
        tariff = Tariff(
            version,
            valid_from,
            charges,
            ProRata(data.get("pro_rata", ProRata.NONE)),
            Year(data.get("year", Year.CIVIL)),
            bool(data.get("free_for_affiliated", False)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise TariffRefused(str(error)) from None
    if not charges:
        raise TariffRefused("a tariff asks for something, or says that it is included")
    return tariff


def _charge(data: Mapping[str, Any]) -> Charge:
    basis = Basis(data["basis"])
    bands = _bands(data, basis)
    if basis is Basis.PER_REPORT and any(band.price > DEAREST_REPORT for band in bands):
        raise TariffRefused(f"a report is not charged more than {DEAREST_REPORT} €")
    label = str(data["label"]).strip()
    if not label:
        raise TariffRefused("a charge has a label")
    return Charge(basis, label, bands, VATS[data.get("vat", "O")])


def _bands(data: Mapping[str, Any], basis: Basis) -> tuple[Band, ...]:
    if basis is Basis.INCLUDED:
        return (Band(0, Decimal(0)),)
    written = data["bands"] if "bands" in data else [{"least": 0, "price": data["price"]}]
    bands = tuple(Band(int(band["least"]), _price(band["price"])) for band in written)
    starts = [band.least for band in bands]
    if not starts or starts[0] > 1 or any(later <= earlier for earlier, later in pairwise(starts)):
        raise TariffRefused("bands start at 0 or 1 agent, and ascend")
    return bands


def _price(text: Any) -> Decimal:
    try:
        found = price(text)
    except NotMoney as error:
        raise TariffRefused(str(error)) from None
    if found < 0:
        raise TariffRefused("a price is not negative")
    return found


def _line(charge: Charge, subject: Subject) -> Line | None:
    agents = Decimal(subject.agents)
    match charge.basis:
        case Basis.PER_AGENT | Basis.PER_AGENT_BY_SIZE:
            quantity, unit = agents, charge.price_for(subject.agents)
        case Basis.PER_AGENT_BY_TOTAL:
            quantity, unit = agents, charge.price_for(subject.all_agents)
        case Basis.FLAT | Basis.FLAT_BY_SIZE:
            quantity, unit = Decimal(1), charge.price_for(subject.agents)
        case _:
            return None
    return Line(charge.label, quantity * subject.share.part, unit, charge.vat, per=subject.share.whole)
