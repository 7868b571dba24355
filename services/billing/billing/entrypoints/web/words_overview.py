"""The words of the register, the dashboard, the map and the search."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from billing.domain.headcount import BANDS
from billing.domain.kinds import LABELS, Kind
from billing.domain.money import Money
from billing.domain.register import Filters, Sort, Standing
from billing.entrypoints.web.words import gettext as _
from billing.wording import euros, quantity

STANDINGS = {
    Standing.IN_FORCE: ("En vigueur", "success"),
    Standing.UPCOMING: ("À venir", "info"),
    Standing.PROPOSED: ("Proposée", "warning"),
    Standing.ENDED: ("Terminée", "neutral"),
    Standing.NONE: ("Sans convention", "neutral"),
}
_CAUSES = {
    "market": "Fin du marché, sans suite pour l’instant",
    "notice": "Résiliation par l’adhérent",
    "default": "Défaillance",
}
_ORDERS = {
    "quoted": "Devis à approuver",
    "approved": "Approuvées, en cours",
    "refused": "Refusées",
    "delivered": "Livrées, à régler",
    "settled": "Réglées",
    "cancelled": "Annulées",
}
_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")

SORTS = {
    Sort.NAME: "Nom",
    Sort.AGENTS: "Effectif",
    Sort.EFFECT: "Prise d’effet",
    Sort.LAST_DAY: "Dernier jour",
    Sort.OPEN: "Reste dû",
}
AFFILIATIONS = {"oui": "Affiliée", "non": "Non affiliée", "inconnue": "Non renseignée"}
BAND_LABELS = {
    band.code: f"{band.code.removesuffix('+')} agents et plus"
    if band.code.endswith("+")
    else f"{band.code.replace('-', ' à ')} agents"
    for band in BANDS
}
DECLARED = {"declare": "Déclaré pour cette année", "manquant": "Manquant pour cette année"}
UNPAID = {"impaye": "Une somme reste due", "retard": "Une échéance est passée"}
REFERENTS = {
    "complets": "Deux référents actifs",
    "manquants": "Moins de deux référents actifs",
    "a-confirmer": "Une personne à confirmer",
}
ENDS = {"3": "Dans les 3 mois", "6": "Dans les 6 mois", "12": "Dans les 12 mois"}


def kind(of: str) -> str:
    return _(LABELS[Kind(of)])


def standing(of: Standing) -> tuple[str, str]:
    """Words and colour of the tag."""
    label, tone = STANDINGS[of]
    return _(label), tone


def cause(of: str) -> str:
    return _(_CAUSES[of])


def order_state(of: str) -> str:
    return _(_ORDERS[of])


def months_within(of: int) -> str:
    return _("dans %(months)s mois") % {"months": of}


def month(of: Any) -> str:
    """juil. 2024"""
    return f"{_(_MONTHS[of.month - 1])} {of.year}"


def short_month(of: Any) -> str:
    return _(_MONTHS[of.month - 1])


def per_cent(part: int, whole: int) -> str:
    """12 %, rounded down: all is said of all only."""
    return f"{100 * part // whole}\N{NO-BREAK SPACE}%" if whole else ""


def whole_euros(cents: int) -> str:
    """On an axis: 12 000 €."""
    return f"{quantity(cents // 100)}\N{NO-BREAK SPACE}€"


def written_euros(cents: int) -> str:
    """12 000,00 €."""
    return euros(Money(cents))


def query(filters: Filters, **changed: str) -> str:
    """The filters as they stand in an address, with some of them changed; empty for none."""
    asked: Mapping[str, str] = {
        "q": filters.words,
        "etat": filters.standing or "",
        "nature": filters.kind,
        "tranche": filters.band,
        "affiliation": filters.affiliated,
        "effectif": {True: "declare", False: "manquant", None: ""}[filters.declared],
        "solde": filters.unpaid,
        "referents": filters.referents,
        "fin": str(filters.ends_within or ""),
        "tri": "" if filters.sort is Sort.NAME else str(filters.sort),
        "sens": "desc" if filters.falling else "",
    } | changed
    return urlencode({name: value for name, value in asked.items() if value})


FILTERS: dict[str, Callable[..., Any]] = {
    "kind_words": kind,
    "standing": standing,
    "ending_cause": cause,
    "order_words": order_state,
    "months_within": months_within,
    "month": month,
    "band": BAND_LABELS.__getitem__,
}
