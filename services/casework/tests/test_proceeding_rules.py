"""How far a case may go: whatever happens, in whatever order."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain import proceeding
from casework.domain.acts import Regime
from casework.domain.proceeding import Decided, Decision, Proceeding, Reason, VoiceState
from casework.domain.statuses import NotNow
from chassis.sealing.statements import PURPOSES

decisions = st.sampled_from(Decision)
# What may happen to a case: somebody joins, a voice decides, a handler checks one, a handler decides without.
acts = st.one_of(
    st.tuples(st.just("joins"), decisions),
    st.tuples(st.just("says"), st.integers(0, 3), decisions),
    st.tuples(st.just("checks"), st.integers(0, 3), st.booleans()),
    st.tuples(st.just("goes on"), st.sampled_from(Reason), st.sampled_from(["", " ", "Un danger immédiat."])),
)


class Case:
    """A case, kept as the use cases keep it, with what a reader of its journal would know."""

    def __init__(self, standing: Proceeding) -> None:
        self.standing = standing
        self.voices: list[VoiceState] = []
        self.said: list[Decision] = []  # the last word of each voice
        self.checked_since: list[bool] = []  # confirmed after their last yes?
        self.decided = False

    def act(self, act) -> None:
        match act:
            case ("joins", decision):
                self.voices.append(proceeding.joined(decision))
                self.said.append(decision)
                self.checked_since.append(False)
            case ("says", number, decision) if number < len(self.voices):
                again = decision is Decision.AGREED and self.said[number] is Decision.AGREED
                self.checked_since[number] &= again
                self.voices[number] = proceeding.said(self.voices[number], decision)
                self.said[number] = decision
            case ("checks", number, concerned) if number < len(self.voices):
                self.voices[number] = proceeding.checked(self.voices[number], concerned=concerned)
                self.checked_since[number] = concerned
            case ("goes on", reason, motive):
                self.standing = proceeding.decide(self.standing, reason, motive)
                self.decided = True
        self.standing = proceeding.stands(self.standing, self.voices)

    @property
    def consented(self) -> bool:
        return any(
            said is Decision.AGREED and checked for said, checked in zip(self.said, self.checked_since, strict=True)
        )


def lived(happens, standing: Proceeding = Proceeding.ADVICE) -> Case:
    case = Case(standing)
    for act in happens:
        try:
            case.act(act)
        except (NotNow, ValueError):
            continue
    return case


@given(st.lists(acts, max_size=25))
def test_a_witness_case_is_past_advice_only_with_a_checked_agreement_that_stands_or_a_motivated_decision(happens):
    case = lived(happens)
    assert (case.standing is not Proceeding.ADVICE) is (case.decided or case.consented)
    assert (case.standing is Proceeding.DECIDED) is case.decided


@given(st.lists(acts, max_size=25))
def test_when_every_voice_takes_its_agreement_back_the_case_is_at_first_advice_again(happens):
    case = lived([act for act in happens if act[0] != "goes on"])
    for number in range(len(case.voices)):
        case.act(("says", number, Decision.WITHDRAWN))
    assert not case.consented
    assert case.standing is Proceeding.ADVICE


@given(st.lists(acts, max_size=25))
def test_nothing_closes_or_opens_the_case_of_the_person_concerned(happens):
    assert lived(happens, Proceeding.FREE).standing is Proceeding.FREE


@given(st.lists(acts, max_size=25), st.sampled_from(PURPOSES))
def test_at_first_advice_an_identity_serves_only_to_meet_or_support(happens, purpose):
    case = lived(happens)
    allowed = proceeding.may_ask_for(purpose, case.standing)
    assert allowed is (purpose in ("meeting", "support") or case.decided or case.consented)


@given(decisions)
def test_a_denied_voice_decides_nothing_more(decision):
    assert proceeding.said(VoiceState.DENIED, decision) is VoiceState.DENIED


@pytest.mark.parametrize("state", [state for state in VoiceState if state is not VoiceState.DECLARED])
@pytest.mark.parametrize("concerned", [True, False])
def test_only_an_agreement_that_waits_is_checked(state, concerned):
    with pytest.raises(NotNow):
        proceeding.checked(state, concerned=concerned)


def test_decisions_count_by_their_own_time_and_the_more_careful_of_one_instant_wins():
    at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    later = Decided(Decision.AGREED, at + timedelta(seconds=1))
    same = [Decided(decision, at) for decision in Decision]
    for order in permutations([later, *same]):
        assert max(order, key=lambda one: sum(one.follows(other) for other in order)) is later
    assert Decided(Decision.WITHDRAWN, at).follows(Decided(Decision.REFUSED, at))
    assert Decided(Decision.REFUSED, at).follows(Decided(Decision.AGREED, at))
    assert not same[0].follows(same[0])


@pytest.mark.parametrize(
    ("quality", "regime", "standing"),
    [
        ("witness", Regime.AVDHAS, Proceeding.ADVICE),
        ("victim", Regime.AVDHAS, Proceeding.FREE),
        ("", Regime.AVDHAS, Proceeding.FREE),
        ("witness", Regime.ALERT, Proceeding.FREE),
    ],
)
def test_only_a_witness_of_the_scheme_waits_for_somebody(quality, regime, standing):
    assert proceeding.beginning(quality, regime) is standing
