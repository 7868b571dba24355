"""The vault's pages in tests: served for real, looked at, and a passkey in a virtual authenticator."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from axe_playwright_python.sync_playwright import Axe

from chassis.testing import eventually


@contextmanager
def serving(app: Any, listener: Any) -> Iterator[None]:
    """An application on a socket that listens already."""
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    eventually(lambda: server.started)
    yield
    server.should_exit = True
    thread.join(10)


def add_authenticator(page: Any, transport: str = "internal") -> tuple[Any, str]:
    """A passkey's device that its owner touches at once: the protocol session, and the device's id in it."""
    protocol = page.context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": transport, "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    return protocol, protocol.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def register(page: Any) -> None:
    """Register a passkey, from any page of somebody who is signed in."""
    page.get_by_role("link", name="Clé d’accès", exact=True).click()
    page.get_by_role("button", name="Enregistrer une clé").click()
    page.get_by_text("Votre clé est enregistrée").wait_for()


def look(page: Any, name: str) -> list[str]:
    """Take a picture, and tell what axe and the width find."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"coffre-{name}-{page.viewport_size['width']}.png", full_page=True)
    found = [f"{name}: {v['id']}: {v['nodes'][0]['html'][:120]}" for v in Axe().run(page).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"{name}: overflows")
    return found
