"""An agent who reports, in a browser: reads the pages, presses the buttons that they show."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.support.browsing import follow
from tests.support.visitor import Visitor


@dataclass
class Told:
    """What an agent tells, in the words of the pages. `main`: what weighs most, asked when there are several acts."""

    member: str
    acts: list[str]
    what: str
    main: str = ""
    quality: str = "Je suis la personne concernée"
    criteria: list[str] = field(default_factory=list)
    when: str = "Depuis le printemps, chaque lundi."
    where: str = "À l’atelier."
    implicated: list[str] = field(default_factory=lambda: ["Un·e supérieur·e hiérarchique"])
    details: str = "La personne qui organise le travail."
    danger: str = "Non"


class Agent:
    """Drives the portal's pages for one visitor."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.page = visitor.page

    def find_member(self, name: str) -> None:
        """From the front page to the member's page."""
        self.visitor.go("intake")
        self.visitor.picture("accueil")
        self.page.get_by_label("Quel est votre employeur ?").fill(name.lower())
        self.press("Chercher")
        self.visitor.picture("resultats")
        self.visitor.follow(name)
        self.visitor.picture("membre")

    def begin(self) -> None:
        """From the member's page, past what protects and who may be talked to, to the first question."""
        self.press("Commencer un signalement")
        self.visitor.picture("avant")
        self.press("J’ai compris, continuer")
        self.visitor.picture("ecoute")
        self.press("Écrire maintenant")

    def answer(self, told: Told, before: Callable[[str], None] = lambda code: None) -> None:
        """Every question, to the review page. `before`: called with a page's name once it is filled in."""
        self._before = before
        self._choose("qualite", [told.quality])
        self._choose("actes", told.acts)
        if len(told.acts) > 1:
            self._choose("principal", [told.main])
        if "Discrimination" in told.acts:
            self._choose("criteres", told.criteria)
        self._write("quand", "Quand cela s’est-il passé ?", told.when)
        self._write("ou", "Où cela s’est-il passé ?", told.where)
        self._write("quoi", "Racontez avec vos mots", told.what)
        self.page.get_by_label("précisez de qui il s’agit").fill(told.details)
        self._choose("qui", told.implicated)
        self._choose("danger", [told.danger])

    def stay_anonymous(self) -> None:
        self.choose("Rester anonyme")

    def give_identity(self, given_name: str, family_name: str) -> None:
        self.choose("Confier mon identité, scellée")
        self.page.get_by_label("Prénom").fill(given_name)
        self.page.get_by_label("Nom", exact=True).fill(family_name)

    def tell_name(self, given_name: str, family_name: str, *to: str) -> None:
        """Tell one's name to these persons, from the start."""
        self.choose("Dire mon nom à une personne que je choisis")
        for name in to:
            self.choose(name)
        self.page.get_by_label("Prénom").fill(given_name)
        self.page.get_by_label("Nom", exact=True).fill(family_name)

    def join(self, name: str, content: bytes, kind: str = "text/plain") -> None:
        """Add a file."""
        self.page.locator("#fichiers").set_input_files({"name": name, "mimeType": kind, "buffer": content})

    def send(self) -> None:
        self.press("Envoyer le signalement")

    def words(self) -> str:
        """The receipt that the page shows. Raises AssertionError when it does not hold eight words."""
        listed = self.page.locator("ol.words li")
        listed.nth(7).wait_for()
        words = listed.all_inner_texts()
        assert len(words) == 8
        return " ".join(word.strip() for word in words)

    def open_space(self, words: str) -> None:
        self.visitor.go("intake", "/suivi")
        self.page.get_by_label("Vos huit mots").fill(words)
        self.press("Ouvrir")

    def write(self, text: str) -> None:
        self.page.get_by_label("Écrire un message").fill(text)
        self.press("Envoyer le message")

    def press(self, name: str) -> None:
        follow(self.page, self.page.get_by_role("button", name=name, exact=True))

    def choose(self, label: str) -> None:
        self.visitor.choose(label)

    def _choose(self, name: str, labels: list[str]) -> None:
        for label in labels:
            self.choose(label)
        self._go_on(name)

    def _write(self, name: str, label: str, text: str) -> None:
        self.page.get_by_label(label).fill(text)
        self._go_on(name)

    def _go_on(self, name: str) -> None:
        self._before(name)
        self.visitor.picture(name)
        self.press("Continuer")


def file_report(visitor: Visitor, told: Told, **identity: Any) -> str:
    """The whole path without detours; answer the receipt's words. `identity`: given_name, family_name, or nothing."""
    agent = Agent(visitor)
    agent.find_member(told.member)
    agent.begin()
    agent.answer(told)
    if identity:
        agent.give_identity(**identity)
    else:
        agent.stay_anonymous()
    agent.send()
    return agent.words()
