"""Codes: a witness has one drawn; the person concerned opens it, uses it, changes their mind."""

from tests.accessibility.tour import Tour
from tests.support.agent import Agent, Told, file_report
from tests.support.visitor import PHONE

TOLD = Told("Dainville", ["Menaces"], "Il a menacé une collègue devant nous.", quality="Je suis témoin")


def walk(tour: Tour) -> None:
    witness = Agent(tour.arrive("temoin", PHONE))
    code = handed_over(tour, witness, file_report(witness.visitor, TOLD))
    concerned = Agent(tour.arrive("personne-concernee", PHONE))
    words = used(tour, concerned, code)
    decided(tour, concerned, words)


def handed_over(tour: Tour, agent: Agent, words: str) -> str:
    here = agent.visitor
    agent.open_space(words)
    tour.stop(here, "espace-temoin", "intake/espace.html", "L’accord de la personne concernée")
    here.follow("Remettre un code à la personne concernée")
    tour.stop(here, "personne-concernee", "intake/personne_concernee.html", "Avant de lui remettre un code")
    agent.press("Tirer un code")
    tour.stop(here, "code", "intake/code.html", "Un code pour vous")
    code = agent.words()
    here.follow("J’ai noté le code, revenir à mon espace")
    here.follow("Remettre un code à la personne concernée")
    tour.stop(here, "personne-concernee-encore", "intake/personne_concernee.html", "déjà fait tirer un code")
    return code


def used(tour: Tour, agent: Agent, code: str) -> str:
    here = agent.visitor
    here.go("intake")
    here.follow("On m’a remis un code")
    tour.stop(here, "reprendre", "intake/reprendre.html", "Les huit mots du code")
    open_code(agent, "trois mots seulement")
    tour.stop(here, "reprendre-erreur", "intake/reprendre.html", "vous en avez écrit 3")
    open_code(agent, code)
    tour.stop(here, "reprise", "intake/reprise.html", "Quelqu’un a signalé des faits qui vous concernent")
    agent.press("Envoyer ma réponse")
    tour.stop(here, "reprise-erreur", "intake/reprise.html", "Rien n’est encore envoyé")
    agent.choose("J’accepte")
    agent.stay_anonymous()
    agent.press("Envoyer ma réponse")
    tour.stop(here, "reprise-faite", "intake/reprise_faite.html", "Votre réponse est envoyée")
    words = agent.words()
    here.go("intake", "/reprendre")
    open_code(agent, code)
    tour.stop(here, "reprendre-use", "intake/reprendre.html", "Pourquoi un code n’ouvre rien")
    return words


def decided(tour: Tour, agent: Agent, words: str) -> None:
    here = agent.visitor
    agent.open_space(words)
    tour.stop(here, "espace-victime", "intake/espace.html", "Vous avez accepté")
    here.follow("Voir ou changer ma réponse")
    tour.stop(here, "accord-donne", "intake/accord.html", "Reprendre votre accord")
    agent.press("Je reprends mon accord")
    tour.stop(here, "accord-repris", "intake/accord.html", "Vous avez repris votre accord")


def open_code(agent: Agent, words: str) -> None:
    agent.page.get_by_label("Les huit mots du code").fill(words)
    agent.press("Ouvrir")
