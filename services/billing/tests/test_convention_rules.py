"""Articles 2, 3 and 6 of the convention."""

import uuid
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain.convention import Market, Milestones, conclude, effect_day
from billing.domain.faults import Fault, Refused
from billing.domain.headcount import BANDS, reference_day, size_band

MARKET = Market(uuid.uuid4(), uuid.uuid4(), uuid.uuid4(), date(2024, 6, 28), date(2027, 6, 27))
MEMBER = uuid.uuid4()
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


def concluded(deliberated, signed, received, *, headcount=12, today=date(2027, 6, 30)):
    return conclude(MEMBER, MARKET, Milestones(deliberated, signed, received), headcount, today=today)


def faults_of(*days, **options):
    with pytest.raises(Refused) as refused:
        concluded(*days, **options)
    return refused.value.faults


@pytest.mark.parametrize(
    ("received", "effect"),
    [
        (date(2024, 12, 17), date(2025, 1, 1)),
        (date(2025, 1, 1), date(2025, 2, 1)),
        (date(2025, 1, 31), date(2025, 2, 1)),
        (date(2024, 2, 29), date(2024, 3, 1)),
        (date(2024, 11, 30), date(2024, 12, 1)),
        (date(2024, 12, 31), date(2025, 1, 1)),
    ],
)
def test_access_opens_on_the_first_of_the_month_after_reception(received, effect):
    assert effect_day(received) == effect


@given(DAYS)
def test_the_effect_is_always_a_first_of_the_month_within_31_days_after_reception(received):
    effect = effect_day(received)
    assert effect.day == 1
    assert timedelta(1) <= effect - received <= timedelta(31)


@given(DAYS, DAYS)
def test_who_is_received_earlier_never_takes_effect_later(one, other):
    assert effect_day(min(one, other)) <= effect_day(max(one, other))


def test_a_convention_ends_with_the_market():
    convention = concluded(date(2024, 12, 9), date(2024, 12, 12), date(2024, 12, 17))

    assert (convention.effect_on, convention.until_on) == (date(2025, 1, 1), date(2027, 6, 27))
    assert not convention.in_force(date(2024, 12, 31))
    assert convention.in_force(date(2025, 1, 1))
    assert convention.in_force(date(2027, 6, 27))
    assert not convention.in_force(date(2027, 6, 28))


def test_the_mayor_cannot_sign_before_the_deliberation():
    assert faults_of(date(2025, 3, 2), date(2025, 3, 1), date(2025, 3, 5)) == {"signed_on": Fault.BEFORE_DELIBERATION}


def test_a_convention_is_not_received_before_it_is_signed():
    assert faults_of(date(2025, 3, 1), date(2025, 3, 6), date(2025, 3, 5)) == {"received_on": Fault.BEFORE_SIGNATURE}


def test_days_to_come_are_refused():
    tomorrow = date(2025, 3, 6)
    faults = faults_of(tomorrow, tomorrow, tomorrow, today=date(2025, 3, 5))
    assert set(faults.values()) == {Fault.IN_THE_FUTURE}
    assert set(faults) == {"deliberated_on", "signed_on", "received_on"}


def test_a_reception_before_the_market_is_refused():
    day = date(2024, 6, 27)
    assert faults_of(day, day, day) == {"received_on": Fault.OUTSIDE_MARKET}


def test_the_last_month_of_the_market_is_too_late_to_take_effect():
    last = date(2027, 5, 31)
    assert concluded(last, last, last).effect_on == date(2027, 6, 1)
    june = date(2027, 6, 1)
    assert faults_of(june, june, june) == {"received_on": Fault.MARKET_ENDS_FIRST}


def test_a_member_has_at_least_one_agent():
    day = date(2025, 3, 5)
    assert faults_of(day, day, day, headcount=0) == {"headcount": Fault.NOT_POSITIVE}


@given(DAYS, DAYS, DAYS)
def test_no_convention_exists_outside_the_market(deliberated, signed, received):
    try:
        convention = concluded(deliberated, signed, received, today=date(2100, 12, 31))
    except Refused:
        return
    assert deliberated <= signed <= received < convention.effect_on <= convention.until_on == MARKET.ends_on


@pytest.mark.parametrize(
    ("agents", "band"),
    [
        (1, "1-10"),
        (10, "1-10"),
        (11, "11-19"),
        (12, "11-19"),
        (20, "20-49"),
        (49, "20-49"),
        (50, "50-349"),
        (349, "50-349"),
        (350, "350+"),
        (9_000, "350+"),
    ],
)
def test_the_band_follows_the_declared_headcount(agents, band):
    assert size_band(agents) == band


def test_nobody_has_no_agents():
    with pytest.raises(ValueError, match="at least one"):
        size_band(0)


def test_every_band_says_why_it_starts_there():
    assert all(band.reason for band in BANDS)
    assert [band.least for band in BANDS] == sorted(band.least for band in BANDS)


def test_the_headcount_is_that_of_31_december_of_the_year_before():
    assert reference_day(date(2024, 12, 12)) == date(2023, 12, 31)
    assert reference_day(date(2025, 1, 2)) == date(2024, 12, 31)
