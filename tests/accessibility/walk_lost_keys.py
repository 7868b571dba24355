"""Lost passkeys: who holds one says so, two custodians confirm, a new one comes; and one that its owner takes away."""

from tests.accessibility.tour import Tour
from tests.support import keeping
from tests.support.browsing import follow
from tests.support.vault_pages import add_authenticator
from tests.support.visitor import DESKTOP, Visitor

HOLDER = "referent-6"


def walk(tour: Tour) -> None:
    holder = tour.arrive("étourdie", DESKTOP)
    keeping.arrive(holder, HOLDER)
    holder.go("vault", "/cle/perdue")
    tour.stop(holder, "cle-perdue", "identity-vault/cle_perdue.html", "après avoir rencontré deux gardiens")
    press(holder, "Obtenir le code")
    tour.stop(holder, "cle-code", "identity-vault/cle_code.html", "Notez ce code")
    code = holder.page.locator(".big-code").inner_text()
    holder.go("vault", "/cle")
    tour.stop(holder, "cle-perte-declaree", "identity-vault/cle.html", "Une perte est déclarée")
    holder.go("vault", "/cle/retrouvee")
    tour.stop(holder, "cle-retrouvee", "identity-vault/cle_retrouvee.html", "Je n’ai pas perdu ma clé")
    confirmed(tour, code)
    holder.go("vault", "/cle")
    tour.stop(holder, "cle-a-refaire", "identity-vault/cle.html", "Deux gardiens ont confirmé la perte")
    taken_away(tour, holder)


def confirmed(tour: Tour, code: str) -> None:
    first, second = tour.arrive("gardienne-clef", DESKTOP), tour.arrive("gardien-clef", DESKTOP)
    keeping.arrive(first, "gardien-1")
    keeping.arrive(second, "gardien-2")
    first.go("vault", "/cles-perdues")
    tour.stop(first, "cles-perdues", "identity-vault/cles_perdues.html", "À confirmer par vous")
    follow(first.page, first.page.locator("a.whole"))
    tour.stop(first, "cle-a-confirmer", "identity-vault/cle_a_confirmer.html", "Avant de confirmer")
    press(first, "Continuer")
    tour.stop(first, "cle-a-confirmer-erreur", "identity-vault/cle_a_confirmer.html", "Écrivez le code")
    confirm(first, code)
    tour.stop(first, "cle-confirmer", "identity-vault/cle_confirmer.html", "Le code est le bon")
    press(first, "Toucher ma clé et confirmer")
    second.go("vault", "/cles-perdues")
    follow(second.page, second.page.locator("a.whole"))
    confirm(second, code)
    press(second, "Toucher ma clé et confirmer")
    tour.stop(second, "cles-perdues-confirmee", "identity-vault/cles_perdues.html", "La perte est confirmée")


def taken_away(tour: Tour, holder: Visitor) -> None:
    press(holder, "Enregistrer une clé")
    press(holder, "Toucher ma clé actuelle")
    add_authenticator(holder.page, "usb")
    press(holder, "Enregistrer cette clé")
    tour.stop(holder, "cle-deux", "identity-vault/cle.html", "Retirer une clé")
    follow(holder.page, holder.page.get_by_role("button", name="Retirer cette clé").last)
    tour.stop(holder, "cle-retrait", "identity-vault/cle_retrait.html", "Touchez une autre de vos clés")


def confirm(custodian: Visitor, code: str) -> None:
    custodian.page.get_by_label("Code que donne la personne").fill(code)
    press(custodian, "Continuer")


def press(here: Visitor, name: str) -> None:
    follow(here.page, here.page.get_by_role("button", name=name))
