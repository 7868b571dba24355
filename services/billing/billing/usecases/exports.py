"""Tables for the accountant: invoices, their lines, payments and what they paid, the balance by age.

They hold what stands on invoices and payments, and nothing else (docs/discretion.md).
"""

from collections import defaultdict
from datetime import date

from billing.domain.ageing import Age, Balance
from billing.domain.invoices import Invoice, Kind
from billing.domain.money import total
from billing.domain.parties import Manager
from billing.store.balances import Listed, Sought
from billing.store.transaction import Transaction
from billing.usecases.ports import Sheet
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork

_INVOICES = (
    "Numéro",
    "Nature",
    "Membre",
    "SIREN",
    "Date",
    "Échéance",
    "HT",
    "TVA",
    "TTC",
    "Payé",
    "Annulée",
    "Reste dû",
    "Jours de retard",
    "Relances",
    "Dépôt Chorus Pro",
    "Titre (exercice / bordereau / numéro)",
)
_LINES = (
    "Facture",
    "Date",
    "Membre",
    "SIREN",
    "Désignation",
    "Quantité",
    "Prix HT",
    "Pour",
    "Montant HT",
    "TVA",
    "Taux",
)
_PAYMENTS = ("Reçu le", "Montant", "Payeur", "Référence", "Origine", "Facture", "Imputé", "Compte du", "Sens")
_BALANCE = (
    "Membre",
    "SIREN",
    "À échoir",
    "1 à 30 jours",
    "31 à 60 jours",
    "61 à 90 jours",
    "Plus de 90 jours",
    "Total",
)
_SOURCES = {"saisie": "saisie", "csv": "fichier CSV", "camt": "relevé camt", "cfonb": "relevé CFONB"}


def invoices(uow: UnitOfWork[Transaction], manager: Manager, sought: Sought, clock: Clock) -> Sheet:
    """What the list shows, all of it. A credit note's amounts are negative: columns add up."""
    today = paris_day(clock.now())
    with uow("export_invoices") as tx:
        found = tx.balances.page(manager.cdg_id, sought, today, offset=0, limit=None)
    return Sheet("Factures", _INVOICES, [_invoice(one, today) for one in reversed(found)])


def lines(uow: UnitOfWork[Transaction], manager: Manager, sought: Sought, clock: Clock) -> Sheet:
    """Every line of what the list shows."""
    today = paris_day(clock.now())
    with uow("export_lines") as tx:
        found = tx.balances.page(manager.cdg_id, sought, today, offset=0, limit=None)
        issued = tx.balances.invoices(manager.cdg_id, [one.standing.invoice_id for one in found])
    return Sheet("Lignes", _LINES, [row for _, invoice in issued for row in _lines(invoice)])


def payments(uow: UnitOfWork[Transaction], manager: Manager) -> Sheet:
    """Every payment, and what it paid, one row for each; contrary entries too; what is left on a row of its own, and
    what was given back of it on others. They add up to what was received and neither taken nor given back."""
    rows: list[list[object]] = []
    with uow("export_payments") as tx:
        found, undone_on = tx.accounting.payments(manager.cdg_id), tx.accounting.undone_on(manager.cdg_id)
        paid = defaultdict(list)
        for one in tx.accounting.allocations(cdg_id=manager.cdg_id):
            paid[one.payment_id].append(one)
        given = defaultdict(list)
        for refund in tx.refunds.all(cdg_id=manager.cdg_id):
            given[refund.payment_id].append(refund)
    for payment in reversed(found):
        source = _SOURCES.get(payment.source, payment.source)
        head = [payment.received_on, payment.amount, payment.payer, payment.reference, source]
        for one in paid[payment.id]:
            rows.append([*head, one.number, one.amount, one.counts_on, "annulation" if one.contrary else "imputation"])
        rest = payment.amount if payment.undone else payment.rest + total(each.amount for each in given[payment.id])
        if rest.cents:
            rows.append([*head, "", rest, None, "avoir du payeur"])
        for each in given[payment.id]:
            sense = "remboursement annulé" if each.contrary else "remboursement"
            rows.append([*head[:3], each.reference, source, "", -each.amount, each.given_on, sense])
        if payment.undone:
            rows.append([*head, "", -rest, undone_on[payment.id], "paiement annulé"])
    return Sheet("Paiements", _PAYMENTS, rows)


def balance(of: Balance) -> Sheet:
    """The balance by age, its totals last."""
    rows: list[list[object]] = [[row.name, row.siren, *(row.by_age[age] for age in Age), row.open] for row in of.rows]
    rows.append(["Total", "", *(of.of(age) for age in Age), of.open])
    return Sheet(f"Balance au {of.day:%d-%m-%Y}", _BALANCE, rows)


def _invoice(one: Listed, today: date) -> list[object]:
    at = one.standing
    gross, net, tax = (-at.gross, -one.net, -one.tax) if one.credit else (at.gross, one.net, one.tax)
    kind = "avoir" if one.credit else "facture"
    head = [at.number, kind, at.member_name, at.siren, at.issued_on, at.due_on, net, tax, gross]
    if one.credit:
        return [*head, None, None, None, None, None, one.deposited_on, one.titre]
    late = at.late(today) if at.open.cents else 0
    return [*head, at.paid, at.credited, at.open, late, at.reminded, one.deposited_on, one.titre]


def _lines(invoice: Invoice) -> list[list[object]]:
    draft = invoice.draft
    credit = draft.kind is Kind.CREDIT_NOTE
    head = [invoice.number, draft.issued_on, draft.buyer.name, draft.buyer.siren]
    rows = []
    for line in draft.lines:
        quantity, net = (-line.quantity, -line.net) if credit else (line.quantity, line.net)
        vat = [str(line.vat.category), line.vat.rate]
        rows.append([*head, line.label, quantity, line.unit_price, line.per, net, *vat])
    return rows
