"""Somebody joins a witness's case with a code: who is believed, and how far the case may then go."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from casework.domain.proceeding import VoiceState
from casework.domain.statuses import NotNow
from casework.store import tables
from casework.usecases import agreements, asking, handling
from casework.usecases.agreements import DecisionRefused
from casework.usecases.asking import AskRefused
from casework.usecases.demanding import make_block
from casework.usecases.desk import NoSuchCase
from casework.usecases.joining import settle_old_cases
from paravent.casework.v1 import events_pb2 as told

from ..test_identity import wanted
from .conftest import check, journal, proceeds, standing, statuses, voice_of


def test_a_witness_case_begins_at_first_advice_and_a_victims_does_not(world, town, witness):
    victim = world.file(town, quality="victim")
    world.open_all()
    assert (standing(world, witness), standing(world, victim)) == ("advice", "free")


def test_an_agreement_is_told_to_both_and_opens_nothing_before_somebody_checked_it(world, witness, case_id, victim):
    assert standing(world, witness) == "advice"
    assert voice_of(world, case_id).state is VoiceState.DECLARED
    assert statuses(world, witness)[-1] == "victim_joined"
    assert statuses(world, victim) == ["victim_joined"]
    called = [e.person_id for e in world.events(told.AttentionNeeded) if e.reason == told.ATTENTION_REASON_NEW_MESSAGE]
    assert {"referent-1", "referent-2"} <= set(called)
    assert victim.report_id in [e.report_id for e in world.events(told.CaseOpened)]

    check(world, case_id)
    assert standing(world, witness) == "consented"
    assert statuses(world, witness)[-1] == statuses(world, victim)[-1] == "victim_confirmed"
    [row] = world.rows(tables.voices)
    assert (row.state, row.decided_person, row.decided_day) == ("confirmed", "referent-1", world.clock.now().date())
    assert "confirmed_voice" in journal(world)


def test_a_refusal_leaves_the_case_where_it_stands(world, witness, case_id):
    victim = world.join(witness, decides="refused")
    world.open_all()
    assert voice_of(world, case_id).state is VoiceState.REFUSED
    assert statuses(world, witness)[-1] == statuses(world, victim)[-1] == "victim_refused"
    with pytest.raises(NotNow):
        check(world, case_id)
    assert standing(world, witness) == "advice"


def test_somebody_else_than_the_person_concerned_opens_nothing_whatever_they_say(world, witness, case_id, victim):
    check(world, case_id, concerned=False)
    world.speak(victim, decides="agreed", at=world.clock.now() + timedelta(hours=1))
    world.open_all()
    assert voice_of(world, case_id).state is VoiceState.DENIED
    assert standing(world, witness) == "advice"
    assert "denied_voice" in journal(world)
    assert statuses(world, victim) == ["victim_joined"]  # nothing says more to who is not concerned


def test_an_agreement_taken_back_puts_the_case_back_to_first_advice(world, witness, case_id, victim):
    check(world, case_id)
    before = len(world.events(told.AttentionNeeded))
    world.speak(victim, decides="withdrawn", at=world.clock.now() + timedelta(hours=1))
    world.open_all()
    assert standing(world, witness) == "advice"
    assert statuses(world, witness)[-1] == statuses(world, victim)[-1] == "victim_withdrawn"
    assert len(world.events(told.AttentionNeeded)) > before
    assert [said.status for said in voice_of(world, case_id).said if said.by == "decision"] == ["agreed", "withdrawn"]

    world.speak(victim, decides="agreed", at=world.clock.now() + timedelta(hours=2))
    world.open_all()
    assert standing(world, witness) == "advice"  # somebody must check again
    check(world, case_id)
    assert standing(world, witness) == "consented"


def test_decisions_that_come_in_disorder_end_with_the_newest(world, witness, case_id, victim):
    check(world, case_id)
    world.speak(victim, decides="withdrawn", at=world.clock.now() + timedelta(hours=2))
    world.open_all()
    world.speak(victim, decides="agreed", at=world.clock.now() + timedelta(hours=1))
    world.open_all()
    assert voice_of(world, case_id).state is VoiceState.WITHDRAWN
    assert statuses(world, victim).count("victim_joined") == 1


@pytest.mark.parametrize("purpose", ["protection", "inquiry", "procedure"])
def test_at_first_advice_an_identity_is_asked_for_only_to_meet_or_support(world, witness, case_id, victim, purpose):
    def ask(person: str, what: str) -> None:
        asking.ask(world.uow, world.desk, world.staff(person), case_id, wanted(purpose=what))

    with pytest.raises(AskRefused) as refused:
        ask("referent-1", purpose)
    assert refused.value.parts == ("gate",)
    ask("referent-1", "support")
    check(world, case_id)
    ask("referent-2", purpose)


def test_a_duty_to_denounce_needs_no_agreement_to_prepare_its_block(world, witness, case_id):
    assert make_block(world.uow, world.desk, world.staff("referent-1"), case_id)


def test_going_on_without_agreement_is_told_word_for_word_to_who_reported_and_who_joined(
    world, witness, case_id, victim
):
    proceeds(world, case_id, "denunciation", "  Les faits sont un délit.\nJe les dénonce.  ")
    for who in (witness, victim):
        last = world.told(who)[-1].status
        assert (last.status, last.explanation) == (
            "proceeds_denunciation",
            "Les faits sont un délit.\nJe les dénonce.",
        )
    assert standing(world, witness) == "decided"
    assert "decided_to_proceed" in journal(world)
    world.speak(victim, decides="withdrawn", at=world.clock.now() + timedelta(hours=1))
    world.open_all()
    assert standing(world, witness) == "decided"
    with pytest.raises(NotNow):
        proceeds(world, case_id)


def test_who_joined_learns_where_the_case_stands_and_not_what_the_reporter_is_told_of_it(world, town):
    witness = world.file(town, quality="witness")
    world.open_all()
    victim, stranger = (world.join(witness) for _ in range(2))
    world.open_all()
    case_id, referent = world.release(witness), world.staff("referent-1")
    [voice] = [row for row in world.rows(tables.voices) if row.report_id == stranger.report_id]
    agreements.check_voice(world.uow, world.desk, referent, case_id, voice.voice_id, concerned=False)
    handling.take_in_charge(world.uow, world.desk, referent, case_id)
    handling.close(world.uow, world.desk, referent, case_id, "Pour le témoin.")
    assert statuses(world, victim) == ["victim_joined", "released", "in_charge", "closed"]
    assert statuses(world, stranger) == ["victim_joined", "released"]
    assert [world.told(who)[-1].status.explanation for who in (witness, victim)] == ["Pour le témoin.", ""]


def test_a_decision_that_cannot_be_told_is_not_stored(world, witness, case_id, monkeypatch):
    monkeypatch.setattr(world.desk.notices, "seal", lambda *_, **__: (_ for _ in ()).throw(ValueError("too long")))
    with pytest.raises(ValueError, match="too long"):
        proceeds(world, case_id)
    assert standing(world, witness) == "advice"
    assert "decided_to_proceed" not in journal(world)


@pytest.mark.parametrize(
    ("reason", "motive", "parts"),
    [
        ("curiosity", "Un motif.", ("reason",)),
        ("danger", " \n", ("motive",)),
        ("danger", "é" * 4000, ("motive",)),
        ("", "", ("reason", "motive")),
    ],
)
def test_a_decision_without_agreement_says_why(world, witness, case_id, reason, motive, parts):
    with pytest.raises(DecisionRefused) as refused:
        proceeds(world, case_id, reason, motive)
    assert refused.value.parts == parts
    assert standing(world, witness) == "advice"


def test_only_a_handler_of_the_case_checks_or_decides(world, witness, case_id, victim):
    for person in ("screener-1", "authority-1"):
        staff = world.staff(person)
        with pytest.raises(NoSuchCase):
            agreements.check_voice(
                world.uow, world.desk, staff, case_id, voice_of(world, case_id).voice_id, concerned=True
            )
        with pytest.raises(NoSuchCase):
            agreements.proceed_without(world.uow, world.desk, staff, case_id, "danger", "Un motif.")
    assert standing(world, witness) == "advice"


def test_a_voice_of_another_case_is_not_found(world, town, witness, case_id, victim):
    other = world.release(world.file(town, quality="witness"))
    with pytest.raises(NoSuchCase):
        agreements.check_voice(
            world.uow,
            world.desk,
            world.staff("referent-1"),
            other,
            voice_of(world, case_id).voice_id,
            concerned=True,
        )


def test_the_reporter_does_not_decide_for_the_person_concerned(world, witness, case_id):
    world.speak(witness, decides="agreed")
    world.open_all()
    assert standing(world, witness) == "advice"
    assert [row for row in world.rows(tables.messages) if row.kind == "proceeding"] == []


def test_cases_opened_before_the_rule_are_settled_by_what_their_reporter_said(world, town, witness):
    victim = world.file(town, quality="victim")
    world.open_all()
    with world.uow("test") as tx:
        tx.session.execute(update(tables.cases).values(proceeding=None))
    assert [settle_old_cases(world.uow, world.opening, 10) for _ in range(2)] == [2, 0]
    assert (standing(world, witness), standing(world, victim)) == ("advice", "free")
