"""Tariffs: each model that was found, the first year, the two kinds of year, and data that does not hold."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain.money import Money, split, total
from billing.domain.tariffs import (
    WHOLE,
    Share,
    Subject,
    Tariff,
    TariffRefused,
    in_force,
    read,
    share_of,
    subscription,
    year_of,
)
from billing.domain.vat import Category, totals

START = date(2024, 6, 28)
BY_SIZE = [{"least": 1, "price": "50"}, {"least": 50, "price": "1.80"}, {"least": 350, "price": "1.5"}]
BY_TOTAL = [{"least": 0, "price": "2.50"}, {"least": 10_000, "price": "2"}, {"least": 30_000, "price": "1.75"}]


def tariff(*charges, **options) -> Tariff:
    return read({"charges": charges, **options}, version=1, valid_from=START)


def charge(basis, **values):
    return {"basis": basis, "label": "Dispositif de signalement, participation annuelle"} | values


CDG_62 = tariff(charge("per_agent", price="2"))


def due(rule: Tariff, agents: int, *, all_agents: int = 20_000, affiliated: bool = True, share=WHOLE) -> Money:
    return totals(subscription(rule, Subject(agents, all_agents, affiliated, share))).gross


def test_cdg_62_asks_two_euros_for_each_agent():
    lines = subscription(CDG_62, Subject(137, 20_000, affiliated=True))
    assert [(line.quantity, line.unit_price, line.net) for line in lines] == [(137, Decimal(2), Money.of("274"))]
    assert lines[0].vat.category is Category.OUTSIDE
    assert lines[0].vat.mention == "TVA non applicable, art. 256 B du CGI"


@pytest.mark.parametrize(("all_agents", "asked"), [(9_999, "25"), (10_000, "20"), (29_999, "20"), (30_000, "17.50")])
def test_the_price_moves_with_the_agents_of_all_members(all_agents, asked):
    assert due(tariff(charge("per_agent_by_total", bands=BY_TOTAL)), 10, all_agents=all_agents) == Money.of(asked)


@pytest.mark.parametrize(("agents", "each", "at_once"), [(1, "50", "50"), (50, "90", "1.80"), (350, "525", "1.5")])
def test_bands_of_size_give_a_price_for_each_agent_or_one_sum(agents, each, at_once):
    assert due(tariff(charge("per_agent_by_size", bands=BY_SIZE)), agents) == Money.of(each)
    assert due(tariff(charge("flat_by_size", bands=BY_SIZE)), agents) == Money.of(at_once)


def test_charges_mix():
    mixed = tariff(charge("flat", price="120", vat="S"), charge("per_agent", price="1.25"))
    made = totals(subscription(mixed, Subject(40, 20_000, affiliated=True)))
    assert (made.net, made.tax, made.gross) == (Money.of("170"), Money.of("24"), Money.of("194"))


def test_nothing_is_called_where_it_is_free_or_included():
    free = tariff(charge("per_agent", price="2"), free_for_affiliated=True)
    assert due(free, 10) == Money(0)
    assert due(free, 10, affiliated=False) == Money.of("20")
    assert subscription(tariff(charge("included")), Subject(10, 20_000, affiliated=True)) == []


def test_what_is_asked_for_reports_is_no_line_of_a_yearly_call():
    rule = tariff(charge("per_agent", price="1"), charge("per_report", price="335"))
    assert due(rule, 10) == Money.of("10")


@pytest.mark.parametrize(
    ("effect", "asked"),
    [(date(2025, 1, 1), "24"), (date(2025, 2, 1), "22"), (date(2025, 12, 1), "2"), (date(2024, 7, 1), "24")],
)
def test_a_first_year_by_months(effect, asked):
    rule = tariff(charge("per_agent", price="2"), pro_rata="months")
    share = share_of(rule, effect, (date(2025, 1, 1), date(2025, 12, 31)))
    assert due(rule, 12, share=share) == Money.of(asked)


def test_a_first_year_by_days_or_whole():
    year = (date(2025, 1, 1), date(2025, 12, 31))
    by_days = tariff(charge("per_agent", price="2"), pro_rata="days")
    assert share_of(by_days, date(2025, 12, 1), year) == Share(31, 365)
    assert due(by_days, 365, share=Share(31, 365)) == Money.of("62")
    assert share_of(CDG_62, date(2025, 12, 1), year) == WHOLE


def test_civil_years_and_years_from_the_anniversary():
    assert year_of(CDG_62, date(2025, 4, 1), date(2026, 2, 3)) == (date(2026, 1, 1), date(2026, 12, 31))
    own = tariff(charge("per_agent", price="2"), year="anniversary")
    assert year_of(own, date(2025, 4, 1), date(2026, 2, 3)) == (date(2025, 4, 1), date(2026, 3, 31))
    assert year_of(own, date(2025, 4, 1), date(2026, 4, 1)) == (date(2026, 4, 1), date(2027, 3, 31))
    with pytest.raises(ValueError, match="takes effect"):
        year_of(CDG_62, date(2025, 4, 1), date(2025, 3, 31))


@given(st.integers(0, 47).map(lambda n: date(2024 + n // 12, n % 12 + 1, 1)), st.integers(0, 3000), st.booleans())
def test_years_follow_each_other_without_a_gap(effect, later, civil):
    rule = tariff(charge("per_agent", price="2"), year="civil" if civil else "anniversary")
    first, last = year_of(rule, effect, effect + timedelta(later))
    assert first <= effect + timedelta(later) <= last
    assert year_of(rule, effect, last + timedelta(1))[0] == last + timedelta(1)


@given(st.integers(1, 50_000), st.integers(1, 12))
def test_the_months_of_a_year_add_up_to_it_within_a_cent(agents, months):
    """The two parts of a year are each rounded once; split, they lose nothing."""
    rule = tariff(charge("per_agent", price="1.95"), pro_rata="months")
    whole = due(rule, agents)
    parts = [due(rule, agents, share=Share(part, 12)) for part in (months, 12 - months)]
    assert abs((total(parts) - whole).cents) <= 1
    assert total(split(whole, [months, 12 - months])) == whole


def test_a_new_version_counts_from_its_day():
    later = read({"charges": [charge("per_agent", price="1.9")]}, version=2, valid_from=date(2026, 1, 1))
    assert in_force([CDG_62, later], date(2025, 12, 31)) == CDG_62
    assert in_force([later, CDG_62], date(2026, 1, 1)) == later
    assert in_force([CDG_62], date(2024, 6, 27)) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"charges": []},
        {},
        {"charges": [charge("per_agent")]},
        {"charges": [charge("per_agent", price=2.5)]},
        {"charges": [charge("per_agent", price="-1")]},
        {"charges": [charge("per_agent", price="2", vat="Z")]},
        {"charges": [charge("per_head", price="2")]},
        {"charges": [charge("per_report", price="335.01")]},
        {"charges": [charge("per_agent", price="2") | {"label": " "}]},
        {"charges": [charge("flat_by_size", bands=[{"least": 20, "price": "2"}])]},
        {"charges": [charge("flat_by_size", bands=[{"least": 0, "price": "2"}, {"least": 0, "price": "3"}])]},
    ],
    ids=["empty", "nothing", "no price", "float", "negative", "vat", "basis", "dear", "label", "start", "order"],
)
def test_data_that_does_not_hold_is_refused(wrong):
    with pytest.raises(TariffRefused):
        read(wrong, version=1, valid_from=START)
