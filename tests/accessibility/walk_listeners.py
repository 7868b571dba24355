"""Being called back: asked for on the portal, seen and taken by a listener at the vault."""

from tests.accessibility.tour import Tour
from tests.support import call_backs
from tests.support.agent import Agent
from tests.support.visitor import PHONE

PHONE_NUMBER = "06 39 98 00 01"


def walk(tour: Tour) -> None:
    listener = tour.arrive("ecoutante", PHONE)
    listener.sign_in("vault", "ecoute-1", "/rappels")
    tour.stop(listener, "rappels-aucun", "identity-vault/rappels.html", "Aucun rappel n’est demandé")
    asked(tour)
    call_backs.ask_for_now(tour.demo, PHONE_NUMBER)
    listener.wait_for("C’est l’heure")
    listener.wait_for("Le numéro se montrera cinq minutes avant")
    tour.stop(listener, "rappels", "identity-vault/rappels.html", "C’est l’heure")
    too_late = tour.arrive("ecoutant", PHONE)
    too_late.sign_in("vault", "ecoute-2", "/rappels")
    listener.press("Prendre cet appel")
    tour.stop(listener, "rappel-numero", "identity-vault/rappel.html", PHONE_NUMBER)
    listener.follow("Revenir à la liste")
    tour.stop(listener, "rappels-pris", "identity-vault/rappels.html", "Vous l’avez pris")
    too_late.press("Prendre cet appel")
    tour.stop(too_late, "rappel-trop-tard", "identity-vault/rappel_refus.html", "Ce rappel n’est plus à faire")


def asked(tour: Tour) -> None:
    """By an agent, for the first hour that is offered."""
    agent = Agent(tour.arrive("appelee", PHONE))
    here = agent.visitor
    here.go("intake", "/m/dainville-62")
    agent.press("Être rappelé·e par une ou un psychologue")
    tour.stop(here, "rappel", "intake/rappel.html", "Ce n’est pas un signalement")
    agent.press("Demander à être rappelé·e")
    tour.stop(here, "rappel-erreurs", "intake/rappel.html", "Écrivez un numéro de téléphone")
    here.choose("Par téléphone")
    here.page.get_by_label("Votre numéro").fill(PHONE_NUMBER)
    here.page.get_by_label("Quel jour ?").select_option(index=2)
    here.page.get_by_label("À quelle heure ?").select_option(index=1)
    agent.press("Demander à être rappelé·e")
    tour.stop(here, "rappel-note", "intake/rappel_note.html", "Votre demande est partie")
