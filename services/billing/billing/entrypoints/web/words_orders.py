"""The words of the orders' pages."""

from collections.abc import Callable
from typing import Any

from billing.domain.ordering import Difference, Status
from billing.domain.statement_file import MOST_LINES, LineFault, StatementRefused
from billing.entrypoints.web.words import gettext as _

# Words and colour of the tag.
_STATUSES = {
    Status.QUOTED: ("À approuver", "warning"),
    Status.APPROVED: ("Commandée", "info"),
    Status.REFUSED: ("Refusée", "neutral"),
    Status.DELIVERED: ("Service fait", "info"),
    Status.SETTLED: ("Réglée", "success"),
    Status.CANCELLED: ("Annulée", "neutral"),
}

_STEPS = {
    Status.QUOTED: "Devis établi",
    Status.APPROVED: "Devis approuvé",
    Status.REFUSED: "Devis refusé",
    Status.DELIVERED: "Service fait constaté",
    Status.SETTLED: "Relevé du prestataire conforme, commande soldée",
    Status.CANCELLED: "Commande annulée",
}

_DIFFERENCES = {
    Difference.NONE: "Conforme",
    Difference.UNKNOWN_ORDER: "Commande inconnue",
    Difference.NOT_DELIVERED: "Service fait non constaté",
    Difference.UNKNOWN_SERVICE: "Prestation non commandée",
    Difference.BILLED_BEFORE: "Déjà facturée",
    Difference.QUANTITY: "Plus que la quantité commandée",
    Difference.PRICE: "Montant différent du devis",
    Difference.VAT: "TVA différente",
}

_DECISIONS = {"accepted": ("Acceptée", "success"), "disputed": ("Contestée", "danger"), None: ("À décider", "warning")}

_LINE_FAULTS = {
    LineFault.NOT_CSV: "Ce fichier n’est pas un fichier CSV.",
    LineFault.COLUMNS: "Il manque une colonne : commande, code, quantité, montant HT, montant TTC.",
    LineFault.EMPTY: "Le fichier ne contient aucune ligne.",
    LineFault.TOO_LONG: f"Le fichier dépasse {MOST_LINES} lignes.",
    LineFault.NUMBER: "le numéro de commande ou le code manque",
    LineFault.QUANTITY: "la quantité n’est pas un nombre positif",
    LineFault.AMOUNT: "un montant n’est pas lisible, ou le TTC est inférieur au HT",
}
# Wrong lines named at once.
_NAMED = 5


def order_status(of: Status) -> tuple[str, str]:
    label, tone = _STATUSES[of]
    return _(label), tone


def order_step(of: Status) -> str:
    return _(_STEPS[of])


def difference(of: Difference) -> str:
    return _(_DIFFERENCES[of])


def decision(of: str | None) -> tuple[str, str]:
    label, tone = _DECISIONS[of]
    return _(label), tone


def statement_fault(refused: StatementRefused) -> str:
    """Every wrong line, the first ones by number; or what is wrong with the file."""
    at, fault = min(refused.faults.items())
    if at < 2:
        return _(_LINE_FAULTS[fault])
    named = [f"ligne {at} : {_(_LINE_FAULTS[fault])}" for at, fault in sorted(refused.faults.items())[:_NAMED]]
    more = len(refused.faults) - _NAMED
    return "Rien n’a été importé. " + " ; ".join(named) + (f" ; et {more} autres." if more > 0 else ".")


FILTERS: dict[str, Callable[..., Any]] = {
    "order_status": order_status,
    "order_step": order_step,
    "difference": difference,
    "decision": decision,
}
