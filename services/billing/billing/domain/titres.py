"""Titres de recettes, in a neutral form of our own (docs/operations/titres.md): what the accountant's software needs to
make the true ones, numbers excepted: those are its own.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from billing.domain.invoices import DAYS_TO_PAY, Invoice, Kind
from billing.domain.money import Money

VERSION = "1.0"
# Under this, a claim is not recovered (CGCT, art. L1611-5 and D1611-1).
LEAST_RECOVERED = Money(15_00)
# Kinds of a third party's identifier, as in the PES: 01 SIRET, 02 SIREN.
_SIRET, _SIREN = "01", "02"
COLUMNS = (
    "bordereau",
    "rang",
    "sens",
    "exercice",
    "nature",
    "objet",
    "montant_ht",
    "montant_tva",
    "montant_ttc",
    "tiers_type_identifiant",
    "tiers_identifiant",
    "tiers_nom",
    "tiers_adresse",
    "tiers_code_postal",
    "tiers_ville",
    "facture",
    "facture_annulee",
    "convention",
    "date_emission",
    "date_limite",
    "delai_jours",
    "code_service",
    "engagement",
    "piece_jointe",
)


@dataclass(frozen=True, slots=True)
class Bordereau:
    """Invoices that leave together. `number`: proposed, 1, 2… in the year. `id` names them for ever."""

    id: uuid.UUID
    number: int
    day: date
    article: str
    budget: str
    invoices: Sequence[Invoice]


def as_json(bordereau: Bordereau) -> dict[str, Any]:
    """The document of `titres-1.0.schema.json`. Amounts are texts with two decimals, days ISO texts."""
    seller = bordereau.invoices[0].draft.seller
    return {
        "version": VERSION,
        "id": str(bordereau.id),
        "emetteur": {"nom": seller.name, "siret": seller.siret, "budget": bordereau.budget},
        "exercice": bordereau.day.year,
        "bordereau": {"numero": bordereau.number, "date": bordereau.day.isoformat()},
        "titres": [_titre(rank, invoice, bordereau) for rank, invoice in enumerate(bordereau.invoices, 1)],
    }


def as_rows(bordereau: Bordereau) -> list[list[object]]:
    """The same, one row for each, under COLUMNS."""
    rows = []
    for titre in as_json(bordereau)["titres"]:
        debtor, vat = titre["tiers"], bordereau.invoices[titre["rang"] - 1].draft.totals.tax
        row = titre | {f"tiers_{name}": value for name, value in debtor.items()}
        row |= {"bordereau": bordereau.number, "montant_tva": str(vat)}
        rows.append([row[name] for name in COLUMNS])
    return rows


def _titre(rank: int, invoice: Invoice, bordereau: Bordereau) -> dict[str, Any]:
    draft, totals = invoice.draft, invoice.draft.totals
    buyer = draft.buyer
    credit = draft.kind is Kind.CREDIT_NOTE
    return {
        "rang": rank,
        "sens": "annulation" if credit else "titre",
        "exercice": bordereau.day.year,
        "nature": bordereau.article,
        "objet": f"{'Avoir' if credit else 'Facture'} {invoice.number}, convention {draft.contract}",
        "montant_ht": str(totals.net),
        "tva": [
            {"categorie": str(rate.vat.category), "taux": f"{rate.vat.rate:.2f}", "base": str(rate.base)}
            | {"montant": str(rate.tax), "mention": rate.vat.mention}
            for rate in totals.by_rate
        ],
        "montant_ttc": str(totals.gross),
        "tiers": {
            "type_identifiant": _SIRET if buyer.siret else _SIREN,
            "identifiant": buyer.siret or buyer.siren,
            "nom": buyer.name,
            "adresse": buyer.address.street,
            "code_postal": buyer.address.postcode,
            "ville": buyer.address.city,
        },
        "facture": invoice.number,
        "facture_annulee": draft.corrects.number if draft.corrects else "",
        "convention": draft.contract,
        "date_emission": draft.issued_on.isoformat(),
        "date_limite": draft.due_on.isoformat(),
        "delai_jours": DAYS_TO_PAY,
        "code_service": buyer.service_code,
        "engagement": buyer.engagement,
        "piece_jointe": f"{invoice.number}.pdf",
    }
