"""Somebody joins a witness's case with a code: who is believed, who is told what, and how far the case may then go."""

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import update

from casework.domain.proceeding import VoiceState
from casework.domain.statuses import NotNow
from casework.store import tables
from casework.usecases import agreements, asking, handling, reading
from casework.usecases.agreements import DecisionRefused
from casework.usecases.asking import AskRefused
from casework.usecases.demanding import make_block
from casework.usecases.desk import NoSuchCase
from casework.usecases.joining import settle_old_cases
from casework.usecases.reaching import order_identity_erasure
from casework.usecases.repairing import try_again
from chassis.sealing.notices import open_notice
from paravent.casework.v1 import events_pb2 as told
from paravent.intake.v1 import content_pb2 as intake

from .test_identity import wanted
from .world import CDG


@pytest.fixture
def witness(world, town):
    return world.file(town, quality="witness", what="Je vois un collègue se faire humilier.")


@pytest.fixture
def case_id(world, witness):
    made = world.release(witness)
    handling.take_in_charge(world.uow, world.desk, world.staff("referent-1"), made)
    return made


@pytest.fixture
def victim(world, witness, case_id):
    joined = world.join(witness)
    world.open_all()
    return joined


def view(world, case_id, person: str = "referent-1"):
    return reading.show_to_handler(world.uow, world.desk, world.staff(person), case_id)


def voice_of(world, case_id):
    [voice] = view(world, case_id).proceeding.voices
    return voice


def check(world, case_id, *, concerned: bool = True, person: str = "referent-1") -> None:
    voice_id = voice_of(world, case_id).voice_id
    agreements.check_voice(world.uow, world.desk, world.staff(person), case_id, voice_id, concerned=concerned)


def proceeds(world, case_id, reason: str = "danger", motive: str = "Des coups ont été portés.") -> None:
    agreements.proceed_without(world.uow, world.desk, world.staff("referent-1"), case_id, reason, motive)


def statuses(world, who) -> list[str]:
    return [n.status.status for n in world.told(who) if n.WhichOneof("body") == "status"]


def standing(world, witness) -> str:
    return world.case_of(witness).proceeding


def aside(world) -> list[str]:
    return [row.kind for row in world.rows(tables.inbound) if row.state == "unopenable"]


def journal(world) -> list[str]:
    return [row.action for row in world.rows(tables.access_journal)]


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


@pytest.mark.parametrize(
    "forged",
    [
        {"proof": bytes(16)},
        {"proof": b""},
        {"role": "referent"},
        {"role": "reporter"},
        {"ref": b"short"},
        {"recipient": ""},
        {"recipient": "nobody"},
    ],
)
def test_a_forged_voice_is_set_aside_and_changes_nothing(world, witness, case_id, forged):
    world.join(witness, **forged)
    world.open_all()
    assert aside(world) == ["voice"]
    assert world.rows(tables.voices) == []
    assert world.case_of(witness) is not None
    assert statuses(world, witness)[-1] == "in_charge"


def test_a_voice_for_a_victims_own_case_or_that_does_not_decide_is_set_aside(world, town, witness, case_id):
    own = world.file(town, quality="victim")
    world.open_all()
    world.join(own)
    world.join(witness, decides="perhaps")
    with world.uow("test") as tx:
        tx.inbound.put_voice(secrets.token_bytes(16), witness.report_id, CDG, "2026-11", world.seal(b"\xff"))
    world.open_all()
    assert aside(world) == ["voice"] * 3
    assert world.rows(tables.voices) == []


def test_what_was_set_aside_is_logged_without_an_id(world, witness, case_id, caplog, capsys):
    forged = world.join(witness, proof=bytes(16))
    world.open_all()
    logged = capsys.readouterr().out + capsys.readouterr().err + caplog.text
    assert "voice_proof" in logged
    for secret in (forged.report_id, forged.ref, witness.report_id, witness.ref):
        assert secret.hex() not in logged
        assert repr(secret) not in logged


def test_the_same_voice_twice_joins_once(world, witness, case_id, victim):
    said = intake.Voice(ref=victim.ref, role="victim", proof=witness.ref, recipient=victim.keys.recipient)
    said.joined_at.FromDatetime(world.clock.now())
    world.queue_voice(victim, witness.report_id, said)
    world.open_all()
    assert try_again(world.uow) == 0
    assert len(world.rows(tables.voices)) == 1
    assert statuses(world, victim) == ["victim_joined"]


def test_a_voice_that_comes_before_its_case_waits_for_it(world, town):
    witness = world.reporter()
    victim = world.join(witness)
    world.speak(victim, "Je préfère écrire ici.")
    world.open_all()
    assert {row.state for row in world.rows(tables.inbound)} == {"postponed"}
    world.send(witness, world.content(witness, town, quality="witness"))
    world.open_all()
    assert {row.state for row in world.rows(tables.inbound)} == {"opened"}
    assert statuses(world, victim) == ["victim_joined"]
    [said] = [row for row in world.rows(tables.messages) if row.kind == "text"]
    assert said.voice_id == world.rows(tables.voices)[0].voice_id


def test_neither_thread_is_ever_sent_to_the_other(world, witness, case_id, victim):
    referent = world.staff("referent-1")
    voice_id = voice_of(world, case_id).voice_id
    world.speak(witness, "Le témoin écrit.")
    said_by_victim = world.speak(victim, "La victime écrit.")
    world.open_all()
    for to, text in ((None, "Au témoin."), (voice_id, "À la victime.")):
        notice_id = secrets.token_bytes(16)
        for _ in range(2):
            handling.write_message(
                world.uow, world.desk, referent, case_id, notice_id=notice_id, author="R", text=text, voice_id=to
            )
    seen = view(world, case_id)
    texts = {False: [said.text for said in seen.said], True: [said.text for said in seen.proceeding.voices[0].said]}
    assert "Le témoin écrit." in texts[False]
    assert "Au témoin." in texts[False]
    assert "La victime écrit." in texts[True]
    assert "À la victime." in texts[True]
    assert not set(texts[False]) & set(texts[True]) - {""}

    # `told` opens what is addressed to each with their own key, and fails on what is not theirs.
    heard = [[n.message.text for n in world.told(who) if n.HasField("message")] for who in (witness, victim)]
    assert heard == [["Au témoin."], ["À la victime."]]
    read = [n.read.message_ids for n in world.told(victim) if n.HasField("read")]
    assert [list(ids) for ids in read] == [[said_by_victim]]
    assert said_by_victim not in [i for n in world.told(witness) if n.HasField("read") for i in n.read.message_ids]
    assert {n.ref for n in world.told(witness)} == {witness.ref}
    assert {n.ref for n in world.told(victim)} == {victim.ref}
    assert "wrote_to_voice" in journal(world)


def test_a_voice_marks_only_what_it_was_told_as_read(world, witness, case_id, victim):
    notices = [n.notice_id for who in (witness, victim) for n in world.told(who)]
    world.speak(victim, read=notices)
    world.open_all()
    read = {row.message_id for row in world.rows(tables.messages) if row.read_day and row.author == "system"}
    assert read == {n.notice_id for n in world.told(victim)}


def test_a_voice_does_not_answer_for_the_reporter(world, witness, case_id, victim):
    request = wanted(purpose="support")
    asking.ask(world.uow, world.desk, world.staff("referent-1"), case_id, request)
    world.speak(victim, answer=intake.IdentityAnswer(request_id=request.request_id, decision="agreed"))
    world.open_all()
    assert [row.state for row in world.rows(tables.identity_requests)] == ["asked"]


def test_the_reporter_does_not_decide_for_the_person_concerned(world, witness, case_id):
    world.speak(witness, decides="agreed")
    world.open_all()
    assert standing(world, witness) == "advice"
    assert [row for row in world.rows(tables.messages) if row.kind == "proceeding"] == []


def test_a_voice_that_took_new_words_is_answered_under_them(world, witness, case_id, victim):
    new = world.reporter()
    message = intake.ReporterMessage(recipient=intake.Readdressing(recipient=new.keys.recipient, proof=victim.ref))
    message.written_at.FromDatetime(world.clock.now() + timedelta(minutes=1))
    with world.uow("test") as tx:
        tx.inbound.put_message(
            victim.report_id, secrets.token_bytes(16), CDG, "2026-11", world.seal(message.SerializeToString())
        )
    world.open_all()
    known = [e.envelope for e in world.events(told.ReporterNotified)]
    check(world, case_id)
    [notice] = [
        open_notice(
            e.envelope, report_id=e.report_id, signers=[world.notices.public_key(CDG)], identity=new.keys.secret
        )
        for e in world.events(told.ReporterNotified)
        if e.report_id == victim.report_id and e.envelope not in known
    ]
    assert notice.status.status == "victim_confirmed"


def test_when_its_time_is_over_the_identities_of_all_who_spoke_are_erased(world, witness, case_id, victim):
    keys, vault = world.desk.case_keys, world.vault
    order_identity_erasure(world.uow, keys, vault, case_id, "reporter")
    assert len(world.rows(tables.erase_queue)) == 1
    order_identity_erasure(world.uow, keys, vault, case_id, "retention")
    assert len(world.rows(tables.erase_queue)) == 3


def test_cases_opened_before_the_rule_are_settled_by_what_their_reporter_said(world, town, witness):
    victim = world.file(town, quality="victim")
    world.open_all()
    with world.uow("test") as tx:
        tx.session.execute(update(tables.cases).values(proceeding=None))
    assert [settle_old_cases(world.uow, world.opening, 10) for _ in range(2)] == [2, 0]
    assert (standing(world, witness), standing(world, victim)) == ("advice", "free")
