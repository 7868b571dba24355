"""Services ordered of the provider: chosen on a case, approved in the member's space, reconciled by a manager."""

import re

from tests.accessibility.tour import Tour
from tests.support import keeping, offices
from tests.support.agent import file_report
from tests.support.browsing import follow
from tests.support.letters import link_to_space
from tests.support.visitor import DESKTOP, PHONE, Visitor

# Of keeping.MEMBER (billing/reference/demo.toml).
CORRESPONDENT = "lee.trame@communes.example.org"
HEAD = "commande;code;quantité;montant HT;montant TTC\n"


def walk(tour: Tour) -> None:
    offices.at_rest(tour.demo)
    known = offices.cases(tour.demo)
    reporter = tour.arrive("auteur-de-la-commande", PHONE)
    file_report(reporter, keeping.told())
    case = keeping.taken_in_charge(tour.demo, offices.new_case(tour.demo, known))
    ordered(tour, tour.arrive("referent-qui-commande", DESKTOP), f"/dossiers/{case}")
    number = approved(tour, tour.arrive("ordonnateur", PHONE))
    reconciled(tour, number)


def ordered(tour: Tour, here: Visitor, case: str) -> None:
    here.sign_in("casework", keeping.REFERENT)
    tour.demo.until(lambda: here.go("casework", f"{case}/commander") == 200)
    tour.stop(here, "commander", "casework/commander.html", "L’ordonnateur de la collectivité verra cette commande")
    here.page.fill('[id="q-1.4"]', "deux")
    here.press("Voir le total")
    tour.stop(here, "commander-erreur", "casework/commander.html", "un nombre entier")
    here.page.fill('[id="q-1.4"]', "5")
    here.page.fill('[id="q-1.3"]', "1")
    here.press("Voir le total")
    tour.stop(here, "commander-relire", "casework/commander_relire.html", "Un forfait coûterait moins")
    here.press("Commander")
    tour.stop(here, "commander-non-lu", "casework/commander_relire.html", "Cochez la case")
    here.page.locator("label[for=averti]").click()
    here.press("Commander")
    tour.stop(here, "dossier-commande", "casework/dossier.html", "Entretien de soutien psychologique")


def approved(tour: Tour, here: Visitor) -> str:
    """The member's ordonnateur, by the link of the letter; answers the order's number."""
    here.page.goto(link_to_space(tour.demo, CORRESPONDENT))
    here.page.locator("main button").first.click()
    here.follow(re.compile("^C-"))
    tour.stop(here, "espace-devis", "billing/space_order.html", "Approuver et commander")
    here.press("Approuver et commander")
    here.press("Attester le service fait")
    tour.stop(here, "espace-commande", "billing/space_order.html", "Service fait")
    return re.search(r"C-[0-9A-Z]{4}-[0-9A-Z]{4}", here.page.locator("h1").inner_text())[0]


def reconciled(tour: Tour, number: str) -> None:
    here = tour.arrive("gestion-des-commandes", DESKTOP)
    here.sign_in("billing", "gestion-1")
    here.go("billing", "/commandes?etat=settled")
    tour.stop(here, "commandes-aucune", "billing/orders.html", "Aucune commande dans cet état")
    here.go("billing", "/commandes?etat=delivered")
    tour.stop(here, "commandes", "billing/orders.html", number)
    here.go("billing", "/commandes/releves/nouveau")
    here.press("Importer et comparer")
    tour.stop(here, "releve-erreurs", "billing/statement_new.html", "Choisissez un fichier")
    statement = f"{HEAD}{number};1.4;5;650,00;780,00\n{number};1.3;1;400,00;480,00\nC-2222-2222;1.9;1;800;960\n"
    here.page.fill("#reference", "Relevé d’essai")
    file = {"name": "releve.csv", "mimeType": "text/csv", "buffer": statement.encode()}
    here.page.set_input_files("#releve", files=[file])
    here.press("Importer et comparer")
    tour.stop(here, "releve", "billing/statement.html", "Montant différent du devis")
    follow(here.page, here.page.get_by_role("link", name=number).first)
    tour.stop(here, "commande", "billing/order.html", "Relevés du prestataire")
    here.go("billing", "/commandes/tarif")
    tour.stop(here, "tarif-lot-2", "billing/order_prices.html", "Lecture telle qu’imprimée")
    here.page.fill("#jour", "2026-01-01")
    here.press("Enregistrer cette version")
    tour.stop(here, "tarif-lot-2-erreur", "billing/order_prices.html", "Indiquez un jour")
