"""What a mayor who reads every bill can tell of reports: the bound, and the best guess over simulated markets."""

import random
import sys
from collections import Counter
from decimal import Decimal
from functools import cache
from itertools import pairwise
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain import pooling
from billing.domain.money import ZERO, Money, total
from billing.domain.pooling import LEAST_MEMBERS, SLOWNESS, SPREAD, Fund, PoolTooSmall, advantage, noise, settle

MARKETS = 10_000
YEARS = 4
# A fund of the smallest size, with few reports: the hardest to hide in.
AGENTS = [4, 6, 7, 9, 12, 12, 15, 20, 31, 60]
OTHERS = [3, 2, 4, 3]
PRICE = Decimal(335)


NONE = (0,) * YEARS


def market(own: tuple[int, ...], draw) -> list[int]:
    """What was called in each year of a market, had our member so many reports in each."""
    fund, bills = Fund(PRICE), []
    for ours, others in zip(own, OTHERS, strict=True):
        settled = settle(fund, others + ours, AGENTS, draw=draw)
        fund = settled.fund
        bills.append(settled.called)
    return bills


def odds(called: int, expected: int) -> float:
    """How likely it is that so much was called, with this much expected before the noise."""
    step = exp(-1 / SPREAD)
    if called > 0:
        return (1 - step) / (1 + step) * step ** abs(called - expected)
    return step**expected / (1 + step) if expected >= 0 else 1 - step ** (1 - expected) / (1 + step)


def likelihood(bills: list[int], own: tuple[int, ...]) -> float:
    """How likely these bills are, had our member made so many reports; every other report is known."""
    ahead, found = 0, 0.0
    for called, ours, others in zip(bills, own, OTHERS, strict=True):
        reports = others + ours
        found += log(sum(odds(called, reports - (ahead + u) // SLOWNESS) for u in range(SLOWNESS)) / SLOWNESS)
        ahead += called - reports
    return found


def best_guess(own: tuple[int, ...]) -> float:
    """By how much the best rule there is beats chance: to say yes where the bills are likelier with the reports than
    without (Neyman-Pearson). That is the mean of (ratio of likelihoods - 1) where it is positive, over markets without
    the reports: no threshold is chosen after the fact, and the sample's own error is small."""
    return sum(max(exp(likelihood(bills, own) - without) - 1, 0) for bills, without in quiet_markets()) / MARKETS


@cache
def quiet_markets() -> list[tuple[list[int], float]]:
    """Markets without the reports, and how likely they are without."""
    draw = random.Random(1).randrange
    markets = (market(NONE, draw) for _ in range(MARKETS))
    return [(bills, likelihood(bills, NONE)) for bills in markets]


@pytest.mark.parametrize("reports", [(1, 0, 0, 0), (2, 0, 0, 0), (5, 0, 0, 0), (1, 1, 1, 1)])
def test_the_best_guess_from_all_bills_of_a_market_stays_under_the_bound(reports):
    measured = best_guess(reports)
    bound = float(sum(advantage(ours, YEARS - year) for year, ours in enumerate(reports)))
    sys.stdout.write(
        f"discretion: reports by year {reports}: the best guess beats chance by {measured:.3f}, at most {bound:.3f}\n"
    )
    assert 0 < measured <= bound


def test_without_noise_the_guess_would_always_be_right(monkeypatch):
    """The measure can fail: it finds what a price for each report tells when nothing hides it."""
    monkeypatch.setattr(pooling, "noise", lambda draw: 0)
    draw = random.Random(1).randrange
    assert {market(NONE, draw)[0] for _ in range(50)} == {OTHERS[0]}
    assert {market((1, 0, 0, 0), draw)[0] for _ in range(50)} == {OTHERS[0] + 1}


def test_a_bill_depends_on_agents_alone():
    """Not a measure: whose a report was is no argument of anything here."""
    shares = settle(Fund(PRICE), 40, AGENTS, draw=random.Random(3).randrange).shares
    by_agents = sorted(zip(AGENTS, shares, strict=True))
    assert all(less.cents <= more.cents + 1 for (_, less), (_, more) in pairwise(by_agents))


def test_the_noise_has_its_law():
    draw = random.Random(4).randrange
    drawn = Counter(noise(draw) for _ in range(20_000))
    for size in (0, 5, -5, 20, -20):
        assert abs(drawn[size] / drawn[0] - exp(-abs(size) / SPREAD)) < 0.15
    assert abs(sum(size * count for size, count in drawn.items()) / 20_000) < 1.5


@given(
    st.integers(0, 400),
    st.integers(-60, 60),
    st.lists(st.integers(1, 400), min_size=LEAST_MEMBERS, max_size=50),
    st.integers(0, 2**32),
)
def test_every_cent_that_is_called_is_shared_and_every_report_is_counted(reports, ahead, agents, seed):
    settled = settle(Fund(PRICE, ahead), reports, agents, draw=random.Random(seed).randrange)
    assert total(settled.shares) == Money(33_500 * settled.called)
    assert settled.fund.ahead == ahead + settled.called - reports
    assert min(settled.shares) >= ZERO


def test_over_the_years_members_pay_what_reports_cost():
    draw, fund, called = random.Random(5).randrange, Fund(PRICE), 0
    for _ in range(400):
        settled = settle(fund, 25, AGENTS, draw=draw)
        fund, called = settled.fund, called + settled.called
        assert abs(fund.ahead) < 25 * SPREAD
    assert abs(called - 400 * 25) == abs(fund.ahead)


def test_few_members_have_no_fund_of_their_own():
    with pytest.raises(PoolTooSmall):
        settle(Fund(PRICE), 3, AGENTS[1:])
