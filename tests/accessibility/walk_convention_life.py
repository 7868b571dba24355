"""A convention's life at the managers' pages: prepared, sent, completed, given notice of; and what goes wrong."""

import re

from tests.accessibility.tour import Tour
from tests.support.visitor import DESKTOP, Visitor

COMMUNE = "Fampoux"


def walk(tour: Tour) -> None:
    here = tour.arrive("vie-des-conventions", DESKTOP)
    here.sign_in("billing", "gestion-1", "/conventions/textes")
    tour.stop(here, "convention-textes", "billing/convention_terms.html", "Tribunal compétent")
    prepared(tour, here)
    completed(tour, here)
    left(tour, here)


def prepared(tour: Tour, here: Visitor) -> None:
    here.go("billing", f"/conventions/nouvelle?q={COMMUNE}")
    here.press(f"Préparer : {COMMUNE}")
    tour.stop(here, "proposition", "billing/proposal.html", "Ce que l’on sait")
    here.follow("Modifier")
    here.page.fill("#headcount", "0")
    here.press("Enregistrer le projet")
    tour.stop(here, "proposition-erreur", "billing/proposal_edit.html", "au moins 1 agent")
    here.page.fill("#headcount", "14")
    here.press("Enregistrer le projet")
    here.press("Noter l’envoi")
    tour.stop(here, "proposition-envoyee", "billing/proposal.html", "transmettez-lui vous-même")
    here.go("billing", "/conventions?etat=envoyees")
    tour.stop(here, "conventions", "billing/conventions.html", COMMUNE)


def completed(tour: Tour, here: Visitor) -> None:
    here.go("billing", "/conventions?etat=a-contresigner")
    here.page.get_by_role("link", name=re.compile("^Noter une signature")).first.click()
    tour.stop(here, "contresigner", "billing/convention_countersign.html", "Qui a signé")
    here.press("Enregistrer")
    more(here)
    tour.stop(here, "adherent-vie", "billing/member.html", "La signature est enregistrée")
    here.press("Préparer la convention suivante")
    tour.stop(here, "convention-impossible", "billing/not_possible.html", "le marché suivant n’est pas connu")
    here.follow("Retour")
    _open(here, "Enregistrer un avenant")
    here.press("Enregistrer l’avenant")
    tour.stop(here, "avenant-erreurs", "billing/convention_amend.html", "Dites ce que l’avenant modifie")
    here.page.go_back()
    here.page.go_back()
    _open(here, "Rôles sur les données personnelles")
    here.page.select_option("#service_file_cdg", "none")
    here.press("Enregistrer")
    tour.stop(here, "donnees-erreur", "billing/convention_data.html", "un seul responsable")


def left(tour: Tour, here: Visitor) -> None:
    here.go("billing", "/conventions?etat=a-contresigner")
    here.page.get_by_role("link", name=re.compile("^Noter une signature")).last.click()
    convention = here.path().removesuffix("/contresigner")
    here.go("billing", f"{convention}/preavis")
    here.press("Voir la date de sortie")
    tour.stop(here, "preavis-erreurs", "billing/convention_notice.html", "a reçu la lettre recommandée")
    for field in ("cdg_received_on", "provider_received_on"):
        here.page.fill(f"#{field}", "2026-10-02")
    here.press("Voir la date de sortie")
    tour.stop(here, "preavis-verifier", "billing/convention_notice_check.html", "Dernier jour")
    here.press("Enregistrer la résiliation")
    here.follow("Retirer la résiliation")
    tour.stop(here, "preavis-retirer", "billing/convention_withdraw.html", "courra de nouveau")
    here.press("Retirer la résiliation")
    here.go("billing", f"{convention}/defaillance")
    here.page.fill("#on", "2027-03-31")
    here.press("Voir les conséquences")
    here.press("Enregistrer")
    here.follow("Retirer cette résiliation")
    tour.stop(here, "defaillance-retirer", "billing/convention_undo.html", "le dernier jour redevient")
    here.press("Retirer cette résiliation")
    here.go("billing", "/conventions/defaillance")
    tour.stop(here, "defaillance", "billing/convention_default.html", "Du fait de qui")
    here.page.fill("#on", "2027-03-31")
    here.press("Voir les conséquences")
    tour.stop(here, "defaillance-verifier", "billing/convention_default_check.html", "Aucune indemnisation")


def more(here: Visitor) -> None:
    """Open what the page keeps folded."""
    here.page.locator("details.life-more summary").click()


def _open(here: Visitor, link: str) -> None:
    more(here)
    here.follow(link)
