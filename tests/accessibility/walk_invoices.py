"""Invoices after they were issued, payments and a bank's file, the balance, reminders, what leaves."""

import uuid
from datetime import timedelta
from decimal import Decimal
from functools import partial

from billing.domain.invoices import Buyer, Seller, draw_up
from billing.domain.parties import Cdg
from billing.domain.vat import Line
from billing.store.invoices import write_invoice
from billing.store.transaction import Transaction
from chassis.clock import SystemClock, paris_day
from chassis.db import Database
from chassis.testing import eventually
from tests.accessibility.tour import Tour
from tests.support.visitor import DESKTOP, Visitor

MEMBER = "216209056"
FILE = (
    "Date;Montant;Libellé;Payeur\n{day};24,00;{number};TRESORERIE\n{day};24,00;VIREMENT;\n{day};77,00;LOYER;\nx;1;;\n"
)
SEND = "Envoyer les rappels cochés"


def walk(tour: Tour) -> None:
    """Two late invoices of one member, and what a manager does with them."""
    (first, number), (second, _) = billed(tour)
    here = tour.arrive("factures", DESKTOP)
    here.sign_in("billing", "gestion-1")
    here.go("billing", "/factures")
    tour.stop(here, "factures", "billing/invoices.html", "jours de retard")
    here.go("billing", f"/factures/{first}")
    tour.stop(here, "facture", "billing/invoice.html", "Aucun paiement")
    here.follow("Saisir un paiement")
    here.page.fill("#montant", "x")
    here.press("Enregistrer le paiement")
    tour.stop(here, "paiement-erreurs", "billing/payment_form.html", "Indiquez le montant")
    reminders(tour, here)
    imported(tour, here, number)
    leaving(tour, here)
    here.go("billing", f"/factures/{second}/avoir")
    here.press("Émettre l’avoir")
    tour.stop(here, "avoir-erreurs", "billing/credit_note.html", "Choisissez le motif")
    here.page.locator("label", has_text="Effectif corrigé").click()
    here.page.locator("label", has_text="J’annule cette facture").click()
    here.press("Émettre l’avoir")
    tour.stop(here, "avoir", "billing/invoice.html", "L’avoir est émis")
    here.go("billing", "/factures/balance")
    tour.stop(here, "balance", "billing/balance.html", "Balance par ancienneté")


def reminders(tour: Tour, here: Visitor) -> None:
    """Once the clock has prepared the letter."""

    def prepared() -> bool:
        here.go("billing", "/factures/relances")
        return here.page.get_by_role("button", name=SEND).count() > 0

    eventually(prepared, within=90)
    tour.stop(here, "relances", "billing/reminders.html", "1 sur 3")
    here.press(SEND)
    tour.stop(here, "relances-parties", "billing/reminders.html", "1 rappel est parti")
    here.go("billing", "/factures/reglages")
    here.page.fill("#jours_1", "40")
    here.press("Enregistrer")
    tour.stop(here, "reglages-erreurs", "billing/accounting_choices.html", "délais croissants")


def imported(tour: Tour, here: Visitor, number: str) -> None:
    here.go("billing", "/factures/paiements/importer")
    here.press("Lire le fichier")
    tour.stop(here, "releve-erreur", "billing/import_payments.html", "choisissez un fichier")
    today = paris_day(SystemClock().now())
    text = FILE.format(day=f"{today:%d/%m/%Y}", number=number)
    here.page.set_input_files("#fichier", {"name": "releve.csv", "mimeType": "text/csv", "buffer": text.encode()})
    here.press("Lire le fichier")
    tour.stop(here, "releve-lignes", "billing/import_problems.html", "Une ligne est à revoir")
    here.follow("Continuer avec 3 lignes")
    here.page.locator("summary").first.click()
    tour.stop(here, "releve-reconnu", "billing/import_report_payments.html", "Reconnues")
    here.press("Enregistrer les paiements")
    tour.stop(here, "releve-enregistre", "billing/import_booked.html", "1 paiement enregistré")
    here.follow("Voir les paiements")
    tour.stop(here, "paiements", "billing/payments.html", "Importer un relevé")
    here.page.locator("tbody a").first.click()
    here.press("Reprendre l’imputation")
    tour.stop(here, "paiement-repris", "billing/payment.html", "Contrepassation")


def leaving(tour: Tour, here: Visitor) -> None:
    here.go("billing", "/factures/chorus")
    tour.stop(here, "chorus", "billing/chorus.html", "à compléter d’abord")
    here.page.get_by_role("button", name="Exporter").click()
    tour.stop(here, "chorus-journal", "billing/chorus.html", "L’export est au journal")
    here.go("billing", "/factures/titres")
    here.page.get_by_role("button", name="Préparer un bordereau").click()
    tour.stop(here, "titres", "billing/titres.html", "Le bordereau est au journal")


def billed(tour: Tour) -> list[tuple[uuid.UUID, str]]:
    """Two invoices of 24 €, fifty days old, as calls issue them: ids and numbers."""
    database = Database(tour.demo.database_url("billing"), name="walk")
    with database.unit_of_work(partial(Transaction, clock=SystemClock()))("bill") as tx:
        member = tx.members.by_siren([MEMBER])[MEMBER]
        cdg = tx.parties.cdg(member.cdg_id)
        seller, buyer = tx.invoices.seller(cdg.id), tx.invoices.buyer(member.id)
        assert seller is not None
        assert buyer is not None
        made = [_bill(tx, seller, buyer, cdg, member.id) for _ in range(2)]
    database.close()
    return made


def _bill(tx: Transaction, seller: Seller, buyer: Buyer, cdg: Cdg, member_id: uuid.UUID) -> tuple[uuid.UUID, str]:
    lines, day = [Line("Participation annuelle", Decimal(12), Decimal(2))], tx.today - timedelta(50)
    draft = draw_up(seller, buyer, lines, issued_on=day, period=(day, day), contract="62-1")
    made, invoice = tx.invoices.issue(
        draft, cdg_id=cdg.id, department=cdg.department, member_id=member_id, cause=uuid.uuid4()
    )
    title, content = f"Facture {invoice.number}", write_invoice(invoice)
    tx.documents.ask("facture", made, cdg_id=cdg.id, member_id=member_id, title=title, content=content)
    return made, invoice.number
