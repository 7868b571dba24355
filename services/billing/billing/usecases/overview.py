"""What a manager wants to see in the morning: one page of figures, each of them one query."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from billing.domain.calls import due
from billing.domain.convention import Market
from billing.domain.forecast import Bodies, Scenario, scenarios
from billing.domain.headcount import BANDS, size_band
from billing.domain.kinds import Kind
from billing.domain.money import Money, total
from billing.domain.parties import Cdg, Manager
from billing.domain.register import Standing, months_later
from billing.domain.tariffs import Share, Subject, Tariff, in_force
from billing.store.overview import Rows
from billing.store.register import Moment
from billing.store.transaction import Transaction
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork

# A convention that ends within so many months is to be renewed, or let go.
HORIZONS = (3, 6, 12)
# Charts start no further back than this.
_MOST_MONTHS = 60


@dataclass(frozen=True, slots=True)
class Month:
    """Conventions as of the first of a month: concluded so far, and in force. Of this month, to its last day."""

    first: date
    joined: int
    in_force: int


@dataclass(frozen=True, slots=True)
class Ending:
    """Conventions that end for one cause, within 3, 6 and 12 months."""

    cause: str
    within: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Membership:
    """Who is member. `agents`: of members in force; `known_agents`: of every body that is listed."""

    standings: dict[Standing, int]
    bodies: int
    agents: int
    known_agents: int
    unknown: int
    kinds: list[tuple[str, int]]
    bands: list[tuple[str, int]]
    undeclared: int
    without_referents: int
    months: list[Month]
    endings: list[Ending]

    @property
    def ending_soon(self) -> int:
        """Conventions that end within the first horizon."""
        return sum(ending.within[0] for ending in self.endings)


@dataclass(frozen=True, slots=True)
class MonthOfMoney:
    """Issued (credit notes taken off) and received in a month."""

    first: date
    issued: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class Accounts:
    """This year's money, VAT included. `called`: what the known headcounts make of this year's calls."""

    calls: dict[str, int]
    called: Money
    declared: Money
    issued: Money
    paid: Money
    open: Money
    late: Money
    open_invoices: int
    late_invoices: int
    months: list[MonthOfMoney]


@dataclass(frozen=True, slots=True)
class Forecast:
    """A whole year of today's members, by the tariff of next year's first day."""

    year: int
    tariff: Tariff
    rows: list[Scenario]


@dataclass(frozen=True, slots=True)
class OrdersInState:
    """Members' orders in a state, VAT included."""

    state: str
    orders: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do first, and whether it is done."""

    name: str
    done: bool


@dataclass(frozen=True, slots=True)
class Morning:
    """The page."""

    cdg: Cdg
    market: Market | None
    today: date
    steps: list[Step]
    members: Membership
    to_confirm: int
    accounts: Accounts
    forecast: Forecast | None
    orders: list[OrdersInState]
    cdg_orders: int

    @property
    def beginning(self) -> bool:
        """Is something left to set up?"""
        return not all(step.done for step in self.steps)


def morning(uow: UnitOfWork[Transaction], manager: Manager, clock: Clock) -> Morning:
    """Everything, as of today: a fixed number of queries, however many members there are."""
    at = Moment(paris_day(clock.now()), clock.now())
    with uow("morning") as tx:
        cdg, market = tx.parties.cdg(manager.cdg_id), tx.parties.market(manager.cdg_id, at.day)
        bodies = tx.overview.bodies(cdg.id, at)
        tariffs = tx.tariffs.all(cdg.id)
        orders = [row for row in tx.overview.orders(cdg.id) if row.orders]
        names = ("seller", "team", "tariff", "members", "convention", "call")
        return Morning(
            cdg=cdg,
            market=market,
            today=at.day,
            steps=[Step(*each) for each in zip(names, tx.overview.beginnings(cdg.id), strict=True)],
            members=_membership(tx, cdg, market, bodies, at),
            to_confirm=tx.overview.to_confirm(cdg.id),
            accounts=_accounts(tx, cdg, tariffs, at),
            forecast=_forecast(tariffs, bodies, at.day.year + 1),
            orders=[OrdersInState(row.state, row.orders, Money(int(row.cents))) for row in _of_members(orders)],
            cdg_orders=sum(row.orders for row in orders if row.state == "by_cdg"),
        )


def _of_members(orders: Iterable[Any]) -> Iterable[Any]:
    return (row for row in orders if row.state != "by_cdg")


def _membership(tx: Transaction, cdg: Cdg, market: Market | None, bodies: Rows, at: Moment) -> Membership:
    standings: Counter[Standing] = Counter()
    for row in bodies:
        standings[Standing(row.standing)] += row.bodies
    ours = [row for row in bodies if row.standing == Standing.IN_FORCE]
    kinds: Counter[str] = Counter()
    bands: Counter[str] = Counter()
    for row in ours:
        kinds[row.kind] += row.bodies
        bands[size_band(row.agents) if row.agents else ""] += row.bodies
    return Membership(
        standings={each: standings[each] for each in Standing},
        bodies=sum(standings.values()),
        agents=sum((row.agents or 0) * row.bodies for row in ours),
        known_agents=sum((row.agents or row.listed or 0) * row.bodies for row in bodies),
        unknown=sum(row.bodies for row in bodies if not (row.agents or row.listed)),
        kinds=sorted(kinds.items(), key=lambda kind: (-kind[1], list(Kind).index(Kind(kind[0])))),
        bands=[(band.code, bands[band.code]) for band in BANDS],
        undeclared=sum(row.bodies for row in ours if not row.declared),
        without_referents=sum(row.bodies for row in ours if not row.whole),
        months=_months(tx.overview.spans(cdg.id), market.starts_on if market else at.day, at.day),
        endings=_endings(tx.overview.endings(cdg.id, at), at.day),
    )


def _months(spans: Rows, since: date, today: date) -> list[Month]:
    first = max(since.replace(day=1), months_later(today.replace(day=1), 1 - _MOST_MONTHS))
    count = (today.year - first.year) * 12 + today.month - first.month + 1
    found = []
    for each in (months_later(first, number) for number in range(max(count, 1))):
        until = min(today, date.fromordinal(months_later(each, 1).toordinal() - 1))
        begun = [row for row in spans if row.effect_on <= until and row.last_day >= row.effect_on]
        joined = sum(row.conventions for row in begun if not row.renewal)
        found.append(Month(each, joined, sum(row.conventions for row in begun if row.last_day >= until)))
    return found


def _endings(rows: Rows, today: date) -> list[Ending]:
    limits = [months_later(today, months) for months in HORIZONS]
    causes = sorted({row.cause for row in rows}, key=["market", "notice", "default"].index)
    found = [
        Ending(
            cause,
            tuple(sum(r.conventions for r in rows if r.cause == cause and r.last_day <= limit) for limit in limits),
        )
        for cause in causes
    ]
    return [ending for ending in found if any(ending.within)]


def _accounts(tx: Transaction, cdg: Cdg, tariffs: Sequence[Tariff], at: Moment) -> Accounts:
    year = at.day.year
    calls = tx.overview.calls(cdg.id, year)
    by_state: Counter[str] = Counter()
    for row in calls:
        by_state[row.state] += row.calls
    issued, paid = tx.overview.issued(cdg.id, year, at.day), tx.overview.paid(cdg.id, year, at.day)
    owed = tx.overview.owed(cdg.id, at.day)
    return Accounts(
        calls=dict(by_state),
        called=_called(calls, {tariff.version: tariff for tariff in tariffs}),
        declared=Money(sum(int(row.cents) for row in calls if row.state in ("declared", "checked", "issued"))),
        issued=Money(sum(issued.values())),
        paid=Money(sum(paid.values())),
        open=Money(owed.open),
        late=Money(owed.late),
        open_invoices=owed.invoices,
        late_invoices=owed.late_invoices,
        months=[
            MonthOfMoney(date(year, number, 1), Money(issued.get(number, 0)), Money(paid.get(number, 0)))
            for number in range(1, 13)
        ],
    )


def _called(calls: Rows, tariffs: dict[int, Tariff]) -> Money:
    """What the calls come to for the headcounts known when they were made; nothing where none was."""

    def one(row: Any) -> Money:
        share = Share(row.part, row.whole)
        subject = Subject(row.known_agents, max(row.all_agents, 1), row.affiliated, share)
        return Money(due(tariffs[row.tariff_version], subject).totals.gross.cents * row.calls)

    return total(one(row) for row in calls if row.known_agents and row.tariff_version in tariffs)


def _forecast(tariffs: Sequence[Tariff], bodies: Rows, year: int) -> Forecast | None:
    tariff = in_force(tariffs, date(year, 1, 1))
    known: Counter[tuple[int, bool]] = Counter()
    for row in bodies:
        if row.standing in (Standing.IN_FORCE, Standing.UPCOMING) and row.agents:
            known[row.agents, row.affiliated is True] += row.bodies
    if tariff is None or not known:
        return None
    return Forecast(year, tariff, scenarios(tariff, [Bodies(*key, count) for key, count in sorted(known.items())]))
