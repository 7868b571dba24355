"""Custodians' pages: an order written, signed by two of them, carried out for an authority; a receipt that was lost."""

from collections.abc import Mapping
from datetime import timedelta

from chassis.clock import SystemClock, paris_day
from chassis.sealing import age
from tests.accessibility.tour import Tour
from tests.support import keeping, offices
from tests.support.portal import Reporter, Story
from tests.support.visitor import DESKTOP, Visitor

STORY = Story(identity={"given_name": "Hippolyte", "family_name": "Canari", "position": "Agent d’entretien"})
RECIPIENT = age.new_identity().recipient
DEMAND = {
    "Bloc remis": "",
    "Référence de l’acte": "Réquisition 2026/118",
    "Autorité qui demande": "Tribunal judiciaire de l’exemple, parquet",
    "Date de l’acte": "2026-11-02",
    "Clé publique de l’autorité": RECIPIENT,
    "Date du réexamen": "",
}
LOST = DEMAND | {
    "Référence de l’acte": "Entretien du 2 novembre",
    "Autorité qui demande": "Centre de gestion du Pas-de-Calais",
    "Clé publique de l’autorité": "",
}


def walk(tour: Tour) -> None:
    block = sealed_block(tour)
    first, second = tour.arrive("gardienne", DESKTOP), tour.arrive("gardien", DESKTOP)
    keeping.arrive(first, "gardien-1")
    keeping.arrive(second, "gardien-2")
    first.go("vault", "/gardiens")
    tour.stop(first, "gardiens-vides", "identity-vault/gardiens.html", "Ordres des gardiens")
    to_write(tour, first)
    demand(tour, first, second, block)
    lost_receipt(tour, first, second, block)
    second.go("vault", "/gardiens")
    tour.stop(second, "gardiens", "identity-vault/gardiens.html", "Récépissé perdu")


def sealed_block(tour: Tour) -> str:
    """The block that a referent hands to custodians."""
    offices.at_rest(tour.demo)
    known = offices.cases(tour.demo)
    with Reporter(tour.demo.url("intake")) as reporter:
        reporter.report("etaples-62", STORY)
    case = keeping.taken_in_charge(tour.demo, offices.new_case(tour.demo, known))
    referent = tour.arrive("remettante", DESKTOP)
    referent.sign_in("casework", keeping.REFERENT)
    referent.go("casework", f"/dossiers/{case}/demande-judiciaire")
    referent.press("Préparer le bloc scellé")
    return str(referent.page.locator("pre.block").inner_text())


def to_write(tour: Tour, here: Visitor) -> None:
    here.follow("Écrire un ordre")
    tour.stop(here, "ordre-nouveau", "identity-vault/ordre_nouveau.html", "Ce qui fonde la demande")
    here.press("Enregistrer l’ordre")
    tour.stop(here, "ordre-erreurs", "identity-vault/ordre_nouveau.html", "Choisissez ce qui fonde la demande")
    here.choose("Une réquisition judiciaire")
    here.choose("Tout de suite, dans son espace de suivi, avec des explications écrites")
    record(here, DEMAND | {"Bloc remis": "-----BEGIN PARAVENT-----", "Clé publique de l’autorité": "age1"})
    tour.stop(here, "ordre-refuse", "identity-vault/ordre_nouveau.html", "Collez le bloc entier")


def demand(tour: Tour, first: Visitor, second: Visitor, block: str) -> None:
    """Deferred: the page says until when."""
    first.go("vault", "/gardiens/nouvel-ordre")
    first.choose("Une réquisition judiciaire")
    first.choose("Plus tard, parce que l’informer compromettrait la procédure judiciaire")
    record(first, DEMAND | {"Bloc remis": block, "Date du réexamen": in_half_a_year()})
    tour.stop(first, "ordre", "identity-vault/ordre.html", "Personne n’a encore signé")
    sign(first)
    tour.stop(first, "ordre-attend", "identity-vault/ordre.html", "Il manque la signature d’un gardien")
    second.go("vault", first.path())
    sign(second)
    tour.stop(second, "ordre-signe", "identity-vault/ordre.html", "L’ordre s’exécute une seule fois")
    second.press("Exécuter l’ordre")
    tour.stop(second, "ordre-resultat", "identity-vault/ordre_resultat.html", "Remettez ce bloc à l’autorité")
    first.page.reload()
    tour.stop(first, "ordre-execute", "identity-vault/ordre.html", "Le résultat a été remis une fois")


def lost_receipt(tour: Tour, first: Visitor, second: Visitor, block: str) -> None:
    first.go("vault", "/gardiens/nouvel-ordre")
    first.choose("La personne a perdu son récépissé")
    record(first, LOST | {"Bloc remis": block})
    sign(first)
    second.go("vault", first.path())
    sign(second)
    second.press("Exécuter l’ordre")
    tour.stop(second, "ordre-sans-nom", "identity-vault/ordre.html", "Écrivez le prénom et le nom")
    second.page.get_by_label("Prénom").fill("Hippolyte")
    second.page.get_by_label("Nom", exact=True).fill("Canari")
    second.press("Exécuter l’ordre")
    tour.stop(second, "ordre-nom", "identity-vault/ordre_resultat.html", "Le nom correspond")


def in_half_a_year() -> str:
    return (paris_day(SystemClock().now()) + timedelta(days=180)).isoformat()


def record(here: Visitor, answers: Mapping[str, str]) -> None:
    for label, answer in answers.items():
        here.page.get_by_label(label).fill(answer)
    here.press("Enregistrer l’ordre")


def sign(here: Visitor) -> None:
    before = here.page.locator("h2", has_text="Signatures").locator("+ ul li").count()
    here.page.get_by_role("button", name="Toucher ma clé et signer").click()
    here.page.locator("h2", has_text="Signatures").locator("+ ul li").nth(before).wait_for()
