"""New words for a report whose eight words somebody may have seen."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from chassis.sealing import age, padding, statements
from chassis.sealing.receipts import Receipt
from intake.usecases.replacing import Words
from intake.usecases.sessions import NoSuchReport, Space
from intake.usecases.signing import Signers
from paravent.casework.v1.content_pb2 import HandlerMessage, StatusChange
from paravent.intake.v1.content_pb2 import ReporterMessage
from paravent.intake.v1.events_pb2 import ReporterSpoke, ReportSubmitted

from .conftest import heard, opens, says, send


def test_the_new_words_open_everything_and_the_former_ones_nothing(browser, filed, replaced, notify, sealed, keys_of):
    notify(status=StatusChange(status="in_charge"))
    notify(message=HandlerMessage(author="La référente", text="Je vous ai lu·e."))
    browser.enter(filed)
    browser.post("/suivi/message", jeton=browser.field("jeton"), numero=browser.field("numero"), message="Merci.")
    new = replaced(filed)
    assert new != filed
    assert len(new) == 8
    browser.enter(new)
    for part in ("Mon chef me rabaisse", "Je vous ai lu·e.", "Merci.", "Pris en charge", "Ils ont été remplacés le 24"):
        assert part in says(browser)
    envelopes = sealed()
    assert len(envelopes) == 4
    assert all(opens(envelope, keys_of(new).identity) for envelope in envelopes)
    assert not any(opens(envelope, keys_of(filed).identity) for envelope in envelopes)
    assert browser.post("/suivi", recepisse=" ".join(filed)).status_code == 200
    assert "set-cookie" not in browser.client.get("/suivi").headers
    assert "Ces mots ont été remplacés" in browser.page
    assert "Mon chef me rabaisse" not in browser.page


def test_what_was_on_its_way_to_the_former_words_still_opens(browser, filed, replaced, notify, uow, keys_of):
    new = replaced(filed)
    notify(message=HandlerMessage(author="La référente", text="Partie avant que je le sache."))
    written = ReporterMessage(text="Écrit à cet instant même.")
    written.written_at.FromJsonString("2026-11-24T09:17:42Z")
    own = age.seal(keys_of(filed).recipient, padding.pad_to_bucket(written.SerializeToString()))
    with uow("write") as tx:
        report = tx.reports.find(keys_of(new).lookup_id)
        tx.messages.add(report.report_id, secrets.token_bytes(16), own)
    browser.enter(new)
    assert "Partie avant que je le sache." in browser.page
    assert "Écrit à cet instant même." in browser.page
    newer = replaced(new)
    browser.enter(newer)
    assert "Partie avant que je le sache." in browser.page
    notify(message=HandlerMessage(author="La référente", text="En retard de deux fois."))
    browser.get("/suivi/espace")
    assert "En retard de deux fois." in browser.page


def test_casework_and_the_vault_are_told_once_and_the_old_key_signs(
    browser, filed, replaced, said, told, casework, keys_of
):
    content = casework.open(told(ReportSubmitted)[0][0].envelope)
    new = keys_of(replaced(filed))
    [(statement, signer)] = said(keys_of(filed).verify_key)
    assert signer == keys_of(filed).verify_key
    assert (statement.kind, statement.ref) == (statements.KEY_REPLACED, content.ref)
    assert statement.values == {"key": new.verify_key}
    [message] = heard(told, casework)
    assert (message.recipient.recipient, message.recipient.proof) == (new.recipient, content.ref)


def test_no_table_holds_words_keys_or_the_minute(browser, filed, replaced, keys_of, everything, clock):
    new = replaced(filed)
    dump = everything()
    for words in (filed, new):
        keys = keys_of(words)
        for secret in (keys.signing_seed, keys.verify_key):
            assert secret.hex().encode() not in dump
        assert keys.identity.encode() not in dump
        assert not [word for word in words if f"{word} ".encode() in dump and len(word) > 6]
    assert clock.now().strftime("%H:%M").encode() not in dump


def test_a_page_sent_twice_shows_the_same_words_and_changes_nothing_more(browser, filed, told, database):
    browser.enter(filed)
    browser.get("/suivi/cle")
    page, new = browser.page, list(browser.words)
    for _ in range(2):
        browser.page = page
        assert send(browser, filed).status_code == 200
        assert browser.words == new
    assert len(told(ReporterSpoke)) == 1
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM former_words")).scalar() == 1


def test_a_space_that_is_open_elsewhere_with_the_former_words_closes(browser, filed, replaced, told, casework):
    browser.enter(filed)
    elsewhere = dict(browser.client.cookies)
    page = browser.page
    replaced(filed)
    browser.client.cookies.update(elsewhere)
    browser.get("/suivi/espace")
    assert "s’est refermé" in browser.page
    browser.page = page
    form = {"jeton": browser.field("jeton"), "numero": browser.field("numero"), "message": "Encore moi"}
    browser.post("/suivi/message", **form)
    assert [message.WhichOneof("body") for message in heard(told, casework)] == ["recipient"]
    browser.get("/suivi/cle")
    assert "s’est refermé" in browser.page


def test_of_two_pages_the_first_that_is_sent_wins(browser, filed, keys_of, uow):
    browser.enter(filed)
    browser.get("/suivi/cle")
    first, words = browser.page, list(browser.words)
    cookies = dict(browser.client.cookies)
    browser.get("/suivi/cle")
    second, others = browser.page, list(browser.words)
    browser.page = first
    send(browser, filed)
    browser.client.cookies.update(cookies)
    browser.page = second
    assert send(browser, filed).status_code == 403
    assert "Vos mots n’ont pas été remplacés" in browser.page
    with uow("look") as tx:
        assert tx.reports.find(keys_of(words).lookup_id)
        assert not tx.reports.find(keys_of(others).lookup_id)


def test_of_two_that_replace_at_once_one_wins_and_nothing_is_lost(
    browser, filed, notify, keys_of, keys, uow, clock, pepper, sealed, told
):
    notify(message=HandlerMessage(author="La référente", text="Je vous ai lu·e."))
    words = Words(uow, keys, pepper, timedelta(days=1), Signers(None, keys, clock), clock)
    former = keys_of(filed)
    space = Space(former.lookup_id, former.identity, clock.now())
    drawn = [Receipt.draw(), Receipt.draw()]

    def replace(new: Receipt) -> bool:
        try:
            words.replace(space, Receipt.parse(" ".join(filed)), new)
        except NoSuchReport:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        won = list(both.map(replace, drawn))
    assert sorted(won) == [False, True]
    winner = keys_of(drawn[won.index(True)].words)
    assert all(opens(envelope, winner.identity) for envelope in sealed())
    assert len(told(ReporterSpoke)) == 1


@pytest.mark.parametrize(
    ("changes", "told_so"),
    [
        ({"recepisse": "trois mots seulement"}, "vous en avez écrit 3"),
        ({"recepisse": "new"}, "Ce sont les nouveaux mots"),
        ({"recepisse": "other"}, "ne sont pas ceux de ce signalement"),
        ({"note": ""}, "Notez d’abord les nouveaux mots"),
        ({"etat": "abîmé"}, "Cette page était trop ancienne"),
    ],
)
def test_what_is_missing_or_wrong_is_told_and_nothing_changes(browser, filed, told, changes, told_so, keys_of, uow):
    browser.enter(filed)
    browser.get("/suivi/cle")
    shown = list(browser.words)
    typed = {"new": " ".join(shown), "other": " ".join([*filed[1:], filed[0]])}
    changes = {name: typed.get(value, value) for name, value in changes.items()}
    assert send(browser, filed, **changes).status_code == 422
    assert told_so in says(browser)
    assert " ".join(filed) not in browser.page
    assert (browser.words == shown) == ("etat" not in changes)
    assert told(ReporterSpoke) == []
    with uow("look") as tx:
        assert tx.reports.find(keys_of(filed).lookup_id)
    assert send(browser, filed).status_code == 200  # what the page shows now can be sent


def test_words_of_another_report_or_page_are_not_taken(browser, filed):
    browser.enter(filed)
    browser.get("/suivi/cle")
    state = browser.field("etat")
    browser.fill()
    browser.send()
    browser.enter(other := list(browser.words))
    browser.get("/suivi/cle")
    assert send(browser, other, etat=state).status_code == 422
    assert "trop ancienne" in browser.page
    assert send(browser, other, jeton="0" * 64).status_code == 403


def test_without_keys_nothing_changes(browser, filed, uow, keys_of, clock):
    clock.advance(timedelta(days=3))  # identity-vault's keys are of two days
    browser.enter(filed)
    browser.get("/suivi/cle")
    assert send(browser, filed).status_code == 503
    assert "ne peut pas le faire en ce moment" in browser.page
    with uow("look") as tx:
        assert tx.reports.find(keys_of(filed).lookup_id)


def test_a_visit_that_is_over_replaces_nothing(browser, filed, clock, told):
    browser.enter(filed)
    browser.get("/suivi/cle")
    clock.advance(timedelta(minutes=16))
    assert send(browser, filed).status_code == 403
    assert "Vos mots n’ont pas été remplacés" in browser.page
    assert told(ReporterSpoke) == []
