"""Voices that come to a witness's case: which are set aside, and who is told what."""

import secrets
from datetime import timedelta

import pytest

from casework.store import tables
from casework.usecases import asking, handling
from casework.usecases.reaching import order_identity_erasure
from casework.usecases.repairing import try_again
from chassis.sealing.notices import open_notice
from paravent.casework.v1 import events_pb2 as told
from paravent.intake.v1 import content_pb2 as intake

from ..test_identity import wanted
from ..world import CDG
from .conftest import aside, check, journal, statuses, view, voice_of


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
