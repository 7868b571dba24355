"""Codes in a browser: drawn by a witness or with an oral report, used by whoever was handed one."""

from dataclasses import dataclass

from tests.support.agent import Agent
from tests.support.browsing import follow
from tests.support.pages import Form
from tests.support.staff import Colleague
from tests.support.visitor import Visitor


@dataclass(frozen=True)
class Spoken:
    """What somebody says aloud, as the screener's form has it."""

    member: str
    what: str
    quality: str = "Elle est concernée elle-même"
    act: str = "Intimidation"
    implicated: str = "La hiérarchie"
    when: str = "Depuis la rentrée."
    where: str = "Au service technique."


def draw(witness: Agent, words: str) -> str:
    """The witness has a code drawn in their space; answers its eight words."""
    witness.open_space(words)
    witness.visitor.picture("espace")
    witness.visitor.follow("Remettre un code à la personne concernée")
    witness.visitor.picture("avant-le-code")
    witness.press("Tirer un code")
    witness.visitor.picture("code")
    return witness.words()


def open_code(agent: Agent, code: str) -> None:
    agent.visitor.go("intake", "/reprendre")
    agent.page.get_by_label("Les huit mots du code").fill(code)
    agent.press("Ouvrir")


def answer(agent: Agent, choice: str, **identity: str) -> str:
    """Choose on the page that the code opened, and send; answers the words of the receipt. `identity`: given_name and
    family_name, or nothing to stay anonymous."""
    agent.visitor.picture("ce-que-le-code-ouvre")
    agent.choose(choice)
    if identity:
        agent.give_identity(**identity)
    else:
        agent.stay_anonymous()
    agent.press("Envoyer ma réponse")
    agent.visitor.picture("recepisse")
    return agent.words()


def take_down(screener: Visitor, spoken: Spoken) -> str:
    """The screener takes down what is said, reads it out, and gets the code; answers its eight words."""
    page = screener.page
    screener.follow("Signalement oral", exact=True)
    screener.picture("oral-collectivite")
    page.get_by_label("Nom de la collectivité").fill(spoken.member.lower())
    screener.press("Chercher")
    screener.follow(spoken.member)
    for label in (spoken.quality, spoken.act, spoken.implicated):
        screener.choose(label)
    page.locator("#quand").fill(spoken.when)
    page.locator("#ou").fill(spoken.where)
    page.locator("#quoi").fill(spoken.what)
    screener.picture("oral-saisie")
    screener.press("Relire avec la personne")
    screener.picture("oral-relecture")
    screener.press("Envoyer et obtenir le code")
    screener.picture("oral-code")
    listed = page.locator("ol.receipt li")
    listed.nth(7).wait_for()
    return " ".join(word.strip() for word in listed.all_inner_texts())


def write_to_witness(handler: Visitor, case: str, text: str) -> None:
    """From the open case, in its reporter's thread."""
    handler.page.get_by_label("Votre message à l’auteur du signalement").fill(text)
    form = handler.page.locator(f'form[action="/dossiers/{case}/messages"]')
    follow(handler.page, form.get_by_role("button", name="Envoyer"))


def write_to_concerned(handler: Visitor, text: str) -> None:
    """From the open case, in the thread of who joined it."""
    voice = handler.page.locator("section.voice")
    voice.get_by_label("Votre message à la personne concernée").fill(text)
    follow(handler.page, voice.get_by_role("button", name="Envoyer"))


def identity_form(handler: Colleague, case: str) -> Form:
    return handler.page(f"/dossiers/{case}/identite").form(f"/dossiers/{case}/identite")


def ask_for(handler: Colleague, case: str, purpose: str) -> int:
    """Ask for an identity with whatever purpose, offered or not; answers the status."""
    form = identity_form(handler, case)
    wish: dict[str, str | list[str]] = {"but": purpose, "motif": "Pour protéger.", "elements": ["name"]}
    return handler.http.post(form.action, data=dict(form.filled(wish))).status_code
