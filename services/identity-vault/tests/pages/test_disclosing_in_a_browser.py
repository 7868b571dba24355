"""An addressee in a browser, from the agreement to the identity: what is shown, once."""

import pytest

from tests.support.browsing import follow, look
from tests.support.small_verifier import PATH
from tests.support.vault_pages import add_authenticator, register

from .forms import agreement_path


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_an_identity_is_shown_once_after_a_touch_of_the_passkey(vault, visit, verifier, shelf, width, scheme):
    page = visit(width=width, color_scheme=scheme)
    faults = look(page, "coffre-accords-sans-cle")
    follow(page, page.get_by_role("link", name="Clé d’accès", exact=True))
    faults += look(page, "coffre-cle-a-enregistrer")
    register(page)
    faults += look(page, "coffre-cle")
    follow(page, page.get_by_role("link", name="Accords", exact=True))
    faults += look(page, "coffre-accords")
    follow(page, page.get_by_role("link", name="Dossier 7MLD-K2PA"))
    faults += look(page, "coffre-accord")
    signed = page.locator(".signed").inner_text()
    named = "vous, Maxime Essai, Commune de Wancourt, et vous seul·e"
    for words in (named, "ses nom et prénom", "organiser un entretien"):
        assert words in " ".join(signed.split())
    assert "jusqu" not in signed
    assert "31 décembre 2026" in signed
    follow(page, page.get_by_role("link", name="C’est mon dossier, ouvrir l’identité"))
    faults += look(page, "coffre-ouverture")
    page.get_by_role("button", name="Toucher ma clé et ouvrir").click()
    page.get_by_role("heading", name="La personne qui a signalé").wait_for()
    faults += look(page, "coffre-identite")
    shown = page.locator(".identity").inner_text()
    assert "Jeanne" in shown
    assert "Canari" in shown
    assert "Adjointe technique" in shown
    for hidden in ("06 00 00 00 00", "j@ex.org"):  # not agreed
        assert hidden not in page.content()
    assert verifier.accessors == ["accessor-1"]
    assert verifier.bodies == [(PATH, b"body")]
    assert shelf.open == 0
    page.reload()
    page.get_by_text("Déjà ouvert").wait_for()
    assert "Canari" not in page.content()
    page.go_back()
    page.get_by_text("Déjà ouvert").wait_for()  # the page of the touch leads back to what was signed
    assert "Canari" not in page.content()
    faults += look(page, "coffre-accord-ouvert")
    assert faults == []
    assert page.complaints == []


def test_another_passkey_needs_a_touch_of_the_first(visit, verifier):
    page = visit()
    register(page)
    page.goto(page.url.partition("?")[0])
    page.get_by_role("button", name="Toucher ma clé actuelle").click()
    page.get_by_role("heading", name="Ajouter une autre clé", level=1).wait_for()
    assert look(page, "coffre-cle-suivante") == []
    page.get_by_role("button", name="Enregistrer cette clé").click()
    page.get_by_text("Cet appareil porte déjà une clé").wait_for()
    add_authenticator(page, "usb")
    page.get_by_role("button", name="Enregistrer cette clé").click()
    page.get_by_text("Votre clé est enregistrée").wait_for()
    assert len(verifier.keys) == 2


def test_without_javascript_the_page_says_what_it_needs_it_for(chromium, vault, sign_in, verifier):
    verifier.keys["AAAA"] = (b"", 0)
    client = sign_in()
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies([{"name": c.name, "value": c.value, "url": vault} for c in client.cookies.jar])
    page = context.new_page()
    page.goto(vault + agreement_path(client) + "/ouverture")
    assert page.locator("noscript .notice").is_visible()
    assert page.get_by_role("button", name="Toucher ma clé et ouvrir").is_disabled()
    context.close()


def test_a_page_that_waited_too_long_asks_for_no_touch(visit, verifier):
    page = visit()
    register(page)
    page.goto(page.url.partition("/cle")[0])
    page.add_init_script("performance.now = () => 111000")
    page.get_by_role("link", name="Dossier 7MLD-K2PA").click()
    page.get_by_role("link", name="C’est mon dossier, ouvrir l’identité").click()
    page.get_by_role("button", name="Toucher ma clé et ouvrir").click()
    page.get_by_text("Rechargez-la, puis recommencez").wait_for()
    assert "BeginDisclosure" not in verifier.calls


def test_the_key_that_does_not_answer_sends_nothing(chromium, vault, sign_in, verifier):
    verifier.keys["AAAA"] = (b"", 0)  # a key that this browser does not have
    client = sign_in()
    context = chromium.new_context()
    context.add_cookies([{"name": c.name, "value": c.value, "url": vault} for c in client.cookies.jar])
    page = context.new_page()
    add_authenticator(page)
    page.goto(vault + agreement_path(client) + "/ouverture")
    page.get_by_role("button", name="Toucher ma clé et ouvrir").click()
    page.get_by_text("Rien n’a été envoyé").wait_for()
    assert "BeginDisclosure" not in verifier.calls
    context.close()
