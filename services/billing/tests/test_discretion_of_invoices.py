"""The mayor reads every invoice of his commune, with all that stands on it: whether and when a report was made, stays
a guess within the bound; and the measure finds a bill that tells."""

import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

import pytest

from billing.domain import pooling
from billing.domain.invoices import Address, Buyer, Draft, Seller, draw_up, number
from billing.domain.money import Money
from billing.domain.pooling import Fund, advance, advantage, advantage_counted, advantage_of_advance, settle
from billing.domain.siren import siret_of
from billing.domain.tariffs import Subject, read, subscription
from billing.domain.vat import Line
from billing.usecases.settling import LABEL

MARKETS = 2000
FIRST, YEARS = 2025, 4
AGENTS = [4, 6, 7, 9, 12, 12, 15, 20, 31, 60]
OURS = 4
# What the other communes reported, year by year: the mayor knows it.
OTHERS = [3, 2, 4, 3]
PRICE = Decimal(335)
PLACE = Address("1 place de la Mairie", "62000", "Arras")
SELLER = Seller("Centre de gestion", siret_of("286200019", 1), PLACE, "FR7630001007941234567890185")
BUYER = Buyer("Zudausques", "216209056", PLACE)
TARIFF = read(
    {"charges": [{"basis": "per_agent", "label": "Participation annuelle", "price": "2"}]},
    version=1,
    valid_from=date(FIRST, 1, 1),
)
# Beyond the bound, what a rule may find in a sample of this size: three standard deviations.
CHANCE = 3 * (1 / (2 * MARKETS)) ** 0.5


@dataclass(frozen=True)
class World:
    """What happened. `reports`: of our commune, by (year, month); `advanced`: what the CdG paid for it, by year."""

    reports: tuple[tuple[int, int], ...] = ()
    advanced: tuple[tuple[int, Money], ...] = ()


QUIET = World()


@cache
def issued(lines: tuple[Line, ...], day: date, rank: int) -> tuple[str, Draft]:
    draft = draw_up(SELLER, BUYER, lines, issued_on=day, period=_year(day), contract="convention du 12 décembre 2024")
    return number("62", day.year, rank), draft


def market(world: World, draw: Callable[[int], int], *, leak: bool = False) -> list[tuple[str, Draft]]:
    """Our commune's invoices of a market: the call of each year, then the share of the year before; as they are issued.

    `leak`: each report is billed to the commune where it was made, in its month.
    """
    fund, bills = Fund(PRICE), []
    for year, others in enumerate(OTHERS):
        lines = tuple(subscription(TARIFF, Subject(AGENTS[OURS], sum(AGENTS), affiliated=True)))
        bills.append(issued(lines, date(FIRST + year, 1, 15), OURS + 1))
        own = [month for made, month in world.reports if made == year]
        if leak:
            bills += [
                issued((Line(LABEL, Decimal(1), PRICE),), date(FIRST + year, month, 28), 20 + month) for month in own
            ]
        for made, paid in world.advanced:
            fund = advance(fund, paid) if made == year else fund
        settled = settle(fund, others + len(own), AGENTS, draw=draw)
        fund = settled.fund
        if settled.shares[OURS].cents:
            line = Line(LABEL, Decimal(1), settled.shares[OURS].euros)
            bills.append(issued((line,), date(FIRST + year + 1, 3, 1), OURS + 1))
    return bills


def fields(bills: list[tuple[str, Draft]]) -> dict[str, object]:
    """All that stands on them, field by field and together: what a threshold or a list of values can be made of."""
    seen: dict[str, object] = {"how many": len(bills)}
    for at, (name, draft) in enumerate(bills):
        seen |= {
            f"{at} amount": due(draft),
            f"{at} the rest": (name, draft.issued_on, draft.due_on, draft.period, draft.contract, words(draft)),
        }
    amounts = [due(draft) for _, draft in bills]
    return seen | {"sum": sum(amounts), "largest": max(amounts), "days": tuple(draft.issued_on for _, draft in bills)}


@cache
def due(draft: Draft) -> int:
    return draft.due.cents


@cache
def words(draft: Draft) -> tuple[str, ...]:
    return tuple(line.label for line in draft.lines)


def told(left: World, right: World, *, leak: bool = False, markets: int = MARKETS) -> tuple[float, str]:
    """By how much the best rule on a single field beats chance, telling two worlds apart, and which field it is.

    The rule is learnt from one half of the markets and tried on the other.
    """
    samples = []
    for seed, world in enumerate((left, right)):
        draw = random.Random(seed).randrange
        samples.append([fields(market(world, draw, leak=leak)) for _ in range(2 * markets)])
    names = sorted({name for sample in samples for seen in sample for name in seen})
    halves = [
        {name: [[seen.get(name) for seen in part] for part in (one[half::2], other[half::2])] for name in names}
        for half in (0, 1)
        for one, other in [samples]
    ]
    learnt = {name: _learn(*halves[0][name]) for name in names}
    best = max(names, key=lambda name: learnt[name][0])
    says_right, (one, other) = learnt[best][1], halves[1][best]
    return (sum(value in says_right for value in other) - sum(value in says_right for value in one)) / markets, best


def _learn(left: list, right: list) -> tuple[float, set]:
    """The gap that the best rule makes, and the values for which it says "right". Numbers: a threshold; else a list."""
    gaps = Counter(right)
    gaps.subtract(Counter(left))
    if not all(isinstance(value, int) for value in gaps):
        chosen = {value for value, gap in gaps.items() if gap > 0}
        return sum(gaps[value] for value in chosen), chosen
    best, chosen = 0, set()
    for ordered in (sorted(gaps), sorted(gaps, reverse=True)):
        gap = 0
        for at, value in enumerate(ordered, 1):
            gap += gaps[value]
            if gap > best:
                best, chosen = gap, set(ordered[:at])
    return best, chosen


def _year(day: date) -> tuple[date, date]:
    return date(day.year, 1, 1), date(day.year, 12, 31)


def test_no_field_of_any_invoice_tells_whether_a_report_was_made():
    gap, field = told(QUIET, World(reports=((0, 3),)))
    bound = float(advantage(1, YEARS))
    sys.stdout.write(f"discretion: invoices, one report: best field beats chance by {gap:.3f}, at most {bound:.3f}\n")
    assert gap <= bound + CHANCE, field


def test_when_in_the_year_it_was_made_changes_no_invoice_at_all():
    """Not a measure: with the same noise, the invoices of a report in March and of one in October are the same."""
    for seed in range(200):
        spring, autumn = (market(World(reports=((1, month),)), random.Random(seed).randrange) for month in (3, 10))
        assert spring == autumn


def test_in_which_year_it_was_made_is_no_better_told_than_that_it_was():
    gap, field = told(World(reports=((0, 3),)), World(reports=((2, 3),)))
    assert gap <= 2 * float(advantage(1, YEARS)) + CHANCE, field


def test_a_bill_for_the_report_is_found_by_the_same_measure():
    """Planted: the report is billed to the commune, in its month, under a neutral label."""
    assert told(QUIET, World(reports=((0, 3),)), leak=True, markets=200)[0] == 1.0
    assert told(World(reports=((0, 3),)), World(reports=((0, 10),)), leak=True, markets=200)[0] == 1.0


def test_without_noise_the_amounts_tell(monkeypatch):
    monkeypatch.setattr(pooling, "noise", lambda draw: 0)
    assert told(QUIET, World(reports=((0, 3),)), markets=200)[0] == 1.0


@pytest.mark.parametrize(("paid", "units"), [("1056", 4), ("4920", 15)])
def test_an_advance_for_the_commune_is_no_better_told_than_its_bound(paid, units):
    gap, field = told(QUIET, World(advanced=((0, Money.of(paid)),)))
    bound = float(advantage_of_advance(units, YEARS))
    sys.stdout.write(f"discretion: {paid} € advanced: best field beats chance by {gap:.3f}, at most {bound:.3f}\n")
    assert gap <= bound + CHANCE, field


def test_whose_the_advance_was_is_no_argument_of_any_share():
    fund = advance(Fund(PRICE), Money.of("4920"))
    assert (fund.ahead, fund.advanced) == (-14, Money.of("230"))
    assert advance(fund, Money.of("105")) == Fund(PRICE, -15, Money(0))


def test_counting_by_quarter_would_tell_more_than_billing_by_quarter():
    assert advantage_counted(1, YEARS, 1) == advantage(1, YEARS)
    assert advantage_counted(1, YEARS, 4) > 2 * advantage(1, YEARS)
