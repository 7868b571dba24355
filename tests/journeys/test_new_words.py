"""An agent whose eight words were seen takes others: replies follow, and identity-vault lets the new key sign."""

from tests.support import keeping
from tests.support.agent import Agent
from tests.support.browsing import follow
from tests.support.staff import Colleague
from tests.support.visitor import DESKTOP

GIVEN, FAMILY = "Hortense", "Delattre-Lefebvre"
EARLY, LATE = "Écrit sans savoir que les mots allaient changer.", "Écrit après."


def test_replies_and_agreements_follow_the_new_words(platform, visitor):
    agent = Agent(visitor("mots-agent", scripts=False))
    former, case = keeping.case_in_charge(platform, agent.visitor, given_name=GIVEN, family_name=FAMILY)
    with Colleague(platform.url("casework"), keeping.REFERENT) as referent:
        referent.write(f"/dossiers/{case}", EARLY)
    new = take_new_words(agent, former)

    agent.open_space(former)
    assert agent.visitor.shows("Ces mots ont été remplacés")
    agent.visitor.picture("anciens-mots")
    with Colleague(platform.url("casework"), keeping.REFERENT) as referent:
        referent.write(f"/dossiers/{case}", LATE)
    agent.open_space(new)
    agent.visitor.wait_for(EARLY)
    agent.visitor.wait_for(LATE)
    agent.visitor.wait_for("la clé qui signe pour vous a été remplacée")
    agent.visitor.picture("nouveaux-mots")

    asking = visitor("mots-referent", DESKTOP, pictured=False)
    asking.sign_in("casework", keeping.REFERENT)
    code = keeping.ask_identity(asking, case)
    keeping.agree(agent, new)
    vault = visitor("mots-coffre", DESKTOP, pictured=False)
    keeping.arrive(vault, keeping.REFERENT)
    keeping.effective(vault, code)
    vault.follow("C’est mon dossier, ouvrir l’identité")
    vault.page.get_by_role("button", name="Toucher ma clé et ouvrir").click()
    vault.page.get_by_role("heading", name="La personne qui a signalé").wait_for()
    assert vault.shows(FAMILY)


def take_new_words(agent: Agent, former: str) -> str:
    """From the space, with the former words; answers the new ones."""
    agent.open_space(former)
    follow(agent.page, agent.page.get_by_role("link", name="Prendre de nouveaux mots"))
    agent.visitor.picture("prendre")
    new = agent.words()
    agent.page.get_by_text("J’ai noté les huit nouveaux mots").click()
    agent.page.get_by_label("Vos huit mots actuels").fill(former)
    agent.press("Remplacer mes mots")
    assert agent.words() == new
    agent.visitor.picture("pris")
    return new
