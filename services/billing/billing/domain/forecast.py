"""What a year would bring: a tariff over the headcounts that are known, and what changes when more agents join."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.domain.calls import due
from billing.domain.money import Money, total
from billing.domain.tariffs import Subject, Tariff

# Agents that might join, for the table of scenarios.
JOINING = (0, 100, 500, 1_000, 5_000)


@dataclass(frozen=True, slots=True)
class Bodies:
    """So many bodies of one size."""

    agents: int
    affiliated: bool
    count: int


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole year, VAT included. `per_hundred`: of everybody's sum, for 100 agents. `more`: against today."""

    joining: int
    agents: int
    amount: Money
    per_hundred: Money
    more: Money

    @property
    def per_agent(self) -> Decimal:
        """Of everybody's sum, for one agent, with four decimals."""
        return self.per_hundred.euros.scaleb(-2)


def year_of(tariff: Tariff, known: Sequence[Bodies], all_agents: int) -> Money:
    """What all of them pay for a whole year, when all members together have so many agents."""
    return total(
        Money(due(tariff, Subject(each.agents, max(all_agents, 1), each.affiliated)).totals.gross.cents * each.count)
        for each in known
    )


def scenarios(tariff: Tariff, known: Sequence[Bodies]) -> list[Scenario]:
    """Today's members, then as many agents more: bodies of the average size, and none of them free."""
    agents, count = sum(each.agents * each.count for each in known), sum(each.count for each in known)
    if not agents:
        return []
    average = max(1, agents // count)
    now = year_of(tariff, known, agents)
    found = []
    for joining in JOINING:
        whole, left = divmod(joining, average)
        joined = [Bodies(average, False, whole), *([Bodies(left, False, 1)] if left else [])] if joining else []
        amount = year_of(tariff, [*known, *joined], agents + joining)
        per_hundred = Money((amount.cents * 100 * 2 + agents + joining) // (2 * (agents + joining)))
        found.append(Scenario(joining, agents + joining, amount, per_hundred, amount - now))
    return found
