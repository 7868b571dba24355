"""After a code was used: what its holder, and the witness, see and can do."""

import secrets
from datetime import timedelta

import pytest

from chassis.sealing.notices import seal_notice
from chassis.sealing.statements import text_hash
from intake.domain.proceeding import AGREED, WITHDRAWN, sentence
from intake.usecases.dialogue import apply_notice
from paravent.casework.v1.content_pb2 import HandlerMessage, IdentityRequest, Notice, StatusChange
from paravent.casework.v1.events_pb2 import ReporterNotified

ACCORD = "/suivi/accord"


@pytest.fixture
def victim(holder, code):
    """The words of somebody who agreed."""
    return holder.answer(code)


@pytest.fixture
def tell(voices, casework, clock, uow):
    """Casework writes to whoever joined."""

    def send(**body):
        [(event, voice)] = voices()
        notice = Notice(notice_id=secrets.token_bytes(16), ref=voice.ref, **body)
        notice.written_at.FromDatetime(clock.now())
        envelope = seal_notice(
            notice, report_id=event.report_id, signing_seed=casework.signing_seed, recipient=voice.recipient
        )
        with uow("tell") as tx:
            apply_notice(tx, ReporterNotified(report_id=event.report_id, notice_id=notice.notice_id, envelope=envelope))

    return send


def decide(browser, decision, **changes):
    browser.get(ACCORD)
    form = {"jeton": browser.field("jeton"), "lu": browser.field("lu"), "decision": decision} | changes
    return browser.post(ACCORD, **form)


def test_a_victims_space_holds_no_word_of_the_witness(browser, holder, victim):
    browser.enter(victim)
    sees = holder.sees
    for words in ("rabaisse", "services techniques", "Harcèlement moral", "Depuis septembre", "Fichiers joints"):
        assert words not in sees
    for words in ("Boulogne-sur-Mer", "Vous avez accepté", "reçu votre réponse", "Vous êtes anonyme"):
        assert words in sees


def test_the_witness_s_space_holds_no_word_of_the_victim(browser, holder, witness, victim):
    browser.enter(victim)
    form = {"jeton": browser.field("jeton"), "numero": browser.field("numero")}
    browser.post("/suivi/message", message="Je ne veux pas qu’elle le sache.", **form)
    browser.enter(witness)
    assert "qu’elle le sache" not in holder.sees
    assert "a répondu" not in holder.sees  # until casework tells


def test_an_agreement_is_taken_back_and_given_again(browser, holder, victim, spoken, voices, clock):
    browser.enter(victim)
    clock.advance(timedelta(minutes=1))
    assert decide(browser, "withdrawn").status_code == 303
    browser.get(ACCORD)
    assert "Vous avez repris votre accord" in holder.sees
    clock.advance(timedelta(minutes=1))
    assert decide(browser, "agreed").status_code == 303
    browser.get("/suivi/espace")
    assert "Vous avez accepté" in holder.sees
    [(joined, _)] = voices()
    told = spoken()
    assert {event.report_id for event, _ in told} == {joined.report_id}
    assert [said.proceeding.decision for _, said in told] == ["withdrawn", "agreed"]
    shown = [text_hash(sentence(decision, "Boulogne-sur-Mer")) for decision in (WITHDRAWN, AGREED)]
    assert [said.proceeding.text for _, said in told] == shown


def test_a_refusal_can_become_an_agreement(browser, holder, code, spoken):
    browser.enter(holder.answer(code, decision="refused"))
    assert "Vous avez refusé" in holder.sees
    assert decide(browser, "agreed").status_code == 303
    assert [said.proceeding.decision for _, said in spoken()] == ["agreed"]


def test_a_second_click_decides_nothing_twice(browser, victim, spoken):
    browser.enter(victim)
    browser.get(ACCORD)
    form = {"jeton": browser.field("jeton"), "lu": browser.field("lu"), "decision": "withdrawn"}
    for _ in range(2):
        assert browser.post(ACCORD, **form).status_code == 303
    assert len(spoken()) == 1


def test_what_does_not_follow_or_was_not_shown_is_refused(browser, holder, victim, spoken, clock):
    browser.enter(victim)
    assert decide(browser, "refused").status_code == 400
    assert decide(browser, "withdrawn", lu="0" * 64).status_code == 422
    assert "Le texte a changé" in holder.sees
    assert decide(browser, "withdrawn", jeton="0" * 64).status_code == 403
    form = {"jeton": browser.field("jeton"), "lu": "x"} if 'name="jeton"' in browser.page else {}
    clock.advance(timedelta(minutes=16))
    assert browser.post(ACCORD, decision="withdrawn", **form).status_code == 403
    assert "Votre réponse n’est pas partie" in holder.sees
    assert spoken() == []


def test_only_a_presumed_victim_decides(browser, witness, spoken):
    browser.enter(witness)
    token = browser.field("jeton")
    assert browser.get(ACCORD).status_code == 404
    assert browser.post(ACCORD, jeton=token, decision="agreed", lu="x").status_code == 404
    assert spoken() == []


STEPS = [
    ("victim_joined", "Le code a servi", "Réponse à confirmer"),
    ("victim_confirmed", "Accord confirmé", "Votre accord a été vérifié avec vous"),
    ("victim_refused", "Ce choix lui appartient", "Refus noté"),
    ("victim_withdrawn", "a repris son accord", "Vous avez repris votre accord"),
    ("proceeds_danger", "Traité sans attendre d’accord", "Traité sans votre accord"),
    ("proceeds_denunciation", "article 40", "article 40"),
]


@pytest.mark.parametrize(("status", "to_the_witness", "to_the_victim"), STEPS)
def test_each_step_is_told_in_the_words_of_whom_it_is_told_to(
    browser, holder, witness, victim, notify, tell, status, to_the_witness, to_the_victim
):
    change = StatusChange(status=status, explanation="Parce que la situation l’exige.")
    notify(status=StatusChange(status="in_charge"))
    notify(status=change)
    tell(status=change)
    browser.enter(witness)
    sees = holder.sees
    assert to_the_witness in sees
    assert "Où en est votre signalement" in sees
    assert "Pris en charge" in sees  # where the case stands is told apart
    assert "Parce que la situation l’exige." in sees
    browser.enter(victim)
    assert to_the_victim in holder.sees
    assert "Où en est le signalement qui vous concerne" in holder.sees
    assert "Parce que la situation l’exige." in holder.sees


def test_a_step_that_is_not_known_here_is_told_without_its_code(browser, holder, witness, notify):
    notify(status=StatusChange(status="something_new", explanation="Voici pourquoi."))
    browser.enter(witness)
    assert "something_new" not in holder.sees
    assert "Voici pourquoi." in holder.sees


def test_messages_and_requests_reach_the_victim_as_any_reporter(browser, holder, victim, tell, witness):
    tell(message=HandlerMessage(author="Référente du CdG", text="Pouvons-nous nous parler mardi ?"))
    tell(
        identity_request=IdentityRequest(
            request_id=b"r" * 16,
            issuer="https://qui.test",
            subject="referente-1",
            name="Mme Berthe Lanoy",
            body="CdG du Pas-de-Calais",
            purpose="meeting",
            fields=["name"],
            case_label="Merle-42",
            until="2026-12-20",
            regime="avdhas",
        )
    )
    browser.enter(victim)
    assert "Pouvons-nous nous parler mardi ?" in holder.sees
    assert "Mme Berthe Lanoy (CdG du Pas-de-Calais) vous le demande" in holder.sees
    browser.enter(witness)
    assert "mardi" not in holder.sees


def test_a_name_given_later_goes_to_the_vault_signed_with_their_own_words(browser, victim, database, rows):
    browser.enter(victim)
    before = rows("vault_queue")
    browser.get("/suivi/nom")
    form = {"jeton": browser.field("jeton"), "given_name": "Anne", "family_name": "Quatrevingtdix"}
    assert browser.post("/suivi/nom", recepisse=" ".join(victim), **form).status_code == 303
    assert rows("vault_queue") == before + 1


def new_words(browser, words):
    browser.enter(words)
    browser.get("/suivi/cle")
    new = list(browser.words)
    form = {"jeton": browser.field("jeton"), "etat": browser.field("etat"), "note": "oui"}
    assert browser.post("/suivi/cle", recepisse=" ".join(words), **form).status_code == 200
    return new


def test_new_words_open_the_same_space_of_a_victim(browser, holder, victim):
    browser.enter(new_words(browser, victim))
    assert "Vous avez accepté" in holder.sees
    assert "rabaisse" not in holder.sees
    assert decide(browser, "withdrawn").status_code == 303


def test_while_new_words_are_in_dispute_a_yes_can_be_taken_back_and_not_given(browser, holder, victim, spoken):
    new = new_words(browser, victim)
    browser.post("/suivi/cle/contester", recepisse=" ".join(victim))
    browser.enter(new)
    assert decide(browser, "withdrawn").status_code == 303
    assert decide(browser, "agreed").status_code == 422
    assert "contesté" in holder.sees
    assert [said.proceeding.decision for _, said in spoken() if said.HasField("proceeding")] == ["withdrawn"]


def test_while_a_witness_s_new_words_are_in_dispute_no_code_is_drawn(browser, holder, witness, rows):
    new = new_words(browser, witness)
    browser.post("/suivi/cle/contester", recepisse=" ".join(witness))
    browser.enter(new)
    browser.get("/suivi/personne-concernee")
    form = {"jeton": browser.field("jeton"), "etat": browser.field("etat")}
    assert browser.post("/suivi/personne-concernee/code", **form).status_code == 422
    assert "contesté" in holder.sees
    assert rows("claims") == 0
