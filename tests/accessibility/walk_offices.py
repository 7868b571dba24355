"""The back office of screeners and referents: lists, a case at each stage, refusals, sign-in and sign-out."""

from tests.accessibility.tour import Tour
from tests.support import offices
from tests.support.portal import Reporter, Story
from tests.support.visitor import DESKTOP, Visitor

STORY = Story(
    {"acts": ["DISCRIMINATION", "MENACE"], "main_act": "MENACE", "criteria": ["AGE", "SEXE"], "danger": "yes"},
    files=[("notes.txt", b"Lundi : meme remarque.", "text/plain")],
)


def walk(tour: Tour) -> None:
    strangers(tour)
    offices.at_rest(tour.demo)
    known = offices.cases(tour.demo)
    referent = tour.arrive("referent", DESKTOP)
    referent.sign_in("casework", "referent-5", "/dossiers")
    tour.stop(referent, "dossiers-vides", "casework/dossiers.html", "Aucun dossier n’attend")
    with Reporter(tour.demo.url("intake")) as reporter:
        reporter.report("hersin-coupigny-62", STORY)
    case = offices.new_case(tour.demo, known)
    first_reading(tour, case)
    handling(tour, referent, case)
    refusals(tour, referent, case)


def strangers(tour: Tour) -> None:
    """Before signing in, and with an account that opens nothing."""
    here = tour.arrive("inconnu", DESKTOP)
    here.go("casework", "/connexion/retour?state=rien")
    tour.stop(here, "connexion-manquee", "chassis/sign_in_failed.html", "La connexion n’a pas abouti")
    here.sign_in("casework", "gestion-1")
    tour.stop(here, "sans-habilitation", "casework/sans_habilitation.html", "Votre compte n’ouvre pas cette page")


def first_reading(tour: Tour, case: str) -> None:
    here = tour.arrive("ecran", DESKTOP)
    here.sign_in("casework", "ecran-1", "/relecture")
    tour.stop(here, "relectures", "casework/relectures.html", "Première lecture")
    offices.open_case(here, f"/relecture/{case}")
    tour.stop(here, "relecture", "casework/relecture.html", "Mots à masquer partout")
    here.press("Envoyer")
    tour.stop(here, "relecture-erreur", "casework/relecture.html", "Écrivez un texte avant d’envoyer")
    here.go("casework", f"/relecture/{case}")
    here.press("Transmettre aux référents")
    here.go("casework", "/relecture?vue=relus")
    tour.stop(here, "relectures-relus", "casework/relectures.html", "À prendre en charge")
    here.go("casework", f"/relecture/{case}")
    tour.stop(here, "relecture-relue", "casework/relecture.html", "ce que lisent les référents")


def handling(tour: Tour, here: Visitor, case: str) -> None:
    here.go("casework", "/dossiers")
    tour.stop(here, "dossiers", "casework/dossiers.html", "À prendre en charge")
    offices.open_case(here, f"/dossiers/{case}")
    tour.stop(here, "dossier", "casework/dossier.html", "attend sa prise en charge")
    here.press("Prendre en charge")
    tour.stop(here, "dossier-en-charge", "casework/dossier.html", "Clore le dossier")
    identity(tour, here, case)
    here.press("Clore le dossier")
    tour.stop(here, "dossier-erreur", "casework/dossier.html", "Écrivez un texte avant d’envoyer")
    here.page.get_by_label("Explication donnée").fill("Les faits ont été reconnus ; l’équipe a été réorganisée.")
    here.press("Clore le dossier")
    tour.stop(here, "dossier-clos", "casework/dossier.html", "réorganisée")
    here.go("casework", "/dossiers?vue=clos")
    tour.stop(here, "dossiers-clos", "casework/dossiers.html", "Vos dossiers")


def identity(tour: Tour, here: Visitor, case: str) -> None:
    """Asking who the reporter is, and the sealed block of a judicial demand; back to the case at the end."""
    here.follow("Demander l’identité")
    tour.stop(here, "identite", "casework/identite.html", "À quoi servira-t-elle")
    here.press("Envoyer la demande")
    tour.stop(here, "identite-erreur", "casework/identite.html", "Choisissez à quoi l’identité doit servir")
    here.choose("Rencontrer la personne")
    here.page.get_by_label("Pourquoi, avec vos mots").fill("Pour vous recevoir et vous présenter vos droits.")
    here.choose("Nom et prénom")
    here.press("Envoyer la demande")
    tour.stop(here, "dossier-identite-demandee", "casework/dossier.html", "Sans réponse pour l’instant")
    here.go("casework", f"/dossiers/{case}/identite")
    tour.stop(here, "identite-en-cours", "casework/identite.html", "Votre demande est en cours")
    here.go("casework", f"/dossiers/{case}/demande-judiciaire")
    tour.stop(here, "demande-judiciaire", "casework/demande_judiciaire.html", "Avant de préparer le bloc")
    here.press("Préparer le bloc scellé")
    tour.stop(here, "demande-judiciaire-bloc", "casework/demande_judiciaire.html", "FIN DE LA DEMANDE")
    here.go("casework", f"/dossiers/{case}")


def refusals(tour: Tour, here: Visitor, case: str) -> None:
    """Somebody else's page, a form that is not ours, a session that is over, the way out."""
    assert here.go("casework", "/dossiers/00000000-0000-4000-8000-000000000000") == 404
    tour.stop(here, "dossier-404", "chassis/error.html", "Cette page n’existe pas")
    here.page.locator('form[action="/deconnexion"] input[name="_csrf"]').evaluate("e => { e.value = 'x'; }")
    here.press("Se déconnecter")
    tour.stop(here, "dossiers-403", "chassis/error.html", "Cette action ne vous est pas ouverte")
    here.go("casework", f"/dossiers/{case}")
    here.context.clear_cookies()
    here.press("Envoyer")
    tour.stop(here, "dossiers-session-fermee", "chassis/error.html", "Votre session est fermée")
    here.go("casework", "/deconnexion/faite")
    tour.stop(here, "deconnexion", "chassis/signed_out.html", "Votre session est fermée")
