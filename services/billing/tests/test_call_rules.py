"""What a member is called for, when it is asked again, when somebody phones: by hand, without a database."""

import uuid
from datetime import date, timedelta

from billing.domain import calls
from billing.domain.tariffs import Share, Subject, read
from billing.store.calls import Agreed
from billing.usecases.calling import counted

MARKET_END = date(2027, 6, 27)


def tariff(version=1, valid_from=date(2024, 6, 28), **more):
    charge = {"basis": "per_agent", "label": "Participation annuelle", "price": "2.00"}
    return read({"charges": [charge]} | more, version=version, valid_from=valid_from)


def agreed(effect_on, until_on):
    return Agreed(uuid.uuid4(), effect_on, until_on, effect_on - timedelta(20))


def test_a_year_is_called_whole_and_ends_with_the_convention():
    found = calls.term([tariff()], date(2025, 1, 1), MARKET_END, 2027)
    assert (found.first_on, found.last_on, found.share) == (date(2027, 1, 1), MARKET_END, Share())


def test_a_first_year_is_called_in_part_where_the_tariff_says_so():
    found = calls.term([tariff(pro_rata="months")], date(2026, 5, 1), MARKET_END, 2026)
    assert (found.first_on, found.last_on, found.share) == (date(2026, 5, 1), date(2026, 12, 31), Share(8, 12))
    due = calls.due(found.tariff, Subject(12, 12, affiliated=False, share=found.share))
    assert [(line.label, line.net.cents) for line in due.lines] == [("Participation annuelle, 8 mois sur 12", 1600)]


def test_the_year_of_an_anniversary_starts_in_the_year_called():
    found = calls.term([tariff(year="anniversary")], date(2025, 5, 1), MARKET_END, 2026)
    assert (found.first_on, found.last_on, found.share) == (date(2026, 5, 1), date(2027, 4, 30), Share())


def test_who_leaves_at_the_anniversary_is_not_called_for_the_next_year():
    left = date(2026, 4, 30)
    assert calls.term([tariff(year="anniversary")], date(2025, 5, 1), left, 2026) is None


def test_nothing_is_called_before_the_tariff_or_the_convention():
    assert calls.term([tariff(valid_from=date(2026, 6, 1))], date(2025, 1, 1), MARKET_END, 2026) is None
    assert calls.term([tariff()], date(2027, 1, 1), MARKET_END, 2026) is None


def test_the_version_that_counts_is_that_of_the_first_day_called():
    versions = [tariff(), tariff(2, date(2026, 3, 1))]
    assert calls.term(versions, date(2025, 1, 1), MARKET_END, 2026).tariff.version == 1
    assert calls.term(versions, date(2026, 5, 1), MARKET_END, 2026).tariff.version == 2


def test_a_year_from_the_anniversary_is_called_by_the_version_of_that_day():
    own = {"year": "anniversary"}
    versions = [tariff(**own), tariff(2, date(2026, 3, 1), **own)]
    assert calls.term(versions, date(2025, 9, 1), MARKET_END, 2026).tariff.version == 2
    assert calls.term(versions, date(2025, 2, 1), MARKET_END, 2026).tariff.version == 1
    assert calls.term(versions[1:], date(2025, 9, 1), MARKET_END, 2026).first_on == date(2026, 9, 1)


def test_a_renewal_that_starts_on_a_29_february_has_its_years():
    """A market from 29 February 2028 on, after a pause: the renewal starts with it."""
    for year, days in ((2028, (date(2028, 2, 29), date(2029, 2, 27))), (2029, (date(2029, 2, 28), date(2030, 2, 27)))):
        found = calls.term([tariff(year="anniversary")], date(2028, 2, 29), date(2032, 2, 28), year)
        assert (found.first_on, found.last_on) == days


def test_conventions_that_follow_each_other_are_one_membership():
    first, second = agreed(date(2025, 3, 1), MARKET_END), agreed(date(2027, 6, 28), date(2030, 6, 27))
    [both] = counted([first, second], 2027)
    assert (both.id, both.until_on) == (first.id, second.until_on)
    [renewed] = counted([first, second], 2028)
    assert (renewed.id, renewed.effect_on) == (second.id, first.effect_on)


def test_who_came_back_after_a_gap_starts_anew():
    first, again = agreed(date(2024, 9, 1), date(2025, 8, 31)), agreed(date(2026, 2, 1), MARKET_END)
    assert counted([first, again], 2026) == [again]
    # Within one year: the first of the two may owe nothing for it (its own year began in 2024), the second does.
    soon = agreed(date(2025, 11, 1), MARKET_END)
    assert counted([first, soon], 2025) == [first, soon]
    never = agreed(date(2025, 4, 1), date(2025, 3, 20))  # a default came before its effect
    assert counted([never, soon], 2025) == [soon]


def test_more_than_twenty_percent_is_asked_about():
    assert [calls.is_odd(100, agents) for agents in (79, 80, 120, 121)] == [True, False, False, True]
    assert not calls.is_odd(None, 5000)


def test_three_reminders_then_a_phone():
    due = date(2026, 4, 15)
    days = [due, due + timedelta(15), due + timedelta(30)]
    assert [calls.next_reminder(due, days[:sent]) for sent in range(4)] == [*days, None]
    assert not calls.to_phone(due, days, written=True, today=due + timedelta(44))
    assert calls.to_phone(due, days, written=True, today=due + timedelta(45))
    assert calls.to_phone(due, [], written=False, today=due)
