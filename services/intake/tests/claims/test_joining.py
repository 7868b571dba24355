"""The person concerned uses a code: once, and all of it or nothing."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import text

from chassis.sealing import age, receipts
from chassis.sealing.receipts import Receipt
from chassis.sealing.statements import text_hash
from intake.domain.proceeding import AGREED, sentence
from paravent.identity_vault.v1 import record_pb2
from paravent.intake.v1.events_pb2 import ReportSubmitted, VoiceJoined

NAME = {"identite": "confidential", "given_name": "Zéphyrine", "family_name": "Quatrevingtdix"}


def letter_of(vault, record):
    transport = record_pb2.TransportLayer.FromString(age.open_fixed(vault.transport.secret, record))
    verifier = record_pb2.VerifierLayer.FromString(age.open_fixed(vault.verifier.secret, transport.sealed_record))
    return record_pb2.DiscloserLayer.FromString(age.open_fixed(vault.discloser.secret, verifier.inner))


def test_an_agreement_reaches_casework_with_the_proof_that_the_offer_gave(
    browser, holder, code, voices, told, casework, vault, database, rows
):
    words = holder.answer(code)
    assert len(words) == 8
    assert "Votre réponse est envoyée" in holder.sees
    [(submitted, _)] = told(ReportSubmitted)
    [(event, voice)] = voices()
    assert (event.joins, event.cdg_id, event.key_period) == (submitted.report_id, "cdg-62", "2026-11")
    assert voice.proof == casework.open(submitted.envelope).ref
    assert (voice.role, voice.identity_choice, voice.proceeding.decision) == ("victim", "anonymous", "agreed")
    assert voice.proceeding.text == text_hash(sentence(AGREED, "Boulogne-sur-Mer"))
    assert len(voice.ref) == 16
    assert voice.ref != voice.proof
    assert event.report_id != submitted.report_id
    assert rows("claims") == 0
    assert rows("reports") == 2
    with database.engine.connect() as connection:
        records = connection.execute(text("SELECT record FROM vault_queue WHERE NOT prompt")).scalars().all()
    assert {len(record) for record in records} == {10_240}
    assert voice.ref in [letter_of(vault, record).ref for record in records]


def test_a_refusal_is_told_and_leaves_a_space_too(browser, holder, code, voices):
    words = holder.answer(code, decision="refused")
    [(_, voice)] = voices()
    assert voice.proceeding.decision == "refused"
    browser.enter(words)
    assert "Vous avez refusé" in holder.sees


def test_a_name_is_sealed_to_the_vault_and_stands_nowhere_else(
    browser, holder, code, voices, vault, database, everything
):
    holder.answer(code, **NAME)
    [(_, voice)] = voices()
    assert voice.identity_choice == "confidential"
    with database.engine.connect() as connection:
        records = connection.execute(text("SELECT record FROM vault_queue")).scalars().all()
    [named] = [layer for layer in (letter_of(vault, record) for record in records) if layer.HasField("identity")]
    assert (named.ref, named.identity.family_name) == (voice.ref, "Quatrevingtdix")
    assert b"Quatrevingtdix" not in everything()
    assert b"Quatrevingtdix" not in voice.SerializeToString()
    assert voice.ref.hex().encode() not in everything()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"decision": ""}, "Dites si vous acceptez ou refusez"),
        ({"decision": "withdrawn"}, "Dites si vous acceptez ou refusez"),
        ({"identite": ""}, "Choisissez comment vous voulez être connu"),
        ({"identite": "confidential", "given_name": "Anne"}, "Écrivez votre nom"),
        ({"prevenir": "a@ville-boulogne-sur-mer.fr"}, "adresse professionnelle"),
        ({"lu": text_hash("Autre chose").hex()}, "Le texte a changé"),
    ],
)
def test_an_incomplete_answer_is_shown_again_and_uses_nothing_up(browser, holder, code, voices, rows, fields, said):
    holder.open(code)
    assert holder.send(**fields).status_code == 422
    assert said in holder.sees
    assert "Rien n’est encore envoyé" in holder.sees
    for name in {"given_name", "prevenir"} & fields.keys():
        assert f'value="{fields[name]}"' in browser.page
    assert voices() == []
    assert (rows("claims"), rows("reports")) == (1, 1)
    holder.send()
    assert len(browser.words) == 8


def test_the_same_answer_twice_is_one_voice_and_the_same_words(browser, holder, code, voices, rows):
    holder.open(code)
    form = holder.form()
    holder.send(form)
    first = list(browser.words)
    holder.send(form | {"decision": "refused"})
    assert browser.words == first
    assert "Elle était déjà partie" in holder.sees
    assert [voice.proceeding.decision for _, voice in voices()] == ["agreed"]
    assert (rows("reports"), rows("vault_queue")) == (2, 2)


def test_clicks_at_once_are_one_voice(browser, holder, code, voices):
    holder.open(code)
    form = holder.form()
    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda _: browser.client.post("/reprendre/envoi", data=form).text, range(4)))
    assert len({tuple(re.findall(r"<li>([^<]+)</li>", page)[:8]) for page in sent}) == 1
    assert len(voices()) == 1


def test_a_code_serves_one_of_two_who_hold_it(browser, holder, code, voices, rows):
    forms = []
    for _ in range(2):
        holder.open(code)
        forms.append(holder.form())
    with ThreadPoolExecutor(2) as pool:
        sent = list(pool.map(lambda form: browser.client.post("/reprendre/envoi", data=form), forms))
    assert sorted(response.status_code for response in sent) == [200, 422]
    late = next(unescape(response.text) for response in sent if response.status_code == 422)
    assert "Quelqu’un d’autre a pu s’en servir avant vous" in late
    assert len(voices()) == 1
    assert (rows("reports"), rows("vault_queue")) == (2, 2)


def test_a_code_replaced_while_its_page_is_open_serves_no_more(browser, holder, witness, hand_over, voices):
    holder.open(hand_over(witness))
    form = holder.form()
    hand_over(witness)
    assert holder.send(form).status_code == 422
    assert "Pourquoi un code n’ouvre rien" in holder.sees
    assert voices() == []


@pytest.mark.parametrize("table", ["reports", "messages", "vault_queue", "outbox"])
def test_an_answer_that_fails_halfway_leaves_nothing_and_can_be_sent_again(
    browser, holder, code, voices, rows, forbidden, table
):
    holder.open(code)
    form = holder.form()
    kept = ("claims", "reports", "messages", "vault_queue", "outbox")
    before = {name: rows(name) for name in kept}
    with forbidden(table):
        assert holder.send(form).status_code == 500
    assert {name: rows(name) for name in kept} == before
    holder.send(form)
    assert len(browser.words) == 8
    assert "déjà partie" not in holder.sees
    assert len(voices()) == 1


def test_without_a_key_nothing_is_lost(browser, holder, code, voices, database, clock, uow, casework):
    holder.open(code)
    form = holder.form()
    with database.engine.begin() as connection:
        signed = connection.execute(text("SELECT signed FROM key_sets WHERE issuer = 'casework'")).scalar_one()
        connection.execute(text("UPDATE key_sets SET signed = 'x' WHERE issuer = 'casework'"))
    browser.client.app.state.portal.keys._known.clear()
    assert holder.send(form).status_code == 503
    assert "Rien n’est perdu" in holder.sees
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE key_sets SET signed = :old WHERE issuer = 'casework'"), {"old": signed})
    holder.send(form)
    assert len(browser.words) == 8
    assert len(voices()) == 1


def test_a_page_left_open_too_long_or_altered_uses_nothing_up(browser, holder, code, clock, rows):
    holder.open(code)
    form = holder.form()
    assert holder.send(form | {"etat": form["etat"][:-8] + "AAAAAAAA"}).status_code == 410
    clock.advance(timedelta(hours=7))
    assert holder.send(form).status_code == 410
    assert "le code n’a pas servi" in holder.sees
    assert rows("claims") == 1
    assert browser.get("/reprendre/envoi").status_code == 303


def test_an_answer_sent_by_another_site_is_refused(browser, holder, code, rows):
    holder.open(code)
    foreign = {"sec-fetch-site": "cross-site"}
    assert browser.client.post("/reprendre/envoi", data=holder.form(), headers=foreign).status_code == 403
    assert browser.client.post("/reprendre", data={"code": " ".join(code)}, headers=foreign).status_code == 403
    assert rows("claims") == 1


def test_neither_code_nor_receipt_is_kept(browser, holder, code, everything):
    words = holder.answer(code, prevenir="zeph@exemple.fr")
    keys = receipts.derive(Receipt.parse(" ".join(words)), browser.client.app.state.portal.pepper)
    dump = everything()
    for secret in (
        " ".join(code),
        " ".join(words),
        "zeph@exemple.fr",
        keys.verify_key.hex(),
        sentence(AGREED, "x")[:30],
    ):
        assert secret.encode() not in dump


def test_nothing_of_an_answer_shows_in_its_event_s_length(holder, witness, hand_over, told, casework):
    holder.answer(hand_over(witness))
    holder.answer(hand_over(witness), decision="refused", **NAME)
    padded = [len(age.open(casework.month.secret, event.envelope)) for event, _ in told(VoiceJoined)]
    assert padded == [1024, 1024]
