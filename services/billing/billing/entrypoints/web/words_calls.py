"""The words of the pages about tariffs and calls."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from billing.domain.calls import CallState
from billing.domain.faults import Fault
from billing.domain.money import Money
from billing.domain.sharing import Sharing
from billing.domain.tariffs import Basis, Charge, ProRata, Tariff, Year
from billing.domain.vat import STANDARD
from billing.entrypoints.web.words import gettext as _
from billing.wording import price, quantity

_FAULTS = {
    ("agents", Fault.MISSING): "Indiquez l’effectif, en chiffres.",
    ("agents", Fault.NOT_POSITIVE): "L’effectif doit être d’au moins 1 agent, et de moins d’un million.",
    ("name", Fault.MISSING): "Indiquez le prénom et le nom de qui déclare.",
    ("name", Fault.TOO_LONG): "Le nom doit tenir en 120 caractères.",
    ("name", Fault.MALFORMED): "Le nom contient des caractères qui ne s’impriment pas.",
    ("function", Fault.MISSING): "Indiquez la fonction de qui déclare.",
    ("function", Fault.TOO_LONG): "La fonction doit tenir en 120 caractères.",
    ("function", Fault.MALFORMED): "La fonction contient des caractères qui ne s’impriment pas.",
    ("sure", Fault.MISSING): "L’effectif a beaucoup changé : confirmez-le en cochant la case.",
    ("motive", Fault.MISSING): "Dites à la collectivité ce qui est à revoir.",
    ("motive", Fault.TOO_LONG): "Le motif doit tenir en 500 caractères.",
}

# Words and colour of the tag, for managers.
_STATES = {
    CallState.PREPARED: ("À envoyer par courrier", "warning"),
    CallState.SENT: ("En attente de réponse", "neutral"),
    CallState.DECLARED: ("À vérifier", "info"),
    CallState.CHECKED: ("Vérifié", "success"),
    CallState.ISSUED: ("Facturé", "success"),
    CallState.CANCELLED: ("Annulé", "neutral"),
}
# The same for the member.
_THEIRS = {
    CallState.PREPARED: ("À déclarer", "warning"),
    CallState.SENT: ("À déclarer", "warning"),
    CallState.DECLARED: ("Déclaré", "info"),
    CallState.CHECKED: ("Vérifié par le centre de gestion", "success"),
    CallState.ISSUED: ("Facturé", "success"),
    CallState.CANCELLED: ("Annulé", "neutral"),
}

BASES = {
    Basis.PER_AGENT: "Par agent et par an",
    Basis.PER_AGENT_BY_SIZE: "Par agent, selon la taille de la collectivité",
    Basis.PER_AGENT_BY_TOTAL: "Par agent, selon le total des agents de tous les adhérents",
    Basis.FLAT: "Forfait par an",
    Basis.FLAT_BY_SIZE: "Forfait, selon la taille de la collectivité",
    Basis.INCLUDED: "Compris dans la contribution",
    Basis.PER_REPORT: "Par signalement, mutualisé",
}
PRO_RATAS = {
    ProRata.NONE: "Une première année entamée est due en entier",
    ProRata.MONTHS: "Une première année entamée est due au prorata des mois",
    ProRata.DAYS: "Une première année entamée est due au prorata des jours",
}
YEARS = {
    Year.CIVIL: "Année civile",
    Year.ANNIVERSARY: "Année qui commence à l’anniversaire de l’adhésion",
}


def errors(faults: Mapping[str, Fault]) -> dict[str, str]:
    """Messages by field."""
    return {field: _(_FAULTS[field, fault]) for field, fault in faults.items()}


def call_state(of: CallState) -> tuple[str, str]:
    label, tone = _STATES[of]
    return _(label), tone


def their_state(of: CallState) -> tuple[str, str]:
    label, tone = _THEIRS[of]
    return _(label), tone


def charge(of: Charge) -> str:
    """What one charge asks: "2,00 € par agent et par an"."""
    tax = f", plus TVA à {quantity(of.vat.rate)} %" if of.vat == STANDARD else ""
    prices = [price(band.price) for band in of.bands]
    match of.basis:
        case Basis.INCLUDED:
            return "rien n’est appelé : compris dans la contribution versée au centre de gestion"
        case Basis.PER_REPORT:
            return f"{prices[0]} par signalement{tax}, partagés entre tous les adhérents selon leurs agents"
        case Basis.PER_AGENT:
            return f"{prices[0]} par agent et par an{tax}"
        case Basis.FLAT:
            return f"{prices[0]} par an{tax}"
        case _:
            each = " par an" if of.basis is Basis.FLAT_BY_SIZE else " par agent"
            whose = " au total des adhérents" if of.basis is Basis.PER_AGENT_BY_TOTAL else ""
            return f"{_ranges(of, each)}{whose}{tax}"


def terms(of: Tariff) -> list[str]:
    """What a tariff says beside its charges."""
    counted = {Basis.INCLUDED, Basis.FLAT, Basis.PER_REPORT}
    said = ["Effectif déclaré au 31 décembre de l’année précédente"] if {c.basis for c in of.charges} - counted else []
    said += [YEARS[of.year]]
    said += [PRO_RATAS[of.pro_rata]] if of.year is Year.CIVIL else []
    return said + (["Gratuit pour les collectivités affiliées"] if of.free_for_affiliated else [])


def shared(of: Sharing | None) -> list[str]:
    """What a tariff says of what all members pay together."""
    if of is None:
        return []
    advances = (
        f"Ce que le centre de gestion avance est repris par unités de {price(of.price)}, partagées entre tous les"
    )
    said = [] if of.counted else [f"{advances} adhérents selon leurs agents"]
    said += [f"La part de chacun est facturée {'en une fois, le 1er mars' if of.periods == 1 else 'en quatre fois'}"]
    return said + ([f"Partagé avec le centre de gestion du département {of.pooled_with}"] if of.pooled_with else [])


def change(known: int | None, agents: int | None) -> str:
    """ "+7 (+58 %)" from the last headcount to the declared one; empty where there is nothing to compare."""
    if known is None or agents is None:
        return ""
    if agents == known:
        return "inchangé"
    percent = round(Decimal(100 * (agents - known)) / known)
    return f"{agents - known:+d} ({percent:+d} %)".replace("-", "−")


def cents(of: int | None) -> Money:
    return Money(of or 0)


def minutes(seconds: int) -> str:
    """Time that is left, roughly."""
    if seconds < 60:
        return "moins d’une minute"
    return f"environ {-(-seconds // 60)} min"


def _ranges(of: Charge, each: str) -> str:
    parts = []
    for i, band in enumerate(of.bands):
        more = of.bands[i + 1 :]
        least = max(band.least, 1)
        reach = (
            f"de {quantity(least)} à {quantity(more[0].least - 1)} agents"
            if more
            else f"{quantity(least)} agents et plus"
        )
        parts.append(f"{reach} : {price(band.price)}{each}")
    return " ; ".join(parts)


FILTERS: dict[str, Callable[..., Any]] = {
    "call_state": call_state,
    "their_state": their_state,
    "charge": charge,
    "tariff_terms": terms,
    "tariff_shared": shared,
    "cents": cents,
    "minutes": minutes,
}
