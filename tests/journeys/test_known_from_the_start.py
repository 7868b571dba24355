"""An agent who tells a referent their name as they report: from the last question to the name on the vault's page."""

from tests.support import keeping, offices, stores
from tests.support.agent import Agent
from tests.support.browsing import follow
from tests.support.visitor import DESKTOP

GIVEN, FAMILY = "Philomène", "Desquesnes"
# referent-7 and referent-8 of the demonstration, both of Étaples.
TOLD, COLLEAGUE = "Ange Esquisse", "referent-8"


def file_known(platform, agent: Agent) -> tuple[str, str]:
    """File, told to one referent; answers the words, and the case once it is in charge."""
    offices.at_rest(platform)
    known = offices.cases(platform)
    agent.find_member(keeping.MEMBER)
    agent.begin()
    agent.answer(keeping.told())
    agent.tell_name(GIVEN, FAMILY, TOLD)
    agent.visitor.picture("dire-mon-nom")
    agent.send()
    words = agent.words()
    agent.visitor.picture("recepisse")
    return words, keeping.taken_in_charge(platform, offices.new_case(platform, known))


def test_the_referent_who_was_told_sees_the_name_once_and_nobody_else_does(platform, visitor):
    agent = Agent(visitor("connu-agent"))
    words, case = file_known(platform, agent)
    referent, vault = visitor("connu-referent", DESKTOP), visitor("connu-coffre", DESKTOP)
    referent.sign_in("casework", keeping.REFERENT)
    referent.go("casework", f"/dossiers/{case}")
    assert referent.shows("L’auteur vous confie son identité")
    assert not referent.shows(FAMILY)
    referent.wait_for("Aller au coffre des identités")
    referent.picture("dossier")
    code = referent.page.get_by_text("Code de ce dossier auprès du coffre").locator("strong").inner_text()

    colleague = visitor("connu-collegue", DESKTOP)
    colleague.sign_in("casework", COLLEAGUE)
    colleague.go("casework", f"/dossiers/{case}")
    assert colleague.shows(f"L’auteur confie son identité à {TOLD}")
    assert not colleague.shows("Aller au coffre des identités")
    colleague.picture("dossier")

    keeping.arrive(vault, keeping.REFERENT)
    keeping.effective(vault, code)
    assert not vault.shows(FAMILY)
    vault.follow("C’est mon dossier, ouvrir l’identité")
    vault.page.get_by_role("button", name="Toucher ma clé et ouvrir").click()
    vault.page.get_by_role("heading", name="La personne qui a signalé").wait_for()
    assert vault.shows(GIVEN)
    assert vault.shows(FAMILY)
    assert not stores.anywhere(platform, "casework", FAMILY)
    assert not stores.anywhere(platform, "intake", FAMILY)

    agent.open_space(words)
    agent.visitor.wait_for("Votre identité lui a été montrée une fois")
    agent.visitor.picture("montree")


def test_who_takes_it_back_in_time_is_known_to_nobody(platform, visitor):
    agent = Agent(visitor("connu-repris-agent", scripts=False))
    words, case = file_known(platform, agent)
    referent = visitor("connu-repris-referent", DESKTOP)
    referent.sign_in("casework", keeping.REFERENT)
    referent.go("casework", f"/dossiers/{case}")
    code = referent.page.get_by_text("Code de ce dossier auprès du coffre").locator("strong").inner_text()

    agent.open_space(words)
    follow(agent.page, agent.page.get_by_role("link", name=TOLD))
    agent.page.locator("#retrait").fill(words)
    agent.press("Reprendre mon accord")
    agent.visitor.picture("repris")
    referent.wait_for("La personne est revenue sur ce choix")
    referent.picture("repris")

    vault = visitor("connu-repris-coffre", DESKTOP)
    keeping.arrive(vault, keeping.REFERENT)
    vault.go("vault")
    card = vault.page.locator("li.card").filter(has_text=code).filter(has_text="Retiré")
    platform.until(lambda: card.count() or (vault.page.reload() and card.count()))
    follow(vault.page, card.get_by_role("link"))
    assert vault.shows("revenue sur son accord")
    vault.picture("retire")
    assert not vault.page.get_by_role("button", name="Toucher ma clé").count()
