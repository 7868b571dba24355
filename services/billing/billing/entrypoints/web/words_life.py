"""The words of a convention's life: faults, stages, steps, causes, parties' roles."""

from collections.abc import Callable, Mapping
from typing import Any

from billing import wording
from billing.domain.agenda import State
from billing.domain.data_roles import DataRole, Processing
from billing.domain.ending import Cause
from billing.domain.faults import Fault
from billing.domain.proposal import Stage
from billing.domain.steps import StepKind
from billing.entrypoints.web import typed, words
from billing.entrypoints.web.words import gettext as _

_FAULTS = {
    (
        "form",
        Fault.ALREADY_MEMBER,
    ): "Une convention court déjà, et le marché suivant n’est pas connu.",
    ("form", Fault.PROPOSED_ALREADY): "Une convention est déjà en préparation pour cet organisme.",
    ("form", Fault.NOT_OPEN): "Cette étape est déjà faite, ou n’est plus possible.",
    ("form", Fault.DONE_ALREADY): "Cette signature est déjà enregistrée.",
    ("form", Fault.ENDING_ALREADY): "La fin de cette convention est déjà enregistrée.",
    ("form", Fault.ENDED_ALREADY): "Cette convention est terminée.",
    (
        "form",
        Fault.FOLLOWED_ALREADY,
    ): "La convention qui suit est déjà conclue.",
    (
        "form",
        Fault.RENEWED_ALREADY,
    ): "La convention suivante est déjà conclue : la résiliation se demande sur elle, comme expliqué ci-dessous.",
    ("form", Fault.NO_NEXT_MARKET): "Aucun marché suivant n’est connu.",
    ("form", Fault.CHANGED_SINCE): "Les référents ont changé entre-temps : relisez la liste.",
    ("sent_on", Fault.MISSING): "Indiquez la date d’envoi : jour, mois et année.",
    ("sent_on", Fault.IN_THE_FUTURE): "L’envoi ne peut pas être daté d’un jour à venir.",
    ("on_day", Fault.MISSING): "Indiquez la date de la signature : jour, mois et année.",
    ("on_day", Fault.IN_THE_FUTURE): "La signature ne peut pas être datée d’un jour à venir.",
    ("cdg_received_on", Fault.MISSING): "Indiquez le jour où le centre de gestion a reçu la lettre recommandée.",
    ("cdg_received_on", Fault.IN_THE_FUTURE): "La lettre au centre de gestion ne peut pas être reçue un jour à venir.",
    (
        "cdg_received_on",
        Fault.BEFORE_SIGNATURE,
    ): "La lettre au centre de gestion précède la convention.",
    ("provider_received_on", Fault.MISSING): "Indiquez le jour où le prestataire a reçu la lettre recommandée.",
    ("provider_received_on", Fault.IN_THE_FUTURE): "La lettre au prestataire ne peut pas être reçue un jour à venir.",
    ("provider_received_on", Fault.BEFORE_SIGNATURE): "La lettre au prestataire précède la convention.",
    ("on", Fault.MISSING): "Indiquez le jour de la défaillance : jour, mois et année.",
    ("on", Fault.OUTSIDE_MARKET): "Ce jour doit être compris dans la durée de la convention ou du marché.",
    ("purpose", Fault.MISSING): "Dites ce que l’avenant modifie.",
    ("purpose", Fault.TOO_LONG): "L’objet doit tenir en 2 000 caractères.",
    ("signed_on", Fault.MISSING): "Indiquez le jour de la signature par la collectivité.",
    ("signed_on", Fault.IN_THE_FUTURE): "La signature ne peut pas être datée d’un jour à venir.",
    ("signed_on", Fault.BEFORE_SIGNATURE): "L’avenant ne peut pas être signé avant la convention.",
    ("countersigned_on", Fault.IN_THE_FUTURE): "La signature du centre de gestion ne peut pas être un jour à venir.",
    ("effect_on", Fault.MISSING): "Indiquez le jour de prise d’effet de l’avenant.",
    ("effect_on", Fault.OUTSIDE_MARKET): "Ce jour doit être compris entre la signature de la convention et sa fin.",
    ("signatory", Fault.TOO_LONG): "Le nom du signataire est trop long.",
    ("signatory", Fault.MALFORMED): "Le nom du signataire contient des caractères qui ne s’impriment pas.",
    (
        str(Processing.SERVICE_FILE),
        Fault.MALFORMED,
    ): "Fichier du service : un seul responsable, ou deux conjoints au moins.",
    (
        str(Processing.PROVIDER_DATA),
        Fault.MALFORMED,
    ): "Données du prestataire : un seul responsable, ou deux conjoints au moins.",
}

_STAGES = {
    Stage.DRAFT: ("Brouillon", "neutral"),
    Stage.SENT: ("Envoyée", "info"),
    Stage.CONCLUDED: ("Reçue signée", "success"),
    Stage.CLOSED: ("Abandonnée", "neutral"),
}
_STEPS = {
    StepKind.CDG_SIGNED: "Signature par le centre de gestion",
    StepKind.PROVIDER_SIGNED: "Signature par le prestataire",
    StepKind.AMENDED: "Avenant",
    StepKind.NOTICE_GIVEN: "Résiliation demandée",
    StepKind.NOTICE_WITHDRAWN: "Résiliation retirée",
    StepKind.DEFAULTED: "Résiliation de plein droit",
    StepKind.DEFAULT_WITHDRAWN: "Résiliation de plein droit retirée",
    StepKind.ROLES_SET: "Rôles sur les données modifiés",
}
_CAUSES = {
    Cause.MARKET: "fin du marché (article 2)",
    Cause.NOTICE: "résiliation à la date anniversaire (article 9)",
    Cause.DEFAULT: "résiliation de plein droit (article 9)",
}
_LISTS = {
    State.DRAFTS: ("Brouillons", "À relire, puis à envoyer à la collectivité."),
    State.SENT: ("Envoyées", "Chez la collectivité, pour délibération et signature."),
    State.TO_SIGN: (
        "À contresigner",
        "Reçues signées. L’accès n’attend pas ces signatures (article 3), mais elles restent dues.",
    ),
    State.NOTICES: ("Fins connues", "Préavis et résiliations enregistrés, avec le dernier jour."),
    State.TO_RENEW: ("À renouveler", "Elles s’achèvent avec le marché, et rien ne les suit encore."),
    State.REFERENTS: ("Référents à confirmer", "La question annuelle est restée sans réponse."),
}
DATA_ROLES = {
    DataRole.CONTROLLER: "Responsable de traitement",
    DataRole.JOINT: "Responsable conjoint",
    DataRole.PROCESSOR: "Sous-traitant",
    DataRole.RECIPIENT: "Destinataire",
    DataRole.NONE: "Sans accès",
}
PROCESSINGS = {
    Processing.SERVICE_FILE: "Fichier du service « dispositif de signalement »",
    Processing.PROVIDER_DATA: "Données recueillies par le prestataire",
}


def errors(faults: Mapping[str, Fault]) -> dict[str, str]:
    """Messages by field; those of a signed convention are said as everywhere."""
    told = {field: _FAULTS.get((field, fault)) for field, fault in faults.items()}
    rest = words.errors({field: fault for field, fault in faults.items() if told[field] is None})
    return {"" if field == "form" else field: _(text) for field, text in told.items() if text} | rest


def stage(of: Stage) -> tuple[str, str]:
    label, tone = _STAGES[of]
    return _(label), tone


def step(of: StepKind) -> str:
    return _(_STEPS[of])


def cause(of: Cause) -> str:
    return _(_CAUSES[of])


def listing(of: State) -> tuple[str, str]:
    """The title of a list, and what it is."""
    title, about = _LISTS[of]
    return _(title), _(about)


def data_role(of: DataRole) -> str:
    return _(DATA_ROLES[of])


def processing(of: Processing) -> str:
    return _(PROCESSINGS[of])


def day_typed(text: str) -> str:
    """A day as it was typed, written out; as it is where it is none."""
    known = typed.day(text)
    return wording.day(known) if known else text


FILTERS: dict[str, Callable[..., Any]] = {
    "stage": stage,
    "convention_step": step,
    "cause": cause,
    "convention_list": listing,
    "data_role": data_role,
    "processing": processing,
    "day_typed": day_typed,
}
