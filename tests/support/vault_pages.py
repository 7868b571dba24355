"""The vault's pages in tests: a passkey in a virtual authenticator."""

from typing import Any


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
