"""Asking to be called, on a telephone, without JavaScript."""

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe

from chassis.testing import eventually
from intake.entrypoints.web.app import make_app

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def portal(settings, clock, database, ready) -> Iterator[str]:
    """The address of a portal that is served."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://localhost:{listener.getsockname()[1]}"
        app = make_app(settings.model_copy(update={"public_url": address, "cookie_secure": False}), clock)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        eventually(lambda: server.started)
        yield address
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def page(chromium, portal):
    context = chromium.new_context(viewport=PHONE, locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal}/m/boulogne-sur-mer-62")
    yield page
    context.close()


def keep(page, name: str) -> None:
    folder = Path(os.environ.get("PARAVENT_JOURNEYS", ".run/journeys"))
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"rappel-{name}-360.png", full_page=True)


def test_an_agent_asks_to_be_called(page, portal):
    page.get_by_role("button", name="Être rappelé·e par une ou un psychologue").click()
    keep(page, "demande")
    page.get_by_role("button", name="Demander à être rappelé·e").click()
    keep(page, "oublis")
    assert page.get_by_role("link", name="Écrivez un numéro de téléphone").count() == 1
    page.locator("label").filter(has_text="Par téléphone").click()
    page.get_by_label("Votre numéro").fill("06 39 98 00 01")
    page.get_by_label("Quel jour ?").select_option(label="mercredi 25 novembre 2026")
    page.get_by_label("À quelle heure ?").select_option(label="Entre 14 h et 15 h")
    page.get_by_role("button", name="Demander à être rappelé·e").click()
    assert page.get_by_role("heading", name="Votre demande est partie").count() == 1
    assert page.get_by_text("mercredi 25 novembre 2026, entre 14 h et 15 h").count() == 1
    assert page.context.cookies() == []
    keep(page, "partie")


def test_the_form_is_accessible(chromium, portal):
    context = chromium.new_context(viewport=PHONE, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{portal}/m/boulogne-sur-mer-62")
    page.get_by_role("button", name="Être rappelé·e par une ou un psychologue").click()
    for _ in range(2):
        faults = Axe().run(page).response["violations"]
        assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in faults] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.get_by_role("button", name="Demander à être rappelé·e").click()
    context.close()
