"""The vault's pages in a browser: passkeys, agreements, orders; and the ways through casework and the follow-up space
that lead there."""

import json
import time

from local_platform.demo import Demo
from tests.support import offices
from tests.support.agent import Agent, Told, file_report
from tests.support.browsing import follow
from tests.support.staff import Colleague
from tests.support.vault_pages import add_authenticator, register
from tests.support.visitor import Visitor

REFERENT = "referent-7"
MEMBER = "Étaples"


def told(what: str = "Chaque lundi, devant l’équipe, les mêmes remarques. Je ne dors plus.") -> Told:
    return Told(MEMBER, acts=["Intimidation"], what=what)


def arrive(visitor: Visitor, subject: str) -> None:
    """Sign in at the vault, with a passkey's device at hand. A first visit registers a passkey."""
    protocol, device = add_authenticator(visitor.page)
    # Kept with the platform, so that somebody comes back with the same device.
    kept = visitor.demo.folder / f"device-{subject}.json"
    if kept.exists():
        # It counts its touches: from now on, higher than at any earlier visit.
        credential = json.loads(kept.read_text()) | {"signCount": int(time.time())}
        protocol.send("WebAuthn.addCredential", {"authenticatorId": device, "credential": credential})
    visitor.sign_in("vault", subject, "/connexion")
    if not kept.exists():
        register(visitor.page)
        visitor.picture("cle")
        (credential,) = protocol.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
        kept.write_text(json.dumps(credential))


def case_in_charge(demo: Demo, visitor: Visitor, **identity: str) -> tuple[str, str]:
    """A report, screened, released and taken in charge; the receipt's words and the case's id."""
    offices.at_rest(demo)
    known = offices.cases(demo)
    words = file_report(visitor, told(), **identity)
    return words, taken_in_charge(demo, offices.new_case(demo, known))


def taken_in_charge(demo: Demo, case: str) -> str:
    """A screener releases the case, the referent takes it in charge."""
    offices.released_by_http(demo, case)
    with Colleague(demo.url("casework"), REFERENT) as referent:
        demo.until(lambda: f"/dossiers/{case}" in referent.case_paths("/dossiers"))
        referent.take_in_charge(f"/dossiers/{case}")
    return case


def ask_identity(referent: Visitor, case: str) -> str:
    """The referent asks from the case; answers the code of the case."""
    page = referent.page
    referent.go("casework", f"/dossiers/{case}/identite")
    referent.choose("Rencontrer la personne")
    page.get_by_label("Pourquoi, avec vos mots").fill("Pour vous rencontrer hors de la mairie. Dire non est possible.")
    boxes = page.get_by_role("checkbox").all()
    for box in [box.get_attribute("id") for box in boxes if not box.is_checked()]:
        page.locator(f'label[for="{box}"]').click()
    referent.picture("demander")
    referent.press("Envoyer la demande")
    code = page.get_by_text("Code de ce dossier auprès du coffre").locator("strong").inner_text()
    referent.picture("demande-envoyee")
    return code


def agree(agent: Agent, words: str) -> None:
    """The reporter reads the request in the space and signs with the eight words."""
    agent.open_space(words)
    agent.visitor.wait_for("Quelqu’un demande à savoir qui vous êtes")
    agent.visitor.picture("demande-dans-l-espace")
    follow(agent.page, agent.page.get_by_role("link", name="Lire la demande").first)
    agent.visitor.picture("demande")
    agent.page.locator("#recepisse").fill(words)
    agent.press("J’accepte")
    agent.visitor.picture("accord-signe")


def effective(visitor: Visitor, code: str) -> None:
    """On the vault's list: wait until the agreement of this case may be opened, and open its page."""
    card = visitor.page.locator("li.card").filter(has_text=code).filter(has_text="Peut être ouvert")
    visitor.go("vault")
    visitor.demo.until(lambda: card.count() or (visitor.page.reload() and card.count()))
    visitor.picture("accords")
    follow(visitor.page, card.get_by_role("link"))
    visitor.picture("ce-qui-est-signe")
