"""Asking to be called, on a telephone, without JavaScript."""

import socket
from collections.abc import Iterator

import pytest

from intake.entrypoints.web.app import make_app
from tests.support.browsing import follow, look, picture
from tests.support.serving import serving

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def portal(settings, clock, database, ready) -> Iterator[str]:
    """The address of a portal that is served."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://localhost:{listener.getsockname()[1]}"
        app = make_app(settings.model_copy(update={"public_url": address, "cookie_secure": False}), clock)
        with serving(app, listener):
            yield address


@pytest.fixture
def page(chromium, portal):
    context = chromium.new_context(viewport=PHONE, locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal}/m/boulogne-sur-mer-62")
    yield page
    context.close()


def press(page, name: str) -> None:
    follow(page, page.get_by_role("button", name=name))


def test_an_agent_asks_to_be_called(page, portal):
    press(page, "Être rappelé·e par une ou un psychologue")
    picture(page, "rappel-demande")
    press(page, "Demander à être rappelé·e")
    picture(page, "rappel-oublis")
    assert page.get_by_role("link", name="Écrivez un numéro de téléphone").count() == 1
    page.locator("label").filter(has_text="Par téléphone").click()
    page.get_by_label("Votre numéro").fill("06 39 98 00 01")
    page.get_by_label("Quel jour ?").select_option(label="mercredi 25 novembre 2026")
    page.get_by_label("À quelle heure ?").select_option(label="Entre 14 h et 15 h")
    press(page, "Demander à être rappelé·e")
    assert page.get_by_role("heading", name="Votre demande est partie").count() == 1
    assert page.get_by_text("mercredi 25 novembre 2026, entre 14 h et 15 h").count() == 1
    assert page.context.cookies() == []
    picture(page, "rappel-partie")


def test_the_form_is_accessible(chromium, portal):
    context = chromium.new_context(viewport=PHONE, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{portal}/m/boulogne-sur-mer-62")
    press(page, "Être rappelé·e par une ou un psychologue")
    assert look(page, "rappel-demande-scripts") == []
    press(page, "Demander à être rappelé·e")
    assert look(page, "rappel-oublis-scripts") == []
    context.close()
