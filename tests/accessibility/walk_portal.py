"""The reporters' portal: in front of the form, through it, behind it."""

from tests.accessibility.tour import Tour
from tests.support.agent import Agent, Told
from tests.support.visitor import PHONE

TOLD = Told(
    "Dainville",
    acts=["Discrimination", "Menaces"],
    main="Menaces",
    criteria=["Le sexe"],
    what="Il a dit à tous que Solange Deleplace n’était pas à sa place.",
)


def walk(tour: Tour) -> None:
    visitor = tour.arrive("portail", PHONE)
    in_front(tour, Agent(visitor))
    questions(tour, Agent(visitor))
    words = last_pages(tour, Agent(visitor))
    space(tour, Agent(visitor), words)


def in_front(tour: Tour, agent: Agent) -> None:
    here = agent.visitor
    here.go("intake")
    tour.stop(here, "accueil", "intake/accueil.html", "Quel est votre employeur")
    agent.press("Chercher")
    tour.stop(here, "accueil-erreur", "intake/accueil.html", "Écrivez le nom de votre commune")
    here.page.get_by_label("Quel est votre employeur ?").fill("zzz")
    agent.press("Chercher")
    tour.stop(here, "resultats-vides", "intake/resultats.html", "Aucun employeur adhérent")
    here.page.get_by_label("Chercher un autre nom").fill("a")
    agent.press("Chercher")
    tour.stop(here, "resultats", "intake/resultats.html", "Choisissez dans la liste")
    here.go("intake", "/ou-s-adresser")
    tour.stop(here, "a-qui-parler", "intake/ailleurs.html", "À qui parler")
    assert here.go("intake", "/m/nulle-part") == 404
    tour.stop(here, "membre-inconnu", "intake/ailleurs.html", "À qui parler")
    here.go("intake", "/m/dainville-62/affiche")
    tour.stop(here, "affiche", "intake/affiche.html", "Utilisez votre propre téléphone")
    here.go("intake", "/accessibilite")
    tour.stop(here, "accessibilite", "chassis/accessibilite.html", "Déclaration d’accessibilité")
    assert here.go("intake", "/nulle-part") == 404
    tour.stop(here, "portail-404", "chassis/error.html", "Cette page n’existe pas")
    assert here.go("intake", "/suivi/message") == 405
    tour.stop(here, "portail-405", "chassis/error.html", "ne s’ouvre pas ainsi")


def questions(tour: Tour, agent: Agent) -> None:
    here = agent.visitor
    here.go("intake", "/m/dainville-62")
    tour.stop(here, "membre", "intake/membre.html", "Commencer un signalement")
    agent.press("Commencer un signalement")
    tour.stop(here, "avant", "intake/avant.html", "Avant de commencer")
    agent.press("J’ai compris, continuer")
    tour.stop(here, "ecoute", "intake/ecoute.html", "Voulez-vous d’abord parler")
    agent.press("Écrire maintenant")
    agent.press("Continuer")
    tour.stop(here, "question-erreur", "intake/question.html", "Dites si vous êtes")
    agent.answer(TOLD, before=lambda code: tour.stop(here, f"question-{code}", "intake/question.html", "Étape"))


def last_pages(tour: Tour, agent: Agent) -> str:
    here = agent.visitor
    tour.stop(here, "verification", "intake/verification.html", "Vérifiez vos réponses")
    agent.send()
    tour.stop(here, "verification-erreur", "intake/verification.html", "Choisissez comment vous voulez être")
    agent.give_identity("Solange", "Deleplace")
    agent.join("solange-deleplace.txt", b"notes")
    agent.send()
    tour.stop(here, "verification-passages", "intake/verification.html", "Ces passages peuvent dire qui vous êtes")
    agent.send()
    words = agent.words()
    tour.stop(here, "recepisse", "intake/recepisse.html", "Votre signalement est envoyé")
    return words


def space(tour: Tour, agent: Agent, words: str) -> None:
    here = agent.visitor
    here.go("intake", "/suivi")
    tour.stop(here, "suivi", "intake/suivi.html", "Vos huit mots")
    agent.open_space("trois mots seulement")
    tour.stop(here, "suivi-erreur", "intake/suivi.html", "Le récépissé compte huit mots")
    agent.open_space(words)
    tour.stop(here, "espace", "intake/espace.html", "Accusé de réception")
    agent.write("")
    tour.stop(here, "espace-erreur", "intake/espace.html", "Écrivez votre message avant")
    agent.write("Je peux mardi.")
    tour.stop(here, "espace-message", "intake/espace.html", "Envoyé, pas encore lu")
    here.page.get_by_label("Écrire un message").fill("Encore une chose.")
    here.context.clear_cookies()
    agent.press("Envoyer le message")
    tour.stop(here, "espace-fini", "intake/fini.html", "Votre message n’est pas parti")
    assert here.page.get_by_label("Votre message").input_value() == "Encore une chose."
    agent.open_space(words)
    own_identity(tour, agent, words)
    agent.press("Fermer mon espace")
    tour.stop(here, "espace-ferme", "intake/ferme.html", "Votre espace est fermé")
    expired(tour, agent)


def own_identity(tour: Tour, agent: Agent, words: str) -> None:
    """The name and the address, from the space and back to it."""
    here = agent.visitor
    here.follow("Reprendre mon nom")
    tour.stop(here, "nom-scelle", "intake/nom.html", "Votre nom est scellé")
    here.page.get_by_label("Vos huit mots").fill(words)
    agent.press("Reprendre mon nom")
    tour.stop(here, "nom", "intake/nom.html", "Confier votre nom")
    agent.press("Sceller mon nom")
    tour.stop(here, "nom-erreur", "intake/nom.html", "Rien n’a été changé")
    here.follow("Votre espace de suivi")
    here.follow("Laisser une adresse")
    tour.stop(here, "adresse", "intake/adresse.html", "Être prévenu·e par un message")
    here.page.get_by_label("Votre adresse électronique").fill("x@mairie-dainville.fr")
    agent.press("Laisser mon adresse")
    tour.stop(here, "adresse-erreur", "intake/adresse.html", "adresse professionnelle")
    here.page.get_by_label("Votre adresse électronique").fill("x@exemple.org")
    here.page.get_by_label("Vos huit mots").fill(words)
    agent.press("Laisser mon adresse")
    tour.stop(here, "adresse-laissee", "intake/adresse.html", "Vous avez laissé une adresse")
    here.follow("Votre espace de suivi")


def expired(tour: Tour, agent: Agent) -> None:
    """A form whose state is too old, or not ours."""
    here = agent.visitor
    here.go("intake", "/m/dainville-62")
    agent.press("Commencer un signalement")
    here.page.locator('input[name="etat"]').evaluate("e => { e.value = 'x'; }")
    agent.press("J’ai compris, continuer")
    tour.stop(here, "formulaire-expire", "intake/perdu.html", "Cette page a expiré")
