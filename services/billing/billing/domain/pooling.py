"""What reports cost, shared by all members: no member's bill depends on the reports of that member.

Where a CdG asks a price for each report, the mayor who pays must not learn from a bill that somebody reported. So
billing is never told whose a report was, only how many a CdG had in a year; and what members pay is not even that
number, but that number with noise (discrete Laplace). One report more or less hardly changes the odds of any bill:
whoever knows everything else, and reads every bill of a market, guesses little better than chance (`advantage`;
docs/discretion.md has the argument).

What the noise takes or leaves stays in the fund, counted in reports, and comes back slowly, under the noise of later
years. What is left when the market ends stays with the CdG: it is never told.

What a CdG paid itself, where a member's authority was implicated, goes the same way: it is owed to the fund as so many
reports' prices, comes back by an eighth a year, and only under the noise.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from billing.domain.money import ZERO, Money, rounded, split

# Reports: the scale of the noise.
SPREAD = 20
# A year gives back, or asks for, this part of what is ahead or behind: one of so many.
SLOWNESS = 8
# Fewer members than this have no fund of their own: they join their consortium's.
LEAST_MEMBERS = 10
# A draw below a bound: `secrets.randbelow`, or a reproducible one in tests.
Draw = Callable[[int], int]


class PoolTooSmall(ValueError):
    """So few members that a bill would tell on them by other means."""


@dataclass(frozen=True, slots=True)
class Fund:
    """A CdG's mutualised fund, told to nobody. `ahead`: reports that members have paid for and nobody has made;
    `advanced`: what the CdG paid and is less than the price of one."""

    price: Decimal
    ahead: int = 0
    advanced: Money = ZERO


@dataclass(frozen=True, slots=True)
class Settlement:
    """A year settled. `called`: the reports that are billed, which all may see; `shares`: in the order of members."""

    called: int
    shares: Sequence[Money]
    fund: Fund


def settle(fund: Fund, reports: int, agents: Sequence[int], *, draw: Draw = secrets.randbelow) -> Settlement:
    """Share a year's reports among members, by their agents.

    `reports`: how many the CdG had, all members together. Raises PoolTooSmall under LEAST_MEMBERS members.
    """
    if sum(1 for count in agents if count > 0) < LEAST_MEMBERS:
        raise PoolTooSmall(f"a fund has {LEAST_MEMBERS} members at least")
    # Rounded at random, so that one report more of another year counts in one year of SLOWNESS.
    back = (fund.ahead + draw(SLOWNESS)) // SLOWNESS
    called = max(reports - back + noise(draw), 0)
    shares = split(rounded(Fraction(fund.price) * called), agents)
    return Settlement(called, shares, replace(fund, ahead=fund.ahead + called - reports))


def advance(fund: Fund, paid: Money) -> Fund:
    """The fund that owes the CdG what it paid for members whose authority is implicated. Nothing is rounded away."""
    unit = Fraction(fund.price) * 100
    owed = fund.advanced.cents + paid.cents
    units = int(owed / unit)
    return Fund(fund.price, fund.ahead - units, Money(owed - int(units * unit)))


def advantage(reports: int, years: int) -> Fraction:
    """By how much, at most, the best guess about this many reports of one member beats chance, from the bills of this
    many years: P(says yes | they were made) - P(says yes | they were not).

    tanh(reports / (2 SPREAD)) for the first year, a SLOWNESS-th of it for each later one, from above (tanh x <= x).
    """
    return min(Fraction(reports, 2 * SPREAD) * (1 + Fraction(years - 1, SLOWNESS)), Fraction(1))


def advantage_of_advance(units: int, years: int) -> Fraction:
    """The same about an advance worth this many reports: it is only ever carried, so that each year tells of it with
    odds of a SLOWNESS-th."""
    return min(Fraction(units, 2 * SPREAD) * Fraction(years, SLOWNESS), Fraction(1))


def advantage_counted(reports: int, years: int, periods: int) -> Fraction:
    """The same, had each of so many periods a year its own count: more is carried past more bills, and which period it
    was is told too. Nobody counts so; billing a year in quarters tells nothing more than the year."""
    return advantage(reports, years * periods)


def noise(draw: Draw = secrets.randbelow) -> int:
    """A whole number n with odds e^(-|n| / SPREAD): the discrete Laplace law, drawn exactly from whole numbers.

    Canonne, Kamath, Steinke: The Discrete Gaussian for Differential Privacy (2020), algorithm 2.
    """
    while True:
        low = draw(SPREAD)
        if not _falls(low, SPREAD, draw):
            continue
        high = 0
        while _falls(1, 1, draw):
            high += 1
        size, negative = low + SPREAD * high, draw(2) == 1
        if not (negative and size == 0):
            return -size if negative else size


def _falls(part: int, whole: int, draw: Draw) -> bool:
    """True with odds e^-(part / whole), for a part of the whole at most, exactly (their algorithm 1)."""
    rank = 1
    while draw(whole * rank) < part:
        rank += 1
    return rank % 2 == 1
