"""What became of each request for the reporter's identity, in words: from their own copies and identity-vault."""

from dataclasses import dataclass, field
from datetime import datetime

from intake.domain.consent import FIELDS, PURPOSES, listed
from intake.entrypoints.web.wording import moment_in_words
from intake.usecases.consenting import AGREED, EXPIRED, HASTENED, OPEN, REFUSED, VOID, WITHDRAWN, Asked
from intake.usecases.looking import Seen
from paravent.identity_vault.v1.reporter_pb2 import ReporterEntry

# What identity-vault says of an agreement.
PENDING, EFFECTIVE, USED = "pending", "effective", "used"

_TAGS = {
    OPEN: ("Attend votre réponse", "warning"),
    EXPIRED: ("Terminé", "neutral"),
    REFUSED: ("Refusé", "neutral"),
    PENDING: ("Accepté, pas encore en vigueur", "info"),
    EFFECTIVE: ("Accepté, en vigueur", "info"),
    USED: ("Utilisé", "warning"),
    WITHDRAWN: ("Accord repris", "neutral"),
    VOID: ("Sans effet", "neutral"),
}


# The same, of what was confided at the filing: nobody asked, and it was signed with the report.
_GIVEN = {
    PENDING: "Vous lui avez dit votre nom en envoyant votre signalement. Rien ne lui sera montré avant le {effective}.",
    EFFECTIVE: "Vous lui avez dit votre nom en envoyant votre signalement. Cette personne peut le voir, une fois, "
    "depuis le {effective}.",
}


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """One request and where it stands. `tone`: of its tag."""

    handle: str = field(repr=False)
    who: str = field(repr=False)
    state: str
    tag: str
    tone: str
    words: str = field(repr=False)


def agreement_lines(asked: list[Asked], seen: Seen, now: datetime) -> list[AgreementLine]:
    """Every request, newest first."""
    return [agreement_line(one, seen, now) for one in asked]


def agreement_line(one: Asked, seen: Seen, now: datetime) -> AgreementLine:
    """One request. Only identity-vault knows whether an agreement was used; the rest stands in the own copies."""
    entry = seen.agreements.get(one.consent_id) if one.consent_id else None
    state = _state(one, entry, now)
    tag, tone = _TAGS[state]
    who = f"{one.request.name} ({one.request.body})"
    return AgreementLine(one.handle, who, state, tag, tone, _words(one, entry, state))


def incidents(seen: Seen) -> list[str]:
    """What happened besides agreements: openings that were refused, demands of justice. Newest first."""
    return [text for entry in seen.others if (text := _incident(entry))]


def details(one: Asked) -> list[tuple[str, str]]:
    """The request in full, as (what, value)."""
    if one.given_at_filing:
        return [
            ("À qui", one.request.name),
            ("Pour quel organisme", one.request.body),
            ("Pour quoi faire", f"{PURPOSES[one.request.purpose].capitalize()}"),
            ("Ce qui serait montré", listed([FIELDS[code][0] for code in one.request.fields]).capitalize()),
            ("Nom de code du dossier", one.request.case_label),
        ]
    return [
        ("Qui demande", one.request.name),
        ("Pour quel organisme", one.request.body),
        ("Pourquoi, dans ses mots", one.request.reason or "La personne n’a rien précisé."),
        ("Pour quoi faire", f"{PURPOSES[one.request.purpose].capitalize()}"),
        ("Ce qui serait montré", listed([FIELDS[code][0] for code in one.request.fields]).capitalize()),
        ("Nom de code du dossier", one.request.case_label),
    ]


def _state(one: Asked, entry: ReporterEntry | None, now: datetime) -> str:
    if entry is not None and entry.state == USED:
        return USED
    if one.state not in (AGREED, HASTENED):
        return one.state
    if entry is not None and entry.state in (WITHDRAWN, EXPIRED, EFFECTIVE):
        return entry.state
    if one.effective_at is None or now < one.effective_at:
        return PENDING
    return EFFECTIVE


def _words(one: Asked, entry: ReporterEntry | None, state: str) -> str:
    answered = moment_in_words(one.answered_at) if one.answered_at else ""
    effective = moment_in_words(one.effective_at) if one.effective_at else ""
    if state == USED:
        shown = entry.disclosed_at if entry is not None else ""
        if not shown:
            return "Une ouverture a commencé puis échoué : rien n’a été montré. Cet accord ne peut plus servir."
        when = moment_in_words(datetime.fromisoformat(shown))
        return (
            f"Votre identité lui a été montrée une fois, le {when}, pour {PURPOSES[one.request.purpose]}. "
            "Cet accord ne peut plus servir."
        )
    given = _GIVEN.get(state) if one.given_at_filing else None
    if given:
        return given.format(effective=effective)
    return {
        OPEN: "Vous pouvez accepter ou refuser. Refuser n’a aucune conséquence.",
        EXPIRED: "Cette demande ou cet accord a pris fin. Personne n’a vu votre identité par ce moyen.",
        REFUSED: f"Vous avez refusé le {answered}. Votre identité reste scellée.",
        PENDING: f"Vous avez accepté le {answered}. Personne ne peut voir votre identité avant le {effective}.",
        EFFECTIVE: f"Vous avez accepté le {answered}. Cette personne peut voir votre identité, une fois.",
        WITHDRAWN: "Vous avez repris votre accord. Il ne peut plus servir.",
        VOID: "Vous avez repris votre nom depuis : cet accord ne peut plus servir.",
    }[state]


def _incident(entry: ReporterEntry) -> str:
    moment = entry.disclosed_at or entry.signed_at
    when = f"Le {moment_in_words(datetime.fromisoformat(moment))}" if moment else "Récemment"
    if entry.kind == "refused":
        who = f" par {entry.addressee_name}" if entry.addressee_name else ""
        return f"{when}, une ouverture a été essayée{who} et refusée. Rien n’a été montré."
    if entry.kind == "judicial":
        if entry.purpose == "lost_receipt":
            return f"{when} : {entry.explanation}"
        to = f"{entry.addressee_name}, référence {entry.addressee_body}"
        return f"{when}, votre identité a été remise à l’autorité judiciaire ({to}). {entry.explanation}"
    if entry.kind == "passkey":
        return (
            f"{when}, {entry.addressee_name}, à qui vous avez donné votre accord, a perdu sa clé d’accès. Deux "
            "gardiens, de deux organismes, l’ont constaté : une clé nouvelle remplace la sienne. Votre accord tient "
            "toujours ; vous pouvez le reprendre tant que votre identité n’a pas été ouverte."
        )
    if entry.kind == "key" and entry.state == "withdrawn":
        return f"{when}, une clé avait été demandée pour signer à votre place : elle a été refusée et ne sert à rien."
    if entry.kind == "key":
        return f"{when}, la clé qui signe pour vous a été remplacée. Si ce n’est pas vous, écrivez-nous ici."
    return ""
