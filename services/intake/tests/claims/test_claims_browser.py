"""Codes in Chromium, on a phone, with JavaScript and without it: handed over, opened, used, changed one's mind."""

import socket
from collections.abc import Iterator

import pytest

from intake.entrypoints.web.app import make_app
from paravent.casework.v1.content_pb2 import StatusChange
from tests.support.browsing import follow, look, picture
from tests.support.serving import serving

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def site(settings, clock, database, ready) -> Iterator[str]:
    """The portal, served. Answers its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        told = settings.model_copy(update={"public_url": url, "cookie_secure": False})
        with serving(make_app(told, clock), listener):
            yield url


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def phone(request, chromium, site):
    """A page on a phone, with JavaScript and without it."""
    context = chromium.new_context(viewport=PHONE, java_script_enabled=request.param, locale="fr-FR", bypass_csp=True)
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.scripts = request.param
    yield page
    context.close()


def press(page, name: str) -> None:
    follow(page, page.get_by_role("button", name=name, exact=True))


def go(page, name: str) -> None:
    follow(page, page.get_by_role("link", name=name, exact=True))


def choose(page, label: str) -> None:
    page.locator("label").filter(has_text=label).first.click()


def reading(page) -> str:
    return " ".join(page.locator("main").inner_text().split())


def words_of(page) -> str:
    words = page.locator("ol.words li").all_inner_texts()
    assert len(words) == 8
    return " ".join(words)


def shows(page, name: str, words: str) -> None:
    """It is the page meant, and it has no fault. axe is a script: without scripts there is the picture."""
    assert words in reading(page), reading(page)[:300]
    if page.scripts:
        assert look(page, f"claims-{name}-scripts") == []
    else:
        picture(page, f"claims-{name}")


def enter(page, site: str, words: str) -> None:
    page.goto(f"{site}/suivi")
    page.get_by_label("Vos huit mots").fill(words)
    press(page, "Ouvrir")


def open_code(page, site: str, words: str) -> None:
    page.goto(site)
    go(page, "On m’a remis un code")
    page.get_by_label("Les huit mots du code").fill(words)
    press(page, "Ouvrir")


def test_a_witness_hands_over_and_the_person_concerned_decides(phone, site, witness, notify, voices, spoken):
    enter(phone, site, " ".join(witness))
    shows(phone, "espace-temoin", "L’accord de la personne concernée")
    go(phone, "Remettre un code à la personne concernée")
    shows(phone, "personne-concernee", "Avant de lui remettre un code")
    press(phone, "Tirer un code")
    shows(phone, "code", "Un code pour vous")
    code = words_of(phone)
    go(phone, "J’ai noté le code, revenir à mon espace")

    open_code(phone, site, "trois mots seulement")
    shows(phone, "reprendre-erreur", "vous en avez écrit 3")
    open_code(phone, site, code)
    shows(phone, "reprise", "Quelqu’un a signalé des faits qui vous concernent")
    assert "rabaisse" not in phone.content()
    press(phone, "Envoyer ma réponse")
    shows(phone, "reprise-erreur", "Rien n’est encore envoyé")
    choose(phone, "J’accepte")
    choose(phone, "Rester anonyme")
    press(phone, "Envoyer ma réponse")
    shows(phone, "reprise-faite", "Votre réponse est envoyée")
    words = words_of(phone)
    assert words != code

    open_code(phone, site, code)
    shows(phone, "reprendre-use", "Pourquoi un code n’ouvre rien")

    enter(phone, site, words)
    shows(phone, "espace-victime", "Vous avez accepté")
    go(phone, "Voir ou changer ma réponse")
    shows(phone, "accord", "Reprendre votre accord")
    press(phone, "Je reprends mon accord")
    shows(phone, "accord-repris", "Vous avez repris votre accord")
    assert [voice.proceeding.decision for _, voice in voices()] == ["agreed"]
    assert [said.proceeding.decision for _, said in spoken()] == ["withdrawn"]

    notify(status=StatusChange(status="victim_withdrawn"))
    enter(phone, site, " ".join(witness))
    shows(phone, "espace-temoin-repris", "La personne concernée a repris son accord")


def test_the_reporter_of_an_oral_report_takes_it(phone, site, offer_report, voices, spoken):
    _, _, code = offer_report()
    open_code(phone, site, " ".join(code))
    shows(phone, "oral", "Relisez ce que vous avez dit")
    choose(phone, "Il y a quelque chose à corriger")
    choose(phone, "Confier mon identité, scellée")
    phone.get_by_label("Prénom").fill("Zéphyrine")
    press(phone, "Envoyer ma réponse")
    shows(phone, "oral-erreur", "Écrivez votre nom")
    phone.get_by_label("Nom", exact=True).fill("Quatrevingtdix")
    press(phone, "Envoyer ma réponse")
    shows(phone, "oral-fait", "écrivez dans un message ce qui est à corriger")
    words = words_of(phone)
    go(phone, "J’ai noté les huit mots, ouvrir mon espace")
    enter(phone, site, words)
    shows(phone, "espace-oral", "noté de vive voix")
    phone.get_by_label("Écrire un message").fill("C’était mardi, pas lundi.")
    press(phone, "Envoyer le message")
    assert [voice.role for _, voice in voices()] == ["reporter"]
    assert "C’était mardi, pas lundi." in [said.text for _, said in spoken()]
