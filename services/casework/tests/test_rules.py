"""The rules of casework, as a jurist would read them."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain import deadlines, routing
from casework.domain.acts import Act, Regime, main_act
from casework.domain.calendar import AtOnce, FrenchCalendar, Months, WorkingDays
from casework.domain.masking import MASK, mask
from casework.domain.routing import Habilitation, Implicated, Pool, Role, route
from casework.domain.statuses import NotNow, Status, advance

FRANCE = FrenchCalendar()
days = st.dates(date(2024, 1, 1), date(2035, 12, 31))
counts = st.integers(1, 60)


# --- working days ---


@given(days, counts)
def test_a_term_in_working_days_ends_on_an_open_day(start, count):
    assert FRANCE.is_open(WorkingDays(count).after(start, FRANCE))


@given(days, counts)
def test_a_term_in_working_days_holds_that_many_open_days(start, count):
    end = WorkingDays(count).after(start, FRANCE)
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(map(FRANCE.is_open, between)) == count


@given(days, counts, counts)
def test_working_days_add_up(start, one, other):
    apart = WorkingDays(other).after(WorkingDays(one).after(start, FRANCE), FRANCE)
    assert apart == WorkingDays(one + other).after(start, FRANCE)


@given(days, days, counts)
def test_who_files_later_never_has_an_earlier_term(one, other, count):
    first, second = sorted((one, other))
    assert WorkingDays(count).after(first, FRANCE) <= WorkingDays(count).after(second, FRANCE)


@given(days)
def test_an_office_never_opens_at_a_week_end(day):
    assert not (FRANCE.is_open(day) and day.weekday() >= 5)


@pytest.mark.parametrize(
    ("closed", "why"),
    [
        (date(2026, 4, 6), "lundi de Pâques"),
        (date(2026, 5, 14), "Ascension"),
        (date(2026, 5, 25), "lundi de Pentecôte"),
        (date(2026, 11, 11), "Armistice"),
        (date(2026, 11, 21), "un samedi: ouvrable, not ouvré"),
    ],
)
def test_these_days_are_closed(closed, why):
    assert not FRANCE.is_open(closed), why


def test_alsace_and_moselle_keep_their_own_holidays():
    good_friday = date(2026, 4, 3)
    assert FRANCE.is_open(good_friday)
    assert not FrenchCalendar("57").is_open(good_friday)


@given(days, st.integers(1, 24))
def test_a_term_in_months_ends_on_the_same_day_or_the_last_of_a_shorter_month(start, count):
    end = Months(count).after(start, FRANCE)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == count
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


def test_three_months_from_31_january_end_on_30_april():
    assert Months(3).after(date(2026, 1, 31), FRANCE) == date(2026, 4, 30)


def test_zero_working_days_is_not_a_span():
    with pytest.raises(ValueError, match="AtOnce"):
        WorkingDays(0)
    assert AtOnce().after(date(2026, 11, 21), FRANCE) == date(2026, 11, 21)


# --- clocks ---


def test_an_agent_is_informed_of_the_reception_at_once_and_nothing_in_law_sets_a_term_for_the_prise_en_charge():
    inform, take_charge, inquiry = deadlines.starting(Regime.AVDHAS, date(2026, 11, 20), WorkingDays(3), FRANCE)
    assert (inform.met, inform.rule.text, inform.rule.force) == (date(2026, 11, 20), "CGFP, art. R135-4", "law")
    assert (take_charge.due, take_charge.rule.force) == (date(2026, 11, 25), "target")
    assert (inquiry.due, inquiry.rule.force) == (date(2027, 1, 20), "guidance")


def test_an_alert_is_acknowledged_in_seven_working_days_and_answered_in_three_months():
    acknowledge, feedback = deadlines.starting(Regime.ALERT, date(2026, 12, 22), WorkingDays(3), FRANCE)
    assert acknowledge.due == date(2027, 1, 4)  # 23, 24, 28, 29, 30, 31 December, then 4 January
    assert feedback.due == date(2027, 4, 4)
    assert "2022-1284" in acknowledge.rule.text


@given(days, st.integers(0, 40))
def test_the_feedback_of_an_alert_never_runs_from_later_than_the_end_of_the_seven_days(received, waited):
    acknowledge = deadlines.starting(Regime.ALERT, received, WorkingDays(3), FRANCE)[0]
    running = deadlines.feedback_after(received + timedelta(days=waited), acknowledge.due, FRANCE)
    assert running.start <= acknowledge.due


@pytest.mark.parametrize("regime", list(Regime))
def test_every_clock_can_be_read_again_from_its_code(regime):
    for clock in deadlines.starting(regime, date(2026, 11, 20), deadlines.USUAL_TARGET, FRANCE):
        assert deadlines.rule_of(clock.rule.code, regime) == clock.rule


# --- who sees a case ---

CDG, TOWN = "cdg-62", "town-1"


def person(name: str, role: Role, member: str | None = None, cdg: str = CDG) -> Habilitation:
    return Habilitation(f"h-{name}-{role}-{member}", name, role, cdg, member)


REFERENTS = [person("r1", Role.REFERENT, TOWN), person("r2", Role.REFERENT, TOWN)]
AUTHORITY = [person("a1", Role.AUTHORITY_REFERENT), person("a2", Role.AUTHORITY_REFERENT)]
PEOPLE = [*REFERENTS, *AUTHORITY, person("e", Role.SCREENER), person("other", Role.REFERENT, "town-2")]
PEOPLE += [person("a80", Role.AUTHORITY_REFERENT, cdg="cdg-80")]


def persons(implicated: set[Implicated], people=PEOPLE) -> set[str]:
    return {h.person_id for h in route(frozenset(implicated), TOWN, CDG, people).handlers}


def test_an_ordinary_case_goes_to_the_towns_referents():
    assert persons({Implicated.COLLEGUE, Implicated.HIERARCHIE}) == {"r1", "r2"}


@given(st.sets(st.sampled_from(list(Implicated))), st.randoms())
def test_whoever_is_implicated_the_towns_people_are_never_given_a_case_against_their_authority(implicated, shuffle):
    people = list(PEOPLE)
    random.Random(shuffle.random()).shuffle(people)
    given_to = persons(implicated, people)
    assert given_to <= {"r1", "r2", "a1", "a2"}
    if implicated & (routing.AUTHORITY | {Implicated.REFERENT, Implicated.CDG}):
        assert not given_to & {"r1", "r2"}
    if Implicated.CDG in implicated:
        assert given_to == set()


def test_the_conventions_substitute_comes_before_the_cdgs_own():
    substitute = person("s", Role.AUTHORITY_REFERENT, TOWN)
    assert persons({Implicated.DGS}, [*PEOPLE, substitute]) == {"s"}


def test_a_substitute_of_another_town_or_under_the_implicated_person_is_no_substitute():
    elsewhere = person("s", Role.AUTHORITY_REFERENT, "town-2")
    under = person("r1", Role.AUTHORITY_REFERENT, TOWN)
    assert persons({Implicated.ELU}, [*PEOPLE, elsewhere, under]) == {"a1", "a2"}


def test_a_case_that_finds_nobody_is_flagged():
    found = route(frozenset({Implicated.DGS}), TOWN, CDG, REFERENTS)
    assert (found.pool, found.flagged) == (Pool.AUTHORITY, True)


def test_codes_that_are_not_ours_change_nothing():
    assert routing.codes(["DGS", "X", ""]) == {Implicated.DGS}


# --- statuses, acts, masking ---


@given(st.sampled_from(list(Status)), st.sampled_from(list(Status)))
def test_a_case_only_goes_forward_one_step_at_a_time(current, target):
    order = list(Status)
    if order.index(target) == order.index(current) + 1:
        assert advance(current, target) is target
    else:
        with pytest.raises(NotNow):
            advance(current, target)


def test_a_case_is_counted_under_its_first_act():
    assert main_act(["MENACE", "VIOLENCE"], Regime.AVDHAS) is Act.MENACE
    assert main_act(["INCONNU"], Regime.AVDHAS) is Act.AUTRE
    assert main_act([], Regime.ALERT) is Act.ALERTE


@pytest.mark.parametrize(
    ("text", "words", "masked"),
    [
        ("Jeanne Canari et JEANNE.", ["jeanne"], f"{MASK} Canari et {MASK}."),
        ("Hélène, HELENE, hélène", ["Helene"], f"{MASK}, {MASK}, {MASK}"),
        ("le maire et la mairie", ["maire"], f"le {MASK} et la mairie"),
        ("Jeanne Canari", ["Jeanne", "Jeanne Canari"], MASK),
        ("c'est (M. X) ici", ["(M. X)"], f"c'est {MASK} ici"),
        ("Straße et œuvre de Léa", ["léa"], f"Straße et œuvre de {MASK}"),
        ("rien à faire", ["", "  "], "rien à faire"),
    ],
)
def test_masking_takes_whole_words_whatever_their_accents_and_capitals(text, words, masked):
    assert mask(text, words) == masked


@given(st.text(max_size=80), st.text(alphabet="abcdefghij", min_size=1, max_size=6))
def test_masking_leaves_no_whole_word_behind_and_the_rest_untouched(text, word):
    masked = mask(f"{text} {word} {text}", [word])
    assert word not in masked.replace(MASK, " ").casefold().split()
    assert mask(text, ["zzzzqqqq"]) == text
