"""Whole lists as rows of cells: what a file holds, column by column."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from billing.domain.money import Money
from billing.domain.parties import Manager
from billing.sheets import Cell
from billing.store.transaction import Transaction
from chassis.db import UnitOfWork

Rows = list[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Extract:
    """A list: its headings, and how its rows are read in a transaction."""

    title: str
    headings: tuple[str, ...]
    rows: Callable[[Transaction, Manager], Rows]


def _conventions(tx: Transaction, manager: Manager) -> Rows:
    causes = {"market": "fin du marché", "notice": "résiliation", "default": "défaillance"}
    return [
        (
            *(row.name, row.siren, row.deliberated_on, row.signed_on, row.received_on, row.effect_on, row.last_day),
            *(causes[row.cause], row.cdg_letter_on, row.provider_letter_on, row.renewal),
        )
        for row in tx.extracts.conventions(manager.cdg_id)
    ]


def _proposals(tx: Transaction, manager: Manager) -> Rows:
    rows = tx.extracts.proposals(manager.cdg_id)
    return [(row.name, row.siren, row.drafted_at, row.sent_on, row.renewal) for row in rows]


def _calls(tx: Transaction, manager: Manager) -> Rows:
    states = {
        "prepared": "à transmettre",
        "sent": "envoyé",
        "declared": "déclaré",
        "checked": "vérifié",
        "issued": "facturé",
        "cancelled": "annulé",
    }
    return [
        (
            *(row.year, row.name, row.siren, states[row.state], row.first_on, row.last_on, row.due_on),
            *(row.known_agents, row.agents, _money(row.net_cents), _money(row.tax_cents)),
            *(row.sent_at, row.declared_at, row.checked_at, row.number),
        )
        for row in tx.extracts.calls(manager.cdg_id)
    ]


def _orders(tx: Transaction, manager: Manager) -> Rows:
    states = {
        "quoted": "devis à approuver",
        "approved": "approuvée",
        "refused": "refusée",
        "delivered": "livrée",
        "settled": "réglée",
        "cancelled": "annulée",
    }
    return [
        (
            *(row.number, row.name, row.siren, states[row.status], row.asked_on),
            *(_money(row.net_cents), _money(row.tax_cents)),
        )
        for row in tx.extracts.orders(manager.cdg_id)
    ]


_CONVENTION_HEADINGS = (
    *("Collectivité", "SIREN", "Délibération", "Signature", "Réception", "Prise d’effet", "Dernier jour"),
    *("Cause de la fin", "Lettre au centre de gestion", "Lettre au prestataire", "Renouvellement"),
)
_CALL_HEADINGS = (
    *("Année", "Collectivité", "SIREN", "État", "Du", "Au", "Réponse attendue le", "Effectif connu"),
    *("Effectif déclaré", "Montant HT (€)", "TVA (€)", "Envoyé le", "Déclaré le", "Vérifié le", "Facture"),
)
_PROPOSAL_HEADINGS = ("Collectivité", "SIREN", "Préparée le", "Envoyée le", "Renouvellement")
_ORDER_HEADINGS = ("Numéro", "Collectivité", "SIREN", "État", "Demandée le", "Montant HT (€)", "TVA (€)")

EXTRACTS = {
    "conventions": Extract("Conventions", _CONVENTION_HEADINGS, _conventions),
    "propositions": Extract("Propositions", _PROPOSAL_HEADINGS, _proposals),
    "appels": Extract("Appels à cotisation", _CALL_HEADINGS, _calls),
    "commandes": Extract("Commandes des adhérents", _ORDER_HEADINGS, _orders),
}


def extract(uow: UnitOfWork[Transaction], manager: Manager, name: str) -> Rows:
    """The rows of a list of this manager's CdG. Raises KeyError for an unknown name."""
    chosen = EXTRACTS[name]
    with uow("extract") as tx:
        return chosen.rows(tx, manager)


def _money(cents: Any) -> Money | None:
    return None if cents is None else Money(int(cents))
