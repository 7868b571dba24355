"""The words of these pages: codes in French, instants written out, refusals and what to do next."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from chassis.clock import PARIS

MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)

# What a disclosure is for (chassis.sealing.statements.PURPOSES), after « pour »: as the reporter read it.
_PURPOSES = {
    "meeting": "organiser un entretien",
    "support": "mettre en place un accompagnement",
    "protection": "prendre des mesures de protection",
    "inquiry": "mener une enquête administrative",
    "procedure": "engager une procédure disciplinaire ou judiciaire",
}

# After « connaissiez ».
_FIELDS = {
    "name": "ses nom et prénom",
    "position": "ses fonction et service",
    "contact": "ses téléphone et adresse électronique",
}

_PARTS = {
    "given_name": "Prénom",
    "family_name": "Nom",
    "position": "Fonction",
    "department": "Service",
    "phone": "Téléphone",
    "email": "Adresse électronique",
}

# Words and colour of the tag.
_STATES = {
    "pending": ("Pas encore ouvrable", "info"),
    "effective": ("Peut être ouvert", "success"),
    "used": ("Déjà ouvert", "neutral"),
    "withdrawn": ("Retiré", "neutral"),
    "expired": ("Expiré", "neutral"),
}

_MEANINGS = {
    "pending": "La personne peut encore changer d’avis : son accord prend effet au terme du délai qu’elle a accepté.",
    "effective": "Vous pouvez l’ouvrir une fois.",
    "used": "L’identité a été montrée, ou l’ouverture a été interrompue. Cet accord ne sert plus.",
    "withdrawn": "La personne est revenue sur son accord. C’est son droit, et elle n’a pas à dire pourquoi.",
    "expired": "Le temps pour lequel la personne s’est engagée est passé.",
}


class Refusal(NamedTuple):
    """A refusal in words: what happened, why, what to do next, and the status of the answer."""

    title: str
    why: str
    then: str
    status: int


_ASK_AGAIN = "Si vous en avez encore besoin, demandez un nouvel accord depuis le dossier, dans Paravent."
_TELL = "Prévenez le centre de gestion : quelqu’un doit regarder ce qui s’est passé. Aucun nom ne lui est nécessaire."

_REFUSALS = {
    "bad-id-token": Refusal(
        "Votre identification n’a pas été admise",
        "Le vérificateur contrôle lui-même ce que dit le fournisseur d’identité, et n’a pas pu s’en assurer.",
        "Identifiez-vous de nouveau, puis recommencez.",
        401,
    ),
    "provider-away": Refusal(
        "Le fournisseur d’identité ne répond pas",
        "Le vérificateur contrôle auprès de lui qui vous êtes, et n’a pas pu le faire. Rien n’a été utilisé.",
        "Recommencez dans quelques minutes.",
        503,
    ),
    "bad-passkey": Refusal(
        "La clé d’accès n’a pas été reconnue",
        "Ce n’est pas la clé que vous avez enregistrée, ou la demande est restée ouverte trop longtemps.",
        "Revenez à la page d’où vous venez, rechargez-la, puis touchez votre clé de nouveau.",
        403,
    ),
    "passkey-waits": Refusal(
        "Votre clé d’accès ne peut pas encore servir",
        "Une clé nouvelle attend avant de servir, pour que personne ne puisse en glisser une à votre place.",
        "La page « Clé d’accès » dit à partir de quand.",
        409,
    ),
    "unknown-handle": Refusal(
        "Cet accord n’est plus à l’écran depuis assez peu de temps",
        "La page est restée ouverte trop longtemps, ou l’accord n’existe pas.",
        "Revenez à la liste, puis ouvrez l’accord de nouveau.",
        404,
    ),
    "not-yet": Refusal(
        "Cet accord ne peut pas encore être ouvert",
        "La personne a un délai pour changer d’avis. Elle peut l’abréger, et elle seule.",
        "La liste de vos accords dit à partir de quand il peut être ouvert.",
        409,
    ),
    "expired": Refusal("Cet accord a expiré", _MEANINGS["expired"], _ASK_AGAIN, 410),
    "used": Refusal(
        "Cet accord a déjà été ouvert",
        "Un accord s’ouvre une seule fois : recharger la page ou revenir en arrière ne montre plus rien.",
        "Si vous n’avez pas pu noter ce qu’il fallait, demandez un nouvel accord depuis le dossier, dans Paravent. "
        "Si vous n’avez rien ouvert vous-même, prévenez aussitôt le centre de gestion.",
        410,
    ),
    "withdrawn": Refusal("Cet accord a été retiré", _MEANINGS["withdrawn"], _ASK_AGAIN, 410),
    "other-addressee": Refusal(
        "Cet accord est adressé à quelqu’un d’autre",
        "La personne a accepté d’être connue d’une seule personne, et ce n’est pas ce compte.",
        "Vérifiez avec quel compte vous êtes identifié.",
        403,
    ),
    "bad-statement": Refusal(
        "La signature de cet accord ne tient pas",
        "Ce qui est enregistré n’est pas ce que la personne a signé. Rien n’a été montré.",
        _TELL,
        409,
    ),
    "record-mismatch": Refusal(
        "L’identité scellée n’est pas celle de ce dossier",
        "Ce qui s’est ouvert ne correspond pas à l’accord. Rien n’a été montré.",
        _TELL,
        409,
    ),
    "no-record": Refusal(
        "Aucune identité n’est conservée pour cet accord",
        "Elle n’est pas encore arrivée au coffre, ou elle a été effacée.",
        "Attendez deux jours si le signalement est récent ; sinon, écrivez à la personne depuis le dossier.",
        404,
    ),
    "no-name": Refusal(
        "Ce signalement est anonyme",
        "La personne a donné son accord, mais aucun nom n’est conservé : elle n’en a pas donné, ou l’a retiré.",
        "Écrivez-lui depuis le dossier : elle seule peut ajouter son nom, avec ses huit mots.",
        404,
    ),
    "limit-reached": Refusal(
        "Trop d’ouvertures en peu de temps",
        "Le nombre d’identités qu’une personne, ou un centre de gestion, peut ouvrir est limité. Rien n’a été utilisé.",
        "Recommencez demain. Si la limite gêne votre travail, dites-le au centre de gestion.",
        429,
    ),
    "too-many-tries": Refusal(
        "Trop d’identifications qui ne tiennent pas",
        "Beaucoup de preuves d’identité qui ne tiennent pas sont arrivées, celle-ci comprise. Une alarme est partie. "
        "Une preuve qui tient est toujours admise.",
        "Identifiez-vous de nouveau : si vous êtes la personne attendue, vous entrez aussitôt. Si cela se répète, "
        "prévenez le centre de gestion.",
        429,
    ),
    "not-ready": Refusal(
        "Le coffre n’est pas prêt",
        "Il démarre, ou une de ses parties ne répond pas.",
        "Recommencez dans quelques minutes.",
        503,
    ),
    "store-away": Refusal(
        "Le coffre ne répond pas",
        "L’endroit où les identités sont conservées est momentanément fermé.",
        "Recommencez dans quelques minutes.",
        503,
    ),
    "verifier-away": Refusal(
        "Le vérificateur ne répond pas",
        "Sans lui, rien ne s’ouvre. Rien n’a été montré.",
        "Recommencez dans quelques minutes : la page de l’accord dit s’il peut encore être ouvert.",
        503,
    ),
}
_OTHER = Refusal("Cette demande a été refusée", "Rien n’a été montré.", _TELL, 409)


def refusal(detail: str) -> Refusal:
    """The words for a code of chassis.rpc.Detail."""
    return _REFUSALS.get(detail, _OTHER)


def purpose(code: str) -> str:
    return _PURPOSES.get(code, "un motif que cette page ne connaît pas")


def fields(codes: Sequence[str]) -> str:
    """« ses nom et prénom, et ses fonction et service »."""
    words = [_FIELDS[code] for code in _FIELDS if code in codes]
    return ", et ".join(words)


def part(name: str) -> str:
    return _PARTS[name]


def state(code: str) -> tuple[str, str]:
    """Words and colour."""
    return _STATES.get(code, ("État inconnu", "warning"))


def meaning(code: str) -> str:
    return _MEANINGS.get(code, "Cette page ne connaît pas cet état. Rien ne peut être ouvert.")


def day(value: date | None) -> str:
    """A day written out, in Paris: « 1er décembre 2026 »."""
    if value is None:
        return "date inconnue"
    civil = value.astimezone(PARIS).date() if isinstance(value, datetime) else value
    number = "1er" if civil.day == 1 else str(civil.day)
    return f"{number} {MONTHS[civil.month - 1]} {civil.year}"


def last_day(value: date | None) -> str:
    """The last whole day of a time that ends at this instant, or with this day."""
    return day(value - timedelta(seconds=1) if isinstance(value, datetime) else value)


def moment(value: date | None) -> str:
    """« 1er décembre 2026 à 9 h 05 », in Paris; a day stays a day."""
    if not isinstance(value, datetime):
        return day(value)
    local = value.astimezone(PARIS)
    return f"{day(value)} à {local.hour} h {local.minute:02}"


FILTERS: dict[str, Callable[..., Any]] = {
    "purpose": purpose,
    "fields": fields,
    "part": part,
    "state": state,
    "meaning": meaning,
    "day": day,
    "last_day": last_day,
    "moment": moment,
}
