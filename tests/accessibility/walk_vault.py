"""The vault's pages: a passkey, an agreement from its delay to the identity, what is refused, the DPO's journal."""

from tests.accessibility.tour import Tour
from tests.support import consents, offices
from tests.support.portal import Reporter, Story
from tests.support.vault_pages import add_authenticator
from tests.support.visitor import DESKTOP, Visitor

STORY = Story(identity={"given_name": "Jeanne", "family_name": "Canari", "position": "Agente d’accueil"})
REFERENT = "referent-5"


def walk(tour: Tour) -> None:
    here = tour.arrive("destinataire", DESKTOP)
    add_authenticator(here.page)
    here.go("vault")
    tour.stop(here, "coffre-accueil", "identity-vault/accueil.html", "Coffre des identités")
    here.sign_in("vault", REFERENT, "/connexion")
    tour.stop(here, "coffre-accords-vides", "identity-vault/accords.html", "Aucun accord ne vous est adressé")
    passkey(tour, here)
    disclosure(tour, here)
    refusals(tour, here)
    journal(tour)


def passkey(tour: Tour, here: Visitor) -> None:
    here.go("vault", "/cle")
    tour.stop(here, "coffre-cle-aucune", "identity-vault/cle.html", "Aucune clé n’est enregistrée")
    here.page.get_by_role("button", name="Enregistrer une clé").click()
    here.page.get_by_text("Votre clé est enregistrée").wait_for()
    tour.stop(here, "coffre-cle", "identity-vault/cle.html", "Une clé est enregistrée et peut servir")
    here.page.get_by_role("button", name="Toucher ma clé actuelle").click()
    here.page.get_by_role("heading", name="Ajouter une autre clé", level=1).wait_for()
    tour.stop(here, "coffre-cle-suivante", "identity-vault/cle_suivante.html", "Votre clé actuelle a été reconnue")


def disclosure(tour: Tour, here: Visitor) -> None:
    offices.at_rest(tour.demo)
    known = offices.cases(tour.demo)
    with Reporter(tour.demo.url("intake")) as reporter:
        words = reporter.report("hersin-coupigny-62", STORY)
    consents.ask_for_identity(tour.demo, offices.new_case(tour.demo, known), REFERENT)
    consents.agree(tour.demo, words)
    here.go("vault")
    here.wait_for("Peut être ouvert")
    tour.stop(here, "coffre-accords", "identity-vault/accords.html", "Chaque accord s’ouvre une fois")
    here.follow("Dossier")
    tour.stop(here, "coffre-accord", "identity-vault/accord.html", "Est-ce bien votre dossier")
    here.follow("C’est mon dossier, ouvrir l’identité")
    tour.stop(here, "coffre-ouverture", "identity-vault/ouverture.html", "une seule fois")
    here.page.get_by_role("button", name="Toucher ma clé et ouvrir").click()
    here.page.get_by_role("heading", name="La personne qui a signalé").wait_for()
    tour.stop(here, "coffre-identite", "identity-vault/identite.html", "Canari")
    here.page.reload()
    assert not here.shows("Canari")
    tour.stop(here, "coffre-accord-ouvert", "identity-vault/accord.html", "Cet accord ne sert plus")


def refusals(tour: Tour, here: Visitor) -> None:
    """A touch sent twice; a session without the provider's proof."""
    here.go("vault", "/cle")
    here.page.get_by_role("button", name="Toucher ma clé actuelle").click()
    here.page.get_by_role("heading", name="Ajouter une autre clé", level=1).wait_for()
    here.page.reload()
    tour.stop(here, "coffre-refus", "identity-vault/refus.html", "La clé d’accès n’a pas été reconnue")
    here.context.clear_cookies(name="identity-vault-fournisseur")
    here.go("vault", "/cle")
    tour.stop(here, "coffre-identifiez-vous", "identity-vault/identifiez_vous.html", "Identifiez-vous de nouveau")


def journal(tour: Tour) -> None:
    here = tour.arrive("dpo", DESKTOP)
    here.sign_in("vault", "dpo-1", "/journal")
    tour.stop(here, "coffre-journal", "identity-vault/journal.html", "Identité ouverte")
