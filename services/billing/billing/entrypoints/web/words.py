"""The words of these pages: faults, states and roles, days written out."""

from collections.abc import Callable, Mapping
from typing import Any

from billing import wording
from billing.domain.faults import Fault
from billing.domain.habilitation import Reason, Role, State
from chassis import i18n


def gettext(text: str) -> str:
    """What the templates' `_` answers."""
    return i18n.unbroken(i18n.gettext(text))


def ngettext(one: str, many: str, count: int) -> str:
    return i18n.unbroken(i18n.ngettext(one, many, count))


_ = gettext

_FIELD_FAULTS = {
    ("deliberated_on", Fault.MISSING): "Indiquez la date de la délibération : jour, mois et année.",
    ("deliberated_on", Fault.IN_THE_FUTURE): "La délibération ne peut pas être datée d’un jour à venir.",
    ("signed_on", Fault.MISSING): "Indiquez la date de la signature : jour, mois et année.",
    ("signed_on", Fault.IN_THE_FUTURE): "La signature ne peut pas être datée d’un jour à venir.",
    ("signed_on", Fault.BEFORE_DELIBERATION): "La signature ne peut pas précéder la délibération qui l’autorise.",
    ("received_on", Fault.MISSING): "Indiquez la date de réception : jour, mois et année.",
    ("received_on", Fault.IN_THE_FUTURE): "La réception ne peut pas être datée d’un jour à venir.",
    ("received_on", Fault.BEFORE_SIGNATURE): "La convention ne peut pas être reçue avant d’être signée.",
    ("received_on", Fault.OUTSIDE_MARKET): "La réception doit avoir lieu pendant la durée du marché.",
    (
        "received_on",
        Fault.MARKET_ENDS_FIRST,
    ): "Reçue ce jour-là, la convention prendrait effet après la fin du marché.",
    ("headcount", Fault.MISSING): "Indiquez l’effectif déclaré, en chiffres.",
    ("headcount", Fault.NOT_POSITIVE): "L’effectif doit être d’au moins 1 agent (et de moins d’un million).",
    ("name", Fault.MISSING): "Indiquez le prénom et le nom.",
    ("name", Fault.TOO_LONG): "Le nom doit tenir en 120 caractères.",
    ("name", Fault.MALFORMED): "Le nom contient des caractères qui ne s’impriment pas.",
    ("name", Fault.OTHER_NAME): "Cette adresse e-mail est déjà celle d’une personne enregistrée sous un autre nom.",
    ("function", Fault.MISSING): "Indiquez la fonction.",
    ("function", Fault.TOO_LONG): "La fonction doit tenir en 120 caractères.",
    ("function", Fault.MALFORMED): "La fonction contient des caractères qui ne s’impriment pas.",
    ("email", Fault.MISSING): "Indiquez l’adresse e-mail professionnelle.",
    ("email", Fault.MALFORMED): "L’adresse e-mail doit ressembler à prenom.nom@commune.fr.",
    ("email", Fault.SAME_PERSON): "Cette adresse est déjà donnée plus haut : il faut une autre personne.",
    ("email", Fault.ALREADY_DESIGNATED): "Cette personne est déjà désignée pour cette collectivité.",
    ("email", Fault.OTHER_ROLE): "Cette personne tient déjà, dans ce centre de gestion, un rôle que celui-ci exclut.",
    ("email", Fault.TOO_LONG): "L’adresse e-mail est trop longue.",
    ("phone", Fault.MISSING): "Indiquez le numéro de téléphone.",
    ("phone", Fault.TOO_LONG): "Le téléphone est trop long.",
    (
        "phone",
        Fault.MALFORMED,
    ): "Le téléphone doit compter 10 chiffres, ou commencer par + et l’indicatif du pays.",
    ("body", Fault.MISSING): "Indiquez l’organisme qui emploie cette personne.",
    ("body", Fault.TOO_LONG): "Le nom de l’organisme doit tenir en 120 caractères.",
    ("body", Fault.MALFORMED): "Le nom de l’organisme contient des caractères qui ne s’impriment pas.",
    ("body", Fault.NOT_INDEPENDENT): "Cette personne ne doit pas travailler pour la collectivité elle-même.",
    (
        "independent",
        Fault.NOT_INDEPENDENT,
    ): "Cette personne doit être indépendante de l’autorité : cochez la case.",
    ("form", Fault.ALREADY_MEMBER): "Cette commune a déjà une convention.",
    ("form", Fault.OTHER_CDG): "Cette commune relève d’un autre centre de gestion.",
    ("form", Fault.OUTSIDE_MARKET): "Aucun marché ne permet d’adhérer actuellement.",
    ("form", Fault.TWO_ALREADY): "Toutes les places prévues sont prises. Retirez d’abord une personne.",
}

_REASONS = {
    Reason.NOT_WAITING: "Cette étape est déjà faite, ou n’est plus possible.",
    Reason.SAME_MANAGER: "Vous avez désigné cette personne : une autre personne du centre de gestion doit confirmer.",
    Reason.OWN_HABILITATION: "Cette habilitation est la vôtre : une autre personne doit la confirmer.",
    Reason.OTHER_ADDRESS: "L’adresse e-mail de ce compte n’est pas celle à laquelle l’invitation a été envoyée.",
    Reason.ADDRESS_NOT_VERIFIED: "Votre fournisseur d’identité n’a pas vérifié l’adresse e-mail de ce compte.",
    Reason.OTHER_ACCOUNT: "Une personne utilise un seul compte, et un compte ne sert qu’à une personne : "
    "ce compte, ou cette personne, en connaît déjà un autre.",
}

_ROLES = {
    Role.REFERENT: "Référent signalement",
    Role.AUTHORITY_REFERENT: "Référent des cas « autorité »",
    Role.SCREENER: "Première lecture et masquage",
}

# Words and colour of the tag.
_STATES = {
    State.INVITED: ("Invitation envoyée", "neutral"),
    State.ACCEPTED: ("À confirmer", "warning"),
    State.CONFIRMED: ("Confirmé, bientôt actif", "info"),
    State.ACTIVE: ("Actif", "success"),
    State.REMOVED: ("Retiré", "neutral"),
}


def errors(faults: Mapping[str, Fault]) -> dict[str, str]:
    """Messages by field, in the order of the page; a fault of the whole form has an empty name."""
    return {"" if field == "form" else field: _message(field, fault) for field, fault in faults.items()}


def reason(refused: Reason) -> str:
    return _(_REASONS[refused])


def role(of: Role) -> str:
    return _(_ROLES[of])


def state(of: State) -> tuple[str, str]:
    label, tone = _STATES[of]
    return _(label), tone


FILTERS: dict[str, Callable[..., Any]] = wording.FILTERS | {"role": role, "state": state}


def _message(field: str, fault: Fault) -> str:
    """`referent_2_email` has the words of `email`, after "Référent 2 :"."""
    for prefix, who in (
        ("referent_1_", "Premier référent : "),
        ("referent_2_", "Second référent : "),
        ("substitute_", "Suppléant : "),
    ):
        if field.startswith(prefix):
            message = _message(field.removeprefix(prefix), fault)
            return _(who) + message[0].lower() + message[1:]
    return _(_FIELD_FAULTS[field, fault])
