"""The figures of a morning, counted by hand on twelve bodies; and how many statements they take."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, insert

from billing.domain.agenda import Sought, State
from billing.domain.forecast import Bodies, scenarios
from billing.domain.money import Money
from billing.domain.register import Filters, Sort, Standing, months_later
from billing.domain.tariffs import read
from billing.store.life_tables import referent_confirmations
from billing.store.register import Moment
from billing.usecases import directory, life, overview
from tests.support.twelve_members import BODIES, Body, accounts, bodies, some_orders

MONTHS = [(7200, 0), (180000, 2400), (0, 100000)]


@pytest.fixture
def twelve(owner_engine, parties):
    """The ids of the twelve by name, with their accounts and orders."""
    with owner_engine.begin() as connection:
        ids = bodies(connection, parties)
        accounts(connection, parties, ids)
        some_orders(connection, parties, ids)
    return ids


@pytest.fixture
def morning(uow, parties, clock, twelve):
    return overview.morning(uow, parties.first, clock)


def test_members_are_counted_where_they_stand(morning):
    members = morning.members
    assert members.standings == {
        Standing.IN_FORCE: 6,
        Standing.UPCOMING: 1,
        Standing.PROPOSED: 1,
        Standing.ENDED: 2,
        Standing.NONE: 2,
    }
    assert members.kinds == [("commune", 4), ("syndicat", 1), ("ccas", 1)]
    assert members.bands == [("1-10", 1), ("11-19", 2), ("20-49", 1), ("50-349", 1), ("350+", 1)]
    # Agents covered are a part of those that are known.
    assert morning.members.agents == 12 + 9 + 24 + 900 + 60 + 15
    assert morning.members.known_agents == 1020 + 1000 + 80 + 92 + 78 + 700
    assert morning.members.unknown == 1
    # What is missing is missing of members in force only.
    assert morning.members.undeclared == 2  # Wancourt, CCAS d'Arras: 31 December 2024 is the year before
    assert morning.members.without_referents == 2  # Agny has one, the CCAS none; Lens has not begun


def test_adhesions_are_cumulated_from_the_month_the_market_began(morning):
    months = {month.first: (month.joined, month.in_force) for month in morning.members.months}
    assert next(iter(months)) == date(2024, 6, 1)
    assert list(months)[-1] == date(2026, 3, 1)
    assert months[date(2024, 8, 1)] == (2, 2)
    assert months[date(2025, 1, 1)] == (6, 6)
    assert months[date(2025, 8, 1)] == (7, 6)
    assert months[date(2026, 3, 1)] == (8, 6)


def test_endings_are_told_by_their_cause_and_how_far_they_are(uow, parties, clock, twelve):
    morning = overview.morning(uow, parties.first, clock)
    assert {ending.cause: ending.within for ending in morning.members.endings} == {
        "notice": (1, 1, 1),
        "default": (1, 1, 1),
    }
    clock.instant = datetime(2026, 7, 1, tzinfo=UTC)
    endings = overview.morning(uow, parties.first, clock).members.endings
    # Five are left: Zudausques, Wancourt, Agny, Béthune and Lens, until 27 June 2027.
    assert {ending.cause: ending.within for ending in endings} == {"market": (0, 0, 5)}


def test_amounts_are_those_of_the_year_and_credit_notes_are_taken_off(morning):
    sums = morning.accounts
    assert sums.calls == {"issued": 1, "declared": 1, "sent": 1}
    assert sums.called == Money.of("138.00")  # 2 € for 10, 50 and 9 agents known
    assert sums.declared == Money.of("144.00")  # 12 and 60 agents declared
    assert sums.issued == Money.of("1872.00")
    assert sums.paid == Money.of("1024.00")
    assert (sums.open, sums.open_invoices) == (Money.of("848.00"), 2)
    assert (sums.late, sums.late_invoices) == (Money.of("848.00"), 2)
    assert [(month.issued.cents, month.paid.cents) for month in sums.months[:3]] == [
        (7200, 0),
        (180000, 2400),
        (0, 100000),
    ]


def test_next_years_revenue_comes_from_the_tariff_and_the_last_headcounts(morning):
    assert (morning.forecast.year, morning.forecast.rows[0].agents) == (2027, 2020)
    assert morning.forecast.rows[0].amount == Money.of("4040.00")
    assert [(row.joining, row.more) for row in morning.forecast.rows[:3]] == [
        (0, Money(0)),
        (100, Money.of("200")),
        (500, Money.of("1000")),
    ]


def test_the_price_by_total_changes_for_everybody_when_more_join():
    bands = [{"least": 0, "price": "2.20"}, {"least": 1000, "price": "1.95"}]
    charge = {"basis": "per_agent_by_total", "label": "Participation", "bands": bands}
    tariff = read({"charges": [charge]}, version=1, valid_from=date(2024, 6, 28))
    rows = {row.joining: row for row in scenarios(tariff, [Bodies(30, True, 20)])}
    assert (rows[0].agents, rows[0].amount) == (600, Money.of("1320.00"))
    assert (rows[500].agents, rows[500].amount) == (1100, Money.of("2145.00"))
    assert f"{rows[500].per_agent}" == "1.9500"


def test_orders_of_the_cdg_are_a_number_and_nothing_else(morning):
    assert [(each.state, each.orders, each.amount) for each in sorted(morning.orders, key=lambda e: e.state)] == [
        ("quoted", 1, Money.of("600.00")),
        ("settled", 1, Money.of("600.00")),
    ]
    assert morning.cdg_orders == 1


def test_the_search_finds_everything_but_orders_of_the_cdg(uow, parties, twelve):
    def found(words):
        seen = directory.search(uow, parties.first, words)
        kinds = (seen.members, seen.invoices, seen.orders, seen.persons)
        return [[each.title for each in kind] for kind in kinds]

    assert found("bethun") == [["Béthune", "SIVOM du Béthunois"], [], [], []]
    assert found("200 000 001") == [["Zudausques"], [], [], []]
    assert found("2026-000003") == [[], ["62-2026-000003"], [], []]
    assert found("7mld")[2] == ["7MLD-0001", "7MLD-0002"]
    assert found("7MLD-0003") == [[], [], [], []]
    assert len(found("elodie referente")[3]) == 13
    assert directory.search(uow, parties.elsewhere, "bethun").nothing


NARROWED = [
    (Filters(standing=Standing.PROPOSED), ["Étaples"]),
    (Filters(standing=Standing.ENDED), ["Beaurains", "Dainville"]),
    (Filters(kind="ccas"), ["CCAS d’Arras"]),
    (Filters(affiliated="inconnue"), ["CCAS d’Arras"]),
    (Filters(band="11-19"), ["CCAS d’Arras", "Zudausques"]),
    (Filters(band="350+"), ["Béthune", "Lens"]),
    (Filters(declared=False), ["CCAS d’Arras", "Wancourt"]),
    (Filters(unpaid="retard"), ["Agny", "Béthune"]),
    (Filters(referents="manquants"), ["Agny", "CCAS d’Arras"]),
    (Filters(ends_within=3, sort=Sort.LAST_DAY), ["CCAS d’Arras", "SIVOM du Béthunois"]),
    (Filters("62119", sort=Sort.AGENTS, falling=True), ["Béthune", "SIVOM du Béthunois"]),
    (Filters(standing=Standing.IN_FORCE, unpaid="impaye", sort=Sort.OPEN), ["Agny", "Béthune"]),
    (Filters("%"), []),
]


def test_the_register_is_narrowed_and_sorted(uow, parties, clock, twelve):
    for filters, names in NARROWED:
        entries = directory.register(uow, parties.first, filters, clock)
        assert [entry.name for entry in entries] == names, filters
    (entry,) = directory.register(uow, parties.first, Filters("bethune", kind="commune"), clock)
    assert (entry.agents, entry.declared, entry.open, entry.late) == (900, True, Money.of("800.00"), True)


def test_dashboard_and_lists_take_as_many_statements_for_many_members_as_for_none(uow, parties, clock, owner_engine):
    def statements():
        seen = []
        with uow("engine") as tx:
            engine = tx.session.get_bind()

        def listener(*told):
            seen.append(told[2])

        event.listen(engine, "before_cursor_execute", listener)
        overview.morning(uow, parties.first, clock)
        directory.directory(uow, parties.first, Filters(), clock, offset=0, limit=25)
        for state in State:
            life.overview(uow, parties.first, state, clock)
        event.remove(engine, "before_cursor_execute", listener)
        return len(seen)

    empty = statements()
    with owner_engine.begin() as connection:
        many = [
            Body(f"Commune {rank}", "62041", effect=date(2025, 1, 1), heads=((2025, rank),)) for rank in range(1, 40)
        ]
        ids = bodies(connection, parties, (*BODIES, *many))
        accounts(connection, parties, ids)
    assert statements() == empty


def test_what_waits_is_listed_narrowed_and_paged(uow, parties, clock, twelve, owner_engine):
    def names(state, sought=Sought(), **place):
        return [line.name for line in life.overview(uow, parties.first, state, clock, sought, **place).lines]

    seen = life.overview(uow, parties.first, None, clock)
    assert (seen.state, seen.counts) == (
        State.SENT,
        dict.fromkeys(State, 0) | {State.SENT: 1, State.TO_SIGN: 7, State.NOTICES: 2},
    )
    in_force = ["Agny", "Béthune", "CCAS d’Arras", "Lens", "SIVOM du Béthunois", "Wancourt", "Zudausques"]
    assert names(State.TO_SIGN) == in_force
    assert names(State.TO_SIGN, offset=3, limit=2) == in_force[3:5]
    assert names(State.TO_SIGN, Sought("bethun")) == ["Béthune", "SIVOM du Béthunois"]
    assert names(State.TO_SIGN, Sought("%")) == []
    assert names(State.TO_SIGN, Sought(by_day=True), limit=2) == ["Béthune", "Agny"]
    assert names(State.NOTICES, Sought(by_day=True)) == ["CCAS d’Arras", "SIVOM du Béthunois"]
    assert names(State.SENT) == ["Étaples"]
    with owner_engine.begin() as connection:
        asked = [
            {"member_id": twelve[name], "due_on": date(year, 1, 1), "asked_on": date(year, 1, 1)}
            for name, year in (("Wancourt", 2026), ("Zudausques", 2025), ("Beaurains", 2025))
        ]
        connection.execute(insert(referent_confirmations), asked)
    assert names(State.REFERENTS) == ["Wancourt", "Zudausques"]
    # A year before the market's end; the two that ended, and whoever gave notice, are not renewed.
    clock.instant = datetime(2026, 6, 27, 9, tzinfo=UTC)
    assert names(State.TO_RENEW) == ["Agny", "Béthune", "Lens", "Wancourt", "Zudausques"]


def test_months_are_counted_to_the_last_day_that_there_is():
    assert months_later(date(2025, 11, 30), 3) == date(2026, 2, 28)
    assert months_later(date(2026, 12, 27), 6) == date(2027, 6, 27)


def test_nothing_is_shown_of_another_cdg(uow, parties, clock, twelve):
    seen = overview.morning(uow, parties.elsewhere, clock)
    assert (seen.members.bodies, seen.accounts.open, seen.orders, seen.cdg_orders) == (0, Money(0), [], 0)
    assert seen.beginning
    with uow("elsewhere") as tx:
        assert tx.register.count(parties.elsewhere.cdg_id, Filters(), Moment(date(2026, 3, 10), clock.now())) == 0
