"""The words of the page about the API's tokens."""

from collections.abc import Mapping

from billing.domain.api_access import Scope
from billing.domain.faults import Fault
from billing.entrypoints.web.words import gettext as _

_FAULTS = {
    ("name", Fault.MISSING): "Indiquez quel système utilisera ce jeton.",
    ("name", Fault.MALFORMED): "Le nom contient des caractères qui ne s’impriment pas.",
    ("name", Fault.TOO_LONG): "Le nom doit tenir en 80 caractères.",
    ("scopes", Fault.MISSING): "Cochez au moins une ressource.",
    ("expires_on", Fault.MISSING): "Indiquez quand le jeton cesse de fonctionner : jour, mois et année.",
    ("expires_on", Fault.NOT_POSITIVE): "La fin du jeton doit être un jour à venir.",
    ("expires_on", Fault.TOO_LONG): "Un jeton fonctionne deux ans au plus.",
}

_SCOPES = {
    Scope.MEMBERS: ("Collectivités", "Nom, SIREN, effectif déclaré."),
    Scope.CONVENTIONS: ("Conventions", "Dates de signature, d’effet et de fin."),
    Scope.CALLS: ("Appels à cotisation", "Année, état, effectif, montant."),
    Scope.INVOICES: ("Factures", "Montants, PDF et XML."),
}


def errors(faults: Mapping[str, Fault]) -> dict[str, str]:
    """Messages by field, in the order of the page."""
    return {field: _(_FAULTS[field, fault]) for field, fault in faults.items()}


def options() -> list[tuple[str, str, str]]:
    """What may be ticked: value, label, hint."""
    return [(str(scope), _(label), _(hint)) for scope, (label, hint) in _SCOPES.items()]


def scope(of: Scope) -> str:
    return _(_SCOPES[of][0])


FILTERS = {"scope": scope}
