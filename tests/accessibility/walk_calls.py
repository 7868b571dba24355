"""Tariffs, a yearly call that the clock carries out, and what a member declares to it."""

from chassis.testing import eventually
from tests.accessibility.tour import Tour
from tests.support.letters import link_to_space
from tests.support.visitor import DESKTOP, Visitor

CORRESPONDENT = "nour.maquette@communes.example.org"
TYPED = {"agents": "60", "name": "Nour Maquette", "function": "Secrétaire générale"}


def walk(tour: Tour) -> None:
    here = tour.arrive("appels", DESKTOP)
    here.sign_in("billing", "gestion-1")
    tariffs(tour, here)
    run = calling(tour, here)
    declaring(tour)
    here.go("billing", run)
    tour.stop(here, "appel", "billing/call_run.html", "Valider les appels cochés")
    here.follow("Agny")
    tour.stop(here, "appel-membre", "billing/call_file.html", "plus de 20 %")
    here.page.locator("summary", has_text="Renvoyer la question").click()
    here.press("Renvoyer")
    tour.stop(here, "appel-membre-erreur", "billing/call_file.html", "Dites à la collectivité ce qui est à revoir")
    here.go("billing", run)
    here.press("Valider les appels cochés")
    tour.stop(here, "appel-erreur", "billing/call_run.html", "Cochez au moins un appel")


def tariffs(tour: Tour, here: Visitor) -> None:
    here.go("billing", "/tarifs")
    tour.stop(here, "tarifs", "billing/tariffs.html", "Version 1")
    here.follow("Ajouter une version")
    here.press("Vérifier")
    tour.stop(here, "tarif-erreurs", "billing/tariff_new.html", "Choisissez comment cette ligne est comptée")
    here.page.fill("#valid_from", "2027-01-01")
    here.page.select_option("#charge_1_basis", "per_agent_by_size")
    here.page.fill("#charge_1_label", "Participation annuelle")
    here.page.fill("#charge_1_bands", "1 : 2,00\n50 : 1,80")
    here.press("Vérifier")
    tour.stop(here, "tarif-verifier", "billing/tariff_check.html", "Vérifiez avant d’enregistrer")


def calling(tour: Tour, here: Visitor) -> str:
    """Start the run of the first year that is offered, and wait for the clock; its address."""
    here.go("billing", "/appels")
    tour.stop(here, "appels", "billing/calls.html", "Préparer l’appel")
    here.page.locator("a", has_text="Préparer l’appel").first.click()
    tour.stop(here, "appel-preparer", "billing/call_prepare.html", "adhérents à appeler")
    here.page.fill("#due_on", "2026-01-01")
    here.press("Appeler")
    tour.stop(here, "appel-preparer-erreur", "billing/call_prepare.html", "doit être à venir")
    here.page.fill("#due_on", "2099-12-31")
    here.press("Appeler")
    run = here.path()
    tour.stop(here, "appel-en-cours", "billing/call_run.html", "Réponse attendue avant le")

    def called() -> bool:
        here.go("billing", run)
        return "Envoi des bordereaux" not in here.page.locator("main").inner_text()

    eventually(called, within=90)
    return run


def declaring(tour: Tour) -> None:
    """The member's side, from the link of its letter."""
    here = tour.arrive("mairie", DESKTOP)
    here.go("billing", "/espace")
    tour.stop(here, "espace-expire", "billing/space_over.html", "Ce lien ne fonctionne plus")
    here.page.goto(link_to_space(tour.demo, CORRESPONDENT))
    tour.stop(here, "espace-entree", "billing/space_enter.html", "Espace de votre collectivité")
    here.press("Entrer")
    tour.stop(here, "espace-appels", "billing/space.html", "déclarer l’effectif")
    here.page.locator("a", has_text="déclarer l’effectif").first.click()
    here.press("Voir le montant")
    tour.stop(here, "espace-appel-erreurs", "billing/declare.html", "Indiquez l’effectif, en chiffres")
    for field, typed in TYPED.items():
        here.page.fill(f"#{field}", typed)
    here.press("Voir le montant")
    tour.stop(here, "espace-appel-montant", "billing/declare_check.html", "Vérifiez et confirmez")
    here.page.locator("label", has_text="c’est bien le nombre").click()
    here.press("Confirmer la déclaration")
    tour.stop(here, "espace-appel-declare", "billing/declare.html", "Votre déclaration est enregistrée")
