"""Articles 2 and 9: leaving at the anniversary, three months before, by two letters; default; the market's end."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain.convention import effect_day
from billing.domain.ending import (
    Cause,
    Ending,
    Notice,
    end_by_default,
    end_by_notice,
    leaving_day,
    notice_deadline,
)
from billing.domain.faults import Fault, Refused

SIGNED = date(2024, 12, 12)
EFFECT = effect_day(date(2024, 12, 17))
MARKET_END = date(2027, 6, 27)
TODAY = date(2027, 6, 30)
EFFECTS = st.dates(date(2024, 7, 1), date(2040, 1, 1)).map(lambda day: day.replace(day=1))


def ending(cdg: date, provider: date, today: date = TODAY) -> Ending:
    return end_by_notice(EFFECT, MARKET_END, Notice(cdg, provider), signed_on=SIGNED, today=today)


def test_an_adhesion_received_on_17_december_has_its_anniversaries_on_1_january():
    assert date(2025, 1, 1) == EFFECT
    assert notice_deadline(EFFECT, date(2026, 1, 1)) == date(2025, 10, 1)


@pytest.mark.parametrize(
    ("cdg", "provider", "last_day"),
    [
        # Exactly three months before.
        (date(2025, 10, 1), date(2025, 10, 1), date(2025, 12, 31)),
        # Early, even very: the first anniversary, not before.
        (date(2025, 2, 3), date(2025, 2, 4), date(2025, 12, 31)),
        (date(2024, 12, 20), date(2024, 12, 20), date(2025, 12, 31)),
        # A day late, for one of the two: the next anniversary.
        (date(2025, 10, 2), date(2025, 9, 30), date(2026, 12, 31)),
        (date(2025, 9, 1), date(2025, 10, 2), date(2026, 12, 31)),
        (date(2026, 10, 1), date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_a_member_leaves_at_an_anniversary_three_months_after_both_letters(cdg, provider, last_day):
    assert ending(cdg, provider) == Ending(last_day, Cause.NOTICE)


def test_a_notice_too_late_for_the_last_anniversary_ends_with_the_market():
    assert ending(date(2026, 10, 2), date(2026, 10, 2)) == Ending(MARKET_END, Cause.MARKET)


def test_letters_to_come_or_older_than_the_convention_are_refused():
    with pytest.raises(Refused) as refused:
        ending(date(2025, 9, 2), SIGNED - timedelta(1), today=date(2025, 9, 1))
    assert refused.value.faults == {
        "cdg_received_on": Fault.IN_THE_FUTURE,
        "provider_received_on": Fault.BEFORE_SIGNATURE,
    }


@given(EFFECTS, st.integers(0, 3000), st.integers(0, 300))
def test_whoever_gives_notice_stays_three_months_at_least_and_fifteen_at_most(effect, days, later):
    given_on = effect + timedelta(days)
    leaves = leaving_day(effect, Notice(given_on - timedelta(min(days, later)), given_on))
    assert (leaves.month, leaves.day) == (effect.month, effect.day)
    assert given_on <= notice_deadline(effect, leaves)
    assert (leaves - given_on).days <= 366 + 92


@given(EFFECTS, st.integers(0, 3000))
def test_a_day_more_to_decide_never_lets_one_leave_earlier(effect, days):
    day = effect + timedelta(days)
    assert leaving_day(effect, Notice(day, day)) <= leaving_day(effect, Notice(day, day + timedelta(1)))


def test_a_default_ends_it_that_day():
    assert end_by_default(MARKET_END, EFFECT, date(2026, 3, 5)) == Ending(date(2026, 3, 5), Cause.DEFAULT)
    with pytest.raises(Refused):
        end_by_default(MARKET_END, EFFECT, date(2024, 12, 31))


def test_nobody_leaves_on_another_day():
    with pytest.raises(ValueError, match="anniversary"):
        notice_deadline(EFFECT, date(2026, 2, 1))
