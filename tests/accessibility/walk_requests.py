"""A request for the reporter’s identity, on a phone: read, answered with wrong words, accepted, taken back."""

from tests.accessibility.tour import Tour
from tests.support import consents, offices
from tests.support.agent import Agent
from tests.support.portal import Reporter, Story
from tests.support.visitor import PHONE

STORY = Story(identity={"given_name": "Odile", "family_name": "Canari", "position": "Agente d’entretien"})


def walk(tour: Tour) -> None:
    offices.at_rest(tour.demo)
    known = offices.cases(tour.demo)
    with Reporter(tour.demo.url("intake")) as reporter:
        words = reporter.report("hersin-coupigny-62", STORY)
    consents.ask_for_identity(tour.demo, offices.new_case(tour.demo, known), "referent-5")
    here = tour.arrive("auteure", PHONE)
    agent = Agent(here)
    agent.open_space(words)
    here.wait_for("Quelqu’un demande à savoir qui vous êtes")
    tour.stop(here, "espace-demande", "intake/espace.html", "refuser n’a aucune conséquence")
    here.follow("Lire la demande")
    tour.stop(here, "demande", "intake/demande.html", "Voici l’accord que vous signeriez")
    here.page.get_by_label("Vos huit mots").fill("trois mots seulement")
    agent.press("J’accepte")
    tour.stop(here, "demande-erreur", "intake/demande.html", "Rien n’a été signé")
    here.page.get_by_label("Vos huit mots").fill(words)
    agent.press("J’accepte")
    tour.stop(here, "demande-acceptee", "intake/demande.html", "Reprendre votre accord")
    here.page.get_by_label("Vos huit mots").first.fill(words)
    agent.press("Reprendre mon accord")
    tour.stop(here, "demande-reprise", "intake/demande.html", "Vous avez repris votre accord")
