"""An identity, from the agent who confides it to the one person who may know it; and back to the agent who sees it."""

from tests.support import keeping, stores
from tests.support.agent import Agent
from tests.support.browsing import follow
from tests.support.visitor import DESKTOP

GIVEN, FAMILY = "Théodora", "Wattrelot"


def test_a_referent_knows_a_name_once_and_only_after_the_reporter_signed(platform, visitor):
    agent = Agent(visitor("accord-agent"))
    words, case = keeping.case_in_charge(platform, agent.visitor, given_name=GIVEN, family_name=FAMILY)
    referent = visitor("accord-referent", DESKTOP)
    vault = visitor("accord-coffre", DESKTOP)

    keeping.arrive(vault, keeping.REFERENT)
    referent.sign_in("casework", keeping.REFERENT)
    code = keeping.ask_identity(referent, case)
    assert not referent.shows(FAMILY)
    vault.go("vault")
    assert not vault.shows(code)

    keeping.agree(agent, words)
    referent.go("casework", f"/dossiers/{case}")
    referent.wait_for("Aller au coffre des identités")
    referent.picture("accord-donne")

    keeping.effective(vault, code)
    assert vault.shows("La personne qui a signalé accepte que vous")
    assert not vault.shows(FAMILY)
    vault.follow("C’est mon dossier, ouvrir l’identité")
    vault.picture("avant-de-toucher")
    vault.page.get_by_role("button", name="Toucher ma clé et ouvrir").click()
    vault.page.get_by_role("heading", name="La personne qui a signalé").wait_for()
    assert vault.shows(GIVEN)
    assert vault.shows(FAMILY)
    vault.picture("identite")

    vault.go("vault")
    follow(vault.page, vault.page.locator("li.card").filter(has_text=code).get_by_role("link"))
    assert vault.shows("Déjà ouvert")
    assert FAMILY not in vault.page.content()
    assert not stores.anywhere(platform, "casework", FAMILY)

    agent.open_space(words)
    agent.visitor.wait_for("Votre identité lui a été montrée une fois")
    agent.visitor.picture("montree")


def test_who_changes_their_mind_in_time_is_known_to_nobody(platform, visitor):
    agent = Agent(visitor("retrait-agent", scripts=False))
    words, case = keeping.case_in_charge(platform, agent.visitor, given_name=GIVEN, family_name=FAMILY)
    referent = visitor("retrait-referent", DESKTOP, pictured=False)
    referent.sign_in("casework", keeping.REFERENT)
    code = keeping.ask_identity(referent, case)

    keeping.agree(agent, words)
    agent.page.locator("#retrait").fill(words)
    agent.press("Reprendre mon accord")
    agent.visitor.picture("repris")

    vault = visitor("retrait-coffre", DESKTOP)
    keeping.arrive(vault, keeping.REFERENT)
    vault.go("vault")
    card = vault.page.locator("li.card").filter(has_text=code).filter(has_text="Retiré")
    platform.until(lambda: card.count() or (vault.page.reload() and card.count()))
    follow(vault.page, card.get_by_role("link"))
    assert vault.shows("revenue sur son accord")
    vault.picture("retire")
    assert not vault.page.get_by_role("button", name="Toucher ma clé").count()
