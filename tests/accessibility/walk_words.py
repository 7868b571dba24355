"""Eight words that others take the place of, a name told from the start, and an oral report that its speaker takes."""

from tests.accessibility.tour import Tour
from tests.support import joining, keeping
from tests.support.agent import Agent
from tests.support.browsing import follow
from tests.support.joining import Spoken
from tests.support.visitor import DESKTOP, PHONE

OBJECT = "Contester ce changement"
_MOST_TRIES = 10


def walk(tour: Tour) -> None:
    agent = Agent(tour.arrive("mots", PHONE))
    former = told_from_the_start(tour, agent)
    new = replaced(tour, agent, former)
    disputed(tour, agent, former, new)
    spoken(tour)


def told_from_the_start(tour: Tour, agent: Agent) -> str:
    here = agent.visitor
    agent.find_member(keeping.MEMBER)
    agent.begin()
    agent.answer(keeping.told())
    agent.choose("Dire mon nom à une personne que je choisis")
    tour.stop(here, "verification-connu", "intake/verification.html", "À qui dire votre nom")
    agent.send()
    tour.stop(here, "verification-connu-erreur", "intake/verification.html", "Cochez")
    agent.tell_name("Solange", "Deleplace", "Ange Esquisse")
    agent.send()
    words = agent.words()
    agent.open_space(words)
    tour.stop(here, "espace-connu", "intake/espace.html", "Vous avez confié votre identité, scellée à part, et choisi")
    follow(agent.page, agent.page.get_by_role("link", name="Ange Esquisse"))
    tour.stop(here, "demande-connue", "intake/demande.html", "Reprendre mon accord")
    return words


def replaced(tour: Tour, agent: Agent, former: str) -> str:
    here = agent.visitor
    here.go("intake", "/suivi/cle")
    tour.stop(here, "cle", "intake/cle.html", "Notez vos nouveaux mots")
    agent.press("Remplacer mes mots")
    tour.stop(here, "cle-erreur", "intake/cle.html", "Vos mots n’ont pas été remplacés")
    new = replace(agent, former)
    tour.stop(here, "cle-prise", "intake/cle_prise.html", "Vos mots sont remplacés")
    return new


def disputed(tour: Tour, agent: Agent, former: str, words: str) -> None:
    """Objecting is possible for seconds only on this platform: what is late is done again with other words."""
    here = agent.visitor
    agent.open_space(former)
    tour.stop(here, "cle-ancienne", "intake/cle_ancienne.html", "Ces mots ont été remplacés")
    former, words = may_object(agent, words)
    agent.press(OBJECT)
    tour.stop(here, "cle-contestee-erreur", "intake/cle_contestee.html", "Rien n’a été contesté")
    while not here.shows("Votre contestation est enregistrée"):
        former, words = may_object(agent, words)
        agent.page.get_by_label("Vos huit mots d’avant").fill(former)
        agent.press(OBJECT)
    tour.stop(here, "cle-contestee", "intake/cle_contestee.html", "Votre contestation est enregistrée")
    agent.open_space(former)
    tour.stop(here, "cle-ancienne-contestee", "intake/cle_ancienne.html", "déjà contesté")
    agent.open_space(words)
    tour.stop(here, "espace-conteste", "intake/espace.html", "Le remplacement de vos mots est contesté")


def may_object(agent: Agent, words: str) -> tuple[str, str]:
    """Take new words and open the page of the former ones while it still offers to object; answers both."""
    for _ in range(_MOST_TRIES):
        former = words
        agent.open_space(former)
        agent.visitor.go("intake", "/suivi/cle")
        words = replace(agent, former)
        agent.open_space(former)
        if agent.page.get_by_role("button", name=OBJECT).count():
            return former, words
    raise AssertionError("always too late to object")


def replace(agent: Agent, former: str) -> str:
    new = agent.words()
    agent.page.get_by_text("J’ai noté les huit nouveaux mots").click()
    agent.page.get_by_label("Vos huit mots actuels").fill(former)
    agent.press("Remplacer mes mots")
    return new


def spoken(tour: Tour) -> None:
    """The code of an oral report, by whoever spoke."""
    screener = tour.arrive("ecran-dictee", DESKTOP)
    screener.sign_in("casework", "ecran-1", "/relecture")
    said = "On m’a retiré mes clés sans un mot."
    code = joining.take_down(screener, Spoken(keeping.MEMBER, said))
    agent = Agent(tour.arrive("dictee", PHONE))
    here = agent.visitor
    tour.demo.until(lambda: joining.open_code(agent, code) or here.shows(said))
    tour.stop(here, "reprise-orale", "intake/reprise.html", "Relisez ce que vous avez dit")
    agent.press("Envoyer ma réponse")
    tour.stop(here, "reprise-orale-erreur", "intake/reprise.html", "Dites si c’est bien ce que vous avez dit")
    words = joining.answer(agent, "Il y a quelque chose à corriger")
    tour.stop(here, "reprise-orale-faite", "intake/reprise_faite.html", "ce qui est à corriger")
    agent.open_space(words)
    tour.stop(here, "espace-oral", "intake/espace.html", "noté de vive voix")
