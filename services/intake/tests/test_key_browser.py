"""New words in Chromium, on a phone: with JavaScript and without it."""

import socket
from collections.abc import Iterator

import pytest

from intake.entrypoints.web.app import make_app
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
def phone(request, chromium):
    context = chromium.new_context(viewport=PHONE, java_script_enabled=request.param, locale="fr-FR", bypass_csp=True)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.scripts = request.param
    yield page
    context.close()


def press(page, name: str) -> None:
    follow(page, page.get_by_role("button", name=name, exact=True))


def shows(page, name: str) -> None:
    """A picture, and no fault. axe is a script: without scripts there is the picture."""
    if page.scripts:
        assert look(page, f"intake-{name}-scripts") == []
    else:
        picture(page, f"intake-{name}")


def reading(page) -> str:
    return " ".join(page.locator("main").inner_text().split())


def words_of(page) -> list[str]:
    return page.locator("ol.words li").all_inner_texts()


def enter(page, site: str, words: list[str]) -> None:
    page.goto(f"{site}/suivi")
    page.get_by_label("Vos huit mots").fill(" ".join(words))
    press(page, "Ouvrir")


def test_new_words_are_noted_then_taken_and_the_former_ones_say_so(phone, site, filed, database):
    enter(phone, site, filed)
    follow(phone, phone.get_by_role("link", name="Prendre de nouveaux mots"))
    new = words_of(phone)
    assert len(new) == 8
    shows(phone, "cle")
    press(phone, "Remplacer mes mots")
    assert "Notez d’abord les nouveaux mots" in reading(phone)
    assert words_of(phone) == new
    shows(phone, "cle-a-noter")
    phone.get_by_text("J’ai noté les huit nouveaux mots").click()
    phone.get_by_label("Vos huit mots actuels").fill(" ".join(new))
    press(phone, "Remplacer mes mots")
    assert "Ce sont les nouveaux mots" in reading(phone)
    phone.get_by_label("Vos huit mots actuels").fill(" ".join(filed))
    press(phone, "Remplacer mes mots")
    assert words_of(phone) == new
    shows(phone, "cle-prise")
    follow(phone, phone.get_by_role("link", name="Ouvrir mon espace avec les nouveaux mots"))
    enter(phone, site, new)
    assert "Ils ont été remplacés le 24 novembre 2026" in reading(phone)
    enter(phone, site, filed)
    assert "Ces mots ont été remplacés" in reading(phone)
    shows(phone, "cle-ancienne")


def test_who_did_not_replace_them_objects(phone, site, filed, clock):
    enter(phone, site, filed)
    phone.goto(f"{site}/suivi/cle")
    thief = words_of(phone)
    phone.get_by_text("J’ai noté les huit nouveaux mots").click()
    phone.get_by_label("Vos huit mots actuels").fill(" ".join(filed))
    press(phone, "Remplacer mes mots")
    enter(phone, site, filed)
    phone.get_by_label("Vos huit mots d’avant").fill("trois mots seulement")
    press(phone, "Contester ce changement")
    assert "Rien n’a été contesté" in reading(phone)
    shows(phone, "cle-contester-erreur")
    phone.get_by_label("Vos huit mots d’avant").fill(" ".join(filed))
    press(phone, "Contester ce changement")
    assert "Votre contestation est enregistrée" in reading(phone)
    shows(phone, "cle-contestee")
    enter(phone, site, filed)
    assert "déjà contesté" in reading(phone)
    shows(phone, "cle-deja-contestee")
    enter(phone, site, thief)
    assert "Le remplacement de vos mots est contesté" in reading(phone)
    shows(phone, "espace-conteste")


def test_who_finds_the_call_backs_used_up_is_told_whom_to_call(phone, site):
    wishes = 0
    while "la vôtre n’est pas partie" not in (reading(phone) if wishes else ""):
        wishes += 1
        phone.goto(f"{site}/m/boulogne-sur-mer-62")
        press(phone, "Être rappelé·e par une ou un psychologue")
        phone.locator("label").filter(has_text="Par téléphone").click()
        phone.get_by_label("Votre numéro").fill("06 39 98 00 01")
        phone.get_by_label("Quel jour ?").select_option(label="mercredi 25 novembre 2026")
        phone.get_by_label("À quelle heure ?").select_option(label="Entre 14 h et 15 h")
        press(phone, "Demander à être rappelé·e")
    assert wishes == 7
    assert "03 00 00 00 62" in reading(phone)
    assert phone.get_by_label("Votre numéro").input_value() == "06 39 98 00 01"
    shows(phone, "rappel-trop")
