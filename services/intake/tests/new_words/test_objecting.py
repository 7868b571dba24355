"""The former words: they say that they were replaced, and may object for a day."""

import re
import secrets
from datetime import timedelta

import pytest

from chassis.sealing import statements
from paravent.casework.v1.content_pb2 import IdentityRequest
from paravent.intake.v1.events_pb2 import ReporterSpoke

from .conftest import heard, says

NAMED = {"identite": "confidential", "given_name": "Zéphyrine", "family_name": "Quatrevingtdix"}


def objecting(browser, words: list[str]):
    return browser.post("/suivi/cle/contester", recepisse=" ".join(words))


def test_the_former_words_object_and_nothing_more_can_be_shown(
    browser, replaced, notify, said, told, casework, keys_of, filed
):
    browser.get("/suivi")
    thief = replaced(filed)
    browser.post("/suivi", recepisse=" ".join(filed))
    assert "Vous pouvez contester jusqu’au 25 novembre 2026 à 10 h 17" in says(browser)
    assert objecting(browser, filed).status_code == 200
    assert "Votre contestation est enregistrée" in browser.page
    assert "CdG du Pas-de-Calais : 03 00 00 00 62" in browser.page
    key = keys_of(filed).verify_key
    said_so = {statement.kind: statement for statement, _ in said(key)}
    assert said_so[statements.WITHDRAWAL].values == {"consent": said_so[statements.KEY_REPLACED].id}
    [text_told] = [message.text for message in heard(told, casework) if message.HasField("text")]
    assert "affirme qu’elle n’a rien remplacé" in text_told
    browser.enter(thief)
    assert "Le remplacement de vos mots est contesté" in browser.page
    browser.get("/suivi/nom")
    form = {"jeton": browser.field("jeton"), "given_name": "Un", "family_name": "Autre", "recepisse": " ".join(thief)}
    browser.post("/suivi/nom", **form)
    assert "est contesté : par prudence, plus aucun nom" in says(browser)
    assert statements.NAME_ADDED not in {statement.kind for statement, _ in said(key)}


def test_an_objection_is_heard_once(browser, filed, replaced, told, casework, said, keys_of):
    replaced(filed)
    for _ in range(2):
        assert objecting(browser, filed).status_code == 200
    assert [message.HasField("text") for message in heard(told, casework)].count(True) == 1
    kinds = [statement.kind for statement, _ in said(keys_of(filed).verify_key)]
    assert kinds.count(statements.WITHDRAWAL) == 1
    browser.post("/suivi", recepisse=" ".join(filed))
    assert "déjà contesté" in browser.page


def test_after_the_delay_the_new_words_stand(browser, filed, replaced, clock, told):
    replaced(filed)
    clock.advance(timedelta(hours=24))
    browser.post("/suivi", recepisse=" ".join(filed))
    assert "Il n’est plus possible de contester ici" in says(browser)
    objecting(browser, filed)
    assert "Il n’est plus possible de contester ici" in says(browser)
    assert len(told(ReporterSpoke)) == 1


@pytest.mark.parametrize("words", ["trois mots seulement", "the words of no report"])
def test_words_that_nothing_replaced_object_to_nothing(browser, filed, told, words):
    assert objecting(browser, words.split()).status_code == 422
    assert objecting(browser, filed).status_code == 422
    assert "Rien n’a été contesté" in browser.page
    assert told(ReporterSpoke) == []


def ask(notify, **changes) -> None:
    asked = {"issuer": "https://qui.test", "subject": "r-1", "name": "Mme Lanoy", "body": "CdG 62", "fields": ["name"]}
    asked |= {"purpose": "meeting", "case_label": "Merle-42", "until": "2026-12-20", "regime": "avdhas"}
    notify(identity_request=IdentityRequest(request_id=secrets.token_bytes(16), **asked))


class TestWithAName:
    """A reporter whose name is sealed, and asked for."""

    @pytest.fixture
    def filed(self, browser):
        browser.fill()
        browser.send(**NAMED)
        return list(browser.words)

    def answer(self, browser, words: list[str], what: str, field: str = "recepisse"):
        found = re.search(r'href="(/suivi/demande/[0-9a-f]+)"', browser.page)
        assert found
        browser.get(found[1])
        lu = {"lu": browser.field("lu")} if 'name="lu"' in browser.page else {}
        return browser.post(f"{found[1]}/{what}", jeton=browser.field("jeton"), **lu, **{field: " ".join(words)})

    def test_an_agreement_of_before_is_taken_back_with_the_new_words_at_once(
        self, browser, filed, replaced, notify, said, keys_of
    ):
        ask(notify)
        browser.enter(filed)
        assert self.answer(browser, filed, "accepter").status_code == 303
        new = replaced(filed)
        browser.enter(new)
        assert self.answer(browser, new, "reprendre", "retrait").status_code == 303
        keys = [keys_of(filed).verify_key, keys_of(new).verify_key]
        taken_back = [(one, key) for one, key in said(*keys) if one.kind == statements.WITHDRAWAL]
        [agreement] = [one for one, _ in said(*keys) if one.kind == statements.CONSENT]
        assert {one.values["consent"] for one, _ in taken_back} == {agreement.id}
        assert {key for _, key in taken_back} == set(keys)

    def test_once_contested_agreements_are_taken_back_and_none_is_given(
        self, browser, filed, replaced, notify, said, keys_of
    ):
        ask(notify)
        browser.enter(filed)
        self.answer(browser, filed, "accepter")
        new = replaced(filed)
        objecting(browser, filed)
        browser.enter(new)
        self.answer(browser, new, "avancer", "avance")
        assert "est contesté : par prudence" in says(browser)
        browser.get("/suivi/espace")
        assert self.answer(browser, new, "reprendre", "retrait").status_code == 303
        ask(notify)
        browser.get("/suivi/espace")
        self.answer(browser, new, "accepter")
        assert "est contesté : par prudence" in says(browser)
        keys = [keys_of(filed).verify_key, keys_of(new).verify_key]
        kinds = [one.kind for one, _ in said(*keys)]
        assert kinds.count(statements.CONSENT) == 1
        assert statements.HASTENING not in kinds
