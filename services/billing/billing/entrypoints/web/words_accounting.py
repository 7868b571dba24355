"""The words of the pages about invoices, payments and what leaves for Chorus Pro."""

from collections.abc import Callable
from typing import Any

from billing.domain.ageing import Age
from billing.domain.chorus import Obstacle
from billing.domain.payments import Found, Why
from billing.entrypoints.web.words import gettext as _

_AGES = {
    Age.NOT_DUE: "À échoir",
    Age.TO_30: "1 à 30 jours",
    Age.TO_60: "31 à 60 jours",
    Age.TO_90: "61 à 90 jours",
    Age.OVER_90: "Plus de 90 jours",
}

_AGAIN = " Puis annulez la facture par un avoir et émettez-la de nouveau, ou saisissez-le sur le portail au dépôt."

# What is wrong, and what to do.
_OBSTACLES = {
    Obstacle.BUYER_SIRET: "Le SIRET de l’adhérent manque ou n’est pas valable : complétez sa fiche." + _AGAIN,
    Obstacle.BUYER_ADDRESS: "L’adresse de l’adhérent est incomplète : complétez sa fiche." + _AGAIN,
    Obstacle.SELLER_SIRET: "Le SIRET du centre de gestion n’est pas valable : l’administrateur doit le corriger.",
    Obstacle.IBAN: "L’IBAN du centre de gestion n’est pas valable : l’administrateur doit le corriger.",
    Obstacle.NUMBER: "Le numéro dépasse 35 caractères ou contient un signe refusé (BR-FR-01).",
    Obstacle.DAYS: "Une date est hors de 2000 à 2099, ou l’échéance précède l’émission (BR-FR-03, BR-FR-CO-07).",
    Obstacle.VAT: "Une ligne a une catégorie ou un taux de TVA que Chorus Pro refuse (BR-FR-15, BR-FR-16).",
    Obstacle.AMOUNT: "Un prix a plus de 6 décimales, ou un montant plus de 19 caractères.",
    Obstacle.LABEL: "Une ligne n’a pas de désignation.",
    Obstacle.PAID: "Elle est déjà payée, en tout ou en partie : elle dirait le contraire (cadre S1). Il n’y a "
    "rien à déposer.",
    Obstacle.UNDONE: "Elle est annulée par un avoir avant d’être partie : il n’y a rien à déposer.",
    Obstacle.CODES: "Ni code service ni engagement : vérifiez dans l’annuaire de Chorus Pro que la structure n’en "
    "exige aucun, sinon complétez la fiche avant d’émettre.",
}

_WHYS = {
    Why.NUMBER: "numéro de facture lu dans la ligne",
    Why.PAYER: "payeur reconnu",
    Why.AMOUNT: "même montant, payeur non reconnu",
    Why.NOTHING: "",
}

_FOUND = {
    Found.MATCHED: "Reconnues",
    Found.AMBIGUOUS: "À choisir",
    Found.SETTLED: "Rien à payer",
    Found.UNKNOWN: "Sans rapport",
    Found.KNOWN: "Déjà enregistrées",
}

_SOURCES = {"saisie": "Saisie", "csv": "Fichier CSV", "camt": "Relevé camt", "cfonb": "Relevé CFONB"}


def age(of: Age) -> str:
    return _(_AGES[of])


def obstacle(of: Obstacle) -> str:
    return _(_OBSTACLES[of])


def why(of: Why) -> str:
    return _(_WHYS[of])


def found(of: Found) -> str:
    return _(_FOUND[of])


def source(of: str) -> str:
    return _(_SOURCES.get(of, of))


FILTERS: dict[str, Callable[..., Any]] = {
    "age": age,
    "obstacle": obstacle,
    "why": why,
    "found": found,
    "payment_source": source,
}
