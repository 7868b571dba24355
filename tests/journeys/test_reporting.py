"""What must hold however somebody reports: by keyboard alone, with an impatient finger, before a wrong turn."""

import pytest

from tests.support import offices, sealed, stores
from tests.support.agent import Agent, Told, file_report
from tests.support.visitor import DESKTOP

# More presses of Tab than any page has stops.
_MOST_STOPS = 80

_FOCUSED = """() => {
  const e = document.activeElement;
  const label = e.labels && e.labels.length ? e.labels[0].innerText : e.innerText || e.value || '';
  return label.replace(/\\s+/g, ' ').trim();
}"""


class Keyboard:
    """A reporter whose only tool is a keyboard."""

    def __init__(self, visitor) -> None:
        self.page = visitor.page

    def reach(self, name: str) -> None:
        """Press Tab until this has the focus. Raises AssertionError when it never does."""
        for _ in range(_MOST_STOPS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(_FOCUSED).startswith(name):
                return
        raise AssertionError(f"Tab never comes to « {name} »")

    def tick(self, name: str) -> None:
        self.reach(name)
        self.page.keyboard.press("Space")

    def write(self, name: str, text: str) -> None:
        self.reach(name)
        self.page.keyboard.type(text)

    def press(self, name: str) -> None:
        """Press a button or a link; wait for the page that follows."""
        self.reach(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


def test_an_anonymous_report_takes_a_keyboard_and_nothing_else(visitor):
    reporter = visitor("clavier", DESKTOP)
    keys = Keyboard(reporter)
    reporter.go("intake")
    keys.write("Quel est votre employeur ?", "wancourt")
    keys.press("Chercher")
    for button in ("Wancourt", "Commencer un signalement", "J’ai compris, continuer", "Écrire maintenant"):
        keys.press(button)
    keys.tick("Je suis la personne concernée")
    keys.press("Continuer")
    keys.tick("Agissement sexiste")
    keys.press("Continuer")
    for _question in ("quand", "où"):
        keys.press("Continuer")
    keys.write("Racontez avec vos mots", "Des plaisanteries, tous les jours.")
    keys.press("Continuer")
    keys.tick("Un·e collègue")
    keys.press("Continuer")
    keys.tick("Non")
    keys.press("Continuer")
    keys.tick("Rester anonyme")
    keys.press("Envoyer le signalement")
    words = Agent(reporter).words()
    keys.press("J’ai noté les huit mots")
    keys.write("Vos huit mots", words)
    keys.press("Ouvrir")
    assert reporter.shows("Nous avons reçu votre signalement")


def reports(platform) -> int:
    return stores.count(platform, "intake", "SELECT count(*) FROM reports")


@pytest.mark.parametrize("scripts", [True, False], ids=["avec-js", "sans-js"])
def test_two_clicks_on_the_last_button_are_one_report(platform, visitor, scripts):
    offices.at_rest(platform)
    before, cases = reports(platform), offices.cases(platform)
    reporter = visitor("double-clic", scripts=scripts, pictured=False)
    agent = Agent(reporter)
    agent.find_member("Wancourt")
    agent.begin()
    agent.answer(Told("Wancourt", acts=["Menaces"], what="Il a dit que je le paierais."))
    agent.stay_anonymous()
    agent.page.get_by_role("button", name="Envoyer le signalement").dblclick()
    words = agent.words()
    offices.at_rest(platform)
    assert reports(platform) == before + 1
    offices.new_case(platform, cases)
    assert sum(sealed.records_of(platform, [words]).values()) == 1


def test_the_receipt_loaded_again_is_the_same_receipt_and_the_same_report(platform, visitor):
    reporter = visitor("recharge", pictured=False)
    words = file_report(reporter, Told("Wancourt", acts=["Menaces"], what="Il a dit que je le paierais."))
    before = reports(platform)
    reporter.page.reload()
    assert Agent(reporter).words() == words
    assert reports(platform) == before


def test_what_was_typed_wrong_is_kept_and_said_next_to_its_question(visitor):
    reporter = visitor("erreurs")
    agent = Agent(reporter)
    agent.find_member("Wancourt")
    agent.begin()
    agent.press("Continuer")
    assert reporter.page.locator("#quality-erreur").inner_text().endswith("témoin.")
    reporter.follow("Dites si vous êtes")
    assert reporter.page.locator("#quality").evaluate("e => e === document.activeElement")
    reporter.picture("sans-reponse")
