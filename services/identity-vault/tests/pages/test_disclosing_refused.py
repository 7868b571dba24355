"""What is refused or hidden on the way to an identity, and how it is told."""

import httpx
import pytest

from chassis.rpc import Detail
from identity_vault.entrypoints.web.words import refusal
from identity_vault.gateways.key_folder import KeyFolder
from tests.support.browsing import look

from .forms import agreement_path, opened, touch


def test_a_stranger_is_told_what_this_place_is_and_no_more(vault, chromium):
    for path in ("/cle", "/accords/" + "0" * 20, "/journal"):
        assert httpx.get(vault + path, trust_env=False).status_code == 303
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(vault)
    assert "Coffre des identités" in page.content()
    assert look(page, "coffre-accueil") == []
    context.close()


def test_another_person_sees_no_agreement_and_finds_none_at_its_address(sign_in):
    path = agreement_path(sign_in())
    other = sign_in("referent-2")
    home = other.get("/")
    assert "Aucun accord ne vous est adressé" in home.text
    assert "depuis le dossier" in home.text
    assert other.get(path).status_code == 404


@pytest.mark.parametrize("detail", [d for d in Detail if refusal(d).title != refusal("").title])
def test_each_refusal_says_what_happened_and_what_to_do(sign_in, verifier, detail):
    verifier.refuse["BeginDisclosure"] = detail
    client = sign_in()
    path = agreement_path(client)
    form = touch(client, path)
    answer = client.post(path, data=form)
    words = refusal(detail)
    assert answer.status_code == words.status
    assert words.title in answer.text
    assert words.then in answer.text
    assert "L’accord a servi" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("step", ["ApproveReads", "RemoveLayer"])
def test_whatever_fails_after_the_first_step_is_told_as_used_up(sign_in, trusting, step):
    trusting.refuse[step] = Detail.RECORD_MISMATCH
    answer = opened(sign_in())
    assert answer.status_code == 409
    assert "L’accord a servi" in answer.text
    assert "Canari" not in answer.text


def test_a_record_of_another_report_shows_nothing(sign_in, trusting):
    trusting.other_ref = bytes(16)
    answer = opened(sign_in())
    assert answer.status_code == 409
    assert "L’identité scellée n’est pas celle de ce dossier" in answer.text
    assert "Canari" not in answer.text


def test_a_record_sealed_to_another_discloser_shows_nothing(sign_in, trusting, tmp_path):
    stranger = KeyFolder(tmp_path / "stranger")
    stranger.ensure("2026")
    trusting.recipient = stranger.public_halves()[0][1]
    answer = opened(sign_in())
    assert answer.status_code == 409
    assert "Canari" not in answer.text


def test_a_record_that_openbao_keeps_shows_nothing(sign_in, trusting, shelf):
    shelf.detail = "no-record"
    answer = opened(sign_in())
    assert answer.status_code == 404
    assert "L’accord a servi" in answer.text


def test_an_anonymous_report_is_told_plainly(sign_in, trusting):
    trusting.identity = None
    answer = opened(sign_in())
    assert answer.status_code == 200
    assert "Ce signalement est anonyme" in answer.text


def test_only_what_was_agreed_is_shown(sign_in, trusting):
    trusting.fields = ("contact",)
    text = opened(sign_in()).text
    assert "06 00 00 00 00" in text
    for hidden in ("Jeanne", "Canari", "Adjointe technique"):
        assert hidden not in text


@pytest.mark.parametrize(
    ("regime", "said", "unsaid"),
    [("alert", "deux ans d’emprisonnement et de 30 000 €", "R135-4"), ("avdhas", "CGFP, art. R135-4", "30 000 €")],
)
def test_the_duties_cite_the_text_of_the_case_and_no_other(sign_in, trusting, regime, said, unsaid):
    trusting.regime = regime
    text = opened(sign_in()).text
    assert said in text
    assert unsaid not in text


def test_without_the_verifier_nothing_opens_and_the_page_says_so(sign_in, trusting):
    client = sign_in()
    path = agreement_path(client)
    form = touch(client, path)
    trusting.refuse["BeginDisclosure"] = Detail.INTERNAL
    answer = client.post(path, data=form)
    assert answer.status_code == 503
    assert "Le vérificateur ne répond pas" in answer.text
    assert trusting.state == "effective"


def test_a_form_sent_again_is_told_so_and_is_no_attempt(sign_in, trusting):
    client = sign_in()
    path = agreement_path(client)
    form = touch(client, path)
    assert "Canari" in client.post(path, data=form).text
    again = client.post(path, data=form)
    assert again.status_code == 410
    assert "Cet accord a déjà été ouvert" in again.text
    assert "Canari" not in again.text
    assert trusting.calls.count("BeginDisclosure") == 1


def test_a_form_without_its_token_opens_nothing(sign_in, trusting):
    client = sign_in()
    answer = client.post(agreement_path(client), data={"poignee": "x", "assertion": "{}"})
    assert answer.status_code == 403
    assert "BeginDisclosure" not in trusting.calls


def test_an_old_identification_is_asked_for_again(sign_in, trusting, monkeypatch):
    client = sign_in()
    path = agreement_path(client)
    form = touch(client, path)
    monkeypatch.setattr("identity_vault.entrypoints.web.office.OLDEST_TOKEN", -1)
    asked = client.get(path)
    assert (asked.status_code, asked.headers["location"]) == (303, f"/connexion?suite={path}")
    answer = client.post(path, data=form)
    assert answer.status_code == 401
    assert "Rien n’a été ouvert ni utilisé" in answer.text
    assert "BeginDisclosure" not in trusting.calls


def test_a_passkey_that_waits_says_from_when(sign_in, verifier):
    verifier.passkey_waits_until = "2026-11-25T08:30:00Z"
    client = sign_in()
    for path in ("/", "/cle", agreement_path(client)):
        assert "25 novembre 2026 à 9 h 30" in client.get(path).text


@pytest.mark.parametrize("state", ["pending", "used", "withdrawn", "expired"])
def test_an_agreement_that_does_not_open_has_no_button(sign_in, verifier, state):
    verifier.state = state
    verifier.keys["AAAA"] = (b"", 0)
    client = sign_in()
    text = client.get(agreement_path(client)).text
    assert "/ouverture" not in text
    assert client.get(agreement_path(client) + "/ouverture").status_code == 303
    assert "BeginAssertion" not in verifier.calls


def test_nothing_of_an_identity_is_logged(sign_in, trusting, capfd):
    assert "Canari" in opened(sign_in()).text
    trusting.state, trusting.other_ref = "effective", bytes(16)
    opened(sign_in())
    said = "".join(capfd.readouterr())
    for secret in ("Jeanne", "Canari", "7MLD", "Maxime", "Wancourt"):
        assert secret not in said
