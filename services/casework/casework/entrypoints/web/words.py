"""The words of these pages: codes in French, days written out, references."""

import base64
import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from casework.domain.acts import Act
from casework.domain.deadlines import Force
from casework.domain.identity import Standing
from casework.domain.proceeding import Decision, VoiceState
from casework.domain.routing import Implicated
from casework.domain.statuses import Status
from chassis.clock import paris_day
from chassis.i18n import _

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)

_ACTS = {
    Act.ATTEINTE_PHYSIQUE: "Atteinte à l’intégrité physique",
    Act.VIOLENCE: "Violence",
    Act.MENACE: "Menace",
    Act.INTIMIDATION: "Intimidation",
    Act.HARCELEMENT_MORAL: "Harcèlement moral",
    Act.HARCELEMENT_SEXUEL: "Harcèlement sexuel",
    Act.AGISSEMENT_SEXISTE: "Agissement sexiste",
    Act.DISCRIMINATION: "Discrimination",
    Act.OUTRAGE_CYBER: "Outrage ou cyberviolence",
    Act.VIOLENCE_INTRAFAMILIALE: "Violence intrafamiliale",
    Act.ALERTE: "Alerte",
    Act.AUTRE: "Autre",
}

_IMPLICATED = {
    Implicated.AUTORITE_TERRITORIALE: "L’autorité territoriale (maire, président ou présidente)",
    Implicated.DGS: "La direction générale des services",
    Implicated.SECRETAIRE_GENERAL: "Le ou la secrétaire général de mairie",
    Implicated.ELU: "Un élu ou une élue",
    Implicated.REFERENT: "Un référent ou une référente signalement",
    Implicated.CDG: "Le centre de gestion",
    Implicated.HIERARCHIE: "La hiérarchie",
    Implicated.COLLEGUE: "Un ou une collègue",
    Implicated.USAGER: "Un usager ou une usagère",
    Implicated.PRESTATAIRE: "Un prestataire",
    Implicated.AUTRE: "Une autre personne",
}

# Who changes who may see the case: what the screener is asked about.
REROUTING = (
    Implicated.AUTORITE_TERRITORIALE,
    Implicated.DGS,
    Implicated.SECRETAIRE_GENERAL,
    Implicated.ELU,
    Implicated.REFERENT,
    Implicated.CDG,
)

# Words and colour of the tag.
_STATUSES = {
    Status.SCREENING: ("À relire", "warning"),
    Status.RELEASED: ("À prendre en charge", "warning"),
    Status.IN_CHARGE: ("Pris en charge", "info"),
    Status.CLOSED: ("Clos", "neutral"),
}

_TOLD = {
    Status.SCREENING: "La personne a été informée que son signalement est en cours de première lecture.",
    Status.RELEASED: "La personne a été informée que son signalement a été transmis pour être traité.",
    Status.IN_CHARGE: "La personne a été informée de la prise en charge.",
    Status.CLOSED: "La personne a été informée de la clôture.",
}

# What the reporter and who joined are told of the agreement, each in their own thread.
_TOLD_OF_AGREEMENT = {
    "victim_joined": "La personne concernée donne son accord, qui reste à vérifier : l’information a été envoyée.",
    "victim_confirmed": "L’accord de la personne concernée est vérifié : l’information a été envoyée.",
    "victim_refused": "La personne concernée ne donne pas son accord : l’information a été envoyée.",
    "victim_withdrawn": "La personne concernée retire son accord : l’information a été envoyée.",
    "proceeds_danger": "Le dossier se poursuit sans accord, à cause d’un danger. Motif envoyé :",
    "proceeds_denunciation": "Le dossier se poursuit sans accord, pour dénoncer les faits au procureur. Motif envoyé :",
}

# Words and colour of the tag.
_VOICES = {
    VoiceState.DECLARED: ("Accord donné, à vérifier", "warning"),
    VoiceState.CONFIRMED: ("Accord vérifié", "success"),
    VoiceState.REFUSED: ("Refus", "neutral"),
    VoiceState.WITHDRAWN: ("Accord retiré", "neutral"),
    VoiceState.DENIED: ("Une autre personne", "danger"),
}

_DECISIONS = {
    Decision.AGREED: "La personne donne son accord pour que le dossier aille plus loin.",
    Decision.REFUSED: "La personne ne donne pas son accord.",
    Decision.WITHDRAWN: "La personne retire son accord.",
}

_RULES = {
    "inform": "Information de la réception",
    "take_charge": "Prise en charge",
    "open_inquiry": "Ouverture d’une enquête, si elle est nécessaire",
    "acknowledge": "Accusé de réception",
    "feedback": "Retour d’information écrit",
}

_FORCES = {Force.LAW: "Texte", Force.GUIDANCE: "Recommandation", Force.TARGET: "Objectif du service"}

_QUALITIES = {"victim": "Victime", "witness": "Témoin"}

_POOLS = {
    "member": "Référents de la collectivité",
    "authority": "Référents « cas autorité » du centre de gestion",
    "nobody_yet": "Personne de ce centre de gestion : il est mis en cause",
}

# What an identity may be asked for, in words and in what it means.
_PURPOSES = {
    "meeting": ("Rencontrer la personne", "La recevoir, ou l’appeler, si elle le souhaite."),
    "support": ("L’accompagner", "La mettre en relation avec un médecin, un psychologue, un juriste."),
    "protection": ("La protéger", "Demander une protection fonctionnelle, un éloignement, un changement de poste."),
    "inquiry": ("Mener une enquête administrative", "L’entendre, et savoir de qui l’on parle."),
    "procedure": ("Engager une procédure", "Une procédure disciplinaire ou pénale où elle serait nommée."),
}

_IDENTITY_FIELDS = {"name": "Nom et prénom", "position": "Poste et service", "contact": "Moyen de la joindre"}

# Words and colour of the tag.
_STANDINGS = {
    Standing.WAITING: ("Sans réponse pour l’instant", "neutral"),
    Standing.UNANSWERED: ("Restée sans réponse", "neutral"),
    Standing.PENDING: ("Accord donné, en attente", "info"),
    Standing.EFFECTIVE: ("Accord en vigueur", "success"),
    Standing.EXPIRED: ("Accord expiré", "neutral"),
    Standing.REFUSED: ("Refus", "neutral"),
    Standing.WITHDRAWN: ("Accord retiré", "neutral"),
}

# Code pénal, art. 225-1.
_CRITERIA = {
    "ORIGINE": "Origine",
    "SEXE": "Sexe",
    "GROSSESSE": "Grossesse",
    "SITUATION_FAMILLE": "Situation de famille",
    "AGE": "Âge",
    "ETAT_SANTE": "État de santé",
    "HANDICAP": "Handicap",
    "PERTE_AUTONOMIE": "Perte d’autonomie",
    "CARACTERISTIQUES_GENETIQUES": "Caractéristiques génétiques",
    "APPARENCE_PHYSIQUE": "Apparence physique",
    "ORIENTATION_SEXUELLE": "Orientation sexuelle",
    "IDENTITE_GENRE": "Identité de genre",
    "MOEURS": "Mœurs",
    "OPINIONS_POLITIQUES": "Opinions politiques ou philosophiques",
    "ACTIVITES_SYNDICALES": "Activités syndicales ou mutualistes",
    "RELIGION": "Religion",
    "APPARTENANCE": "Appartenance à une ethnie, une nation ou une prétendue race",
    "PATRONYME": "Nom de famille",
    "LIEU_RESIDENCE": "Lieu de résidence",
    "VULNERABILITE_ECONOMIQUE": "Vulnérabilité économique",
    "LANGUE": "Langue",
    "LANCEUR_ALERTE": "Alerte lancée ou aidée",
}


def act(code: str) -> str:
    return _(_ACTS.get(_known(Act, code), "Autre"))


def implicated(code: str) -> str:
    return _(_IMPLICATED.get(_known(Implicated, code), "Une autre personne"))


def criterion(code: str) -> str:
    """A criterion of discrimination; one that we have no words for is shown as its code, made readable."""
    return _(_CRITERIA.get(code, code.replace("_", " ").capitalize()))


def criteria() -> list[tuple[str, str]]:
    """Every criterion of discrimination, with its words."""
    return [(code, _(words)) for code, words in _CRITERIA.items()]


def status(code: str) -> tuple[str, str]:
    """Words and colour."""
    words, colour = _STATUSES[Status(code)]
    return _(words), colour


def told(code: str) -> str:
    usual = _TOLD.get(_known(Status, code), "La personne a été informée d’un changement.")
    return _(_TOLD_OF_AGREEMENT.get(code, usual))


def voice(state: VoiceState) -> tuple[str, str]:
    """What became of somebody who joined: words and colour."""
    words, colour = _VOICES[state]
    return _(words), colour


def decision(code: str) -> str:
    return _(_DECISIONS[Decision(code)])


def rule(code: str) -> str:
    return _(_RULES[code])


def force(value: Force) -> str:
    return _(_FORCES[value])


def quality(code: str) -> str:
    return _(_QUALITIES.get(code, "Non précisé"))


def pool(code: str) -> str:
    return _(_POOLS[code])


def purpose(code: str) -> tuple[str, str]:
    """What an identity is asked for: words, and what they mean."""
    words, meaning = _PURPOSES.get(code, ("Autre", ""))
    return _(words), _(meaning)


def identity_field(code: str) -> str:
    return _(_IDENTITY_FIELDS.get(code, "Autre"))


def standing(value: Standing) -> tuple[str, str]:
    """Words and colour."""
    words, colour = _STANDINGS[value]
    return _(words), colour


def day(value: date | datetime | None) -> str:
    """A day written out, never an hour: "1er décembre 2026"."""
    if value is None:
        return ""
    civil = paris_day(value) if isinstance(value, datetime) else value
    number = "1er" if civil.day == 1 else str(civil.day)
    return f"{number} {_MONTHS[civil.month - 1]} {civil.year}"


def reference(case_id: uuid.UUID) -> str:
    """What people call a case: eight letters and digits of its random id."""
    text = base64.b32encode(case_id.bytes[:5]).decode()
    return f"{text[:4]}-{text[4:]}"


def size(count: int) -> str:
    """A number of bytes, for people."""
    if count < 1000:
        return f"{count} octet" if count < 2 else f"{count} octets"
    for unit in ("ko", "Mo"):
        count = round(count / 1000)
        if count < 1000:
            return f"{count} {unit}"
    return f"{round(count / 1000)} Go"


def _known(kind: Any, code: str) -> Any:
    return kind(code) if code in set(kind) else None


FILTERS: dict[str, Callable[..., Any]] = {
    "act": act,
    "implicated": implicated,
    "criterion": criterion,
    "status": status,
    "told": told,
    "rule": rule,
    "force": force,
    "quality": quality,
    "pool": pool,
    "purpose": purpose,
    "identity_field": identity_field,
    "standing": standing,
    "voice": voice,
    "decision": decision,
    "day": day,
    "reference": reference,
    "bytes": size,
    "field": getattr,
}
