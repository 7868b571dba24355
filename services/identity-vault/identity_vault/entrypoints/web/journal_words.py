"""The words of the journal's page: its kinds and its reasons in French."""

from identity_vault.domain.journal import Kind
from identity_vault.entrypoints.web.words import MONTHS

_KINDS = {
    Kind.CONSENT_RECORDED: "Accord enregistré",
    Kind.CONSENT_WITHDRAWN: "Accord retiré par la personne",
    Kind.CONSENT_HASTENED: "Délai abrégé par la personne",
    Kind.CONSENT_REFUSED: "Accord non admis",
    Kind.DISCLOSURE: "Identité ouverte",
    Kind.DISCLOSURE_REFUSED: "Ouverture refusée",
    Kind.NAME_ADDED: "Nom ajouté par la personne",
    Kind.NAME_WITHDRAWN: "Nom retiré par la personne",
    Kind.KEY_REPLACED: "Clé de la personne remplacée",
    Kind.REGISTRATION_CONFLICT: "Enregistrement en double, écarté",
    Kind.PASSKEY_REGISTERED: "Clé d’accès enregistrée",
    Kind.PASSKEY_WITHDRAWN: "Clé d’accès retirée",
    Kind.RECOVERY_ASKED: "Clé d’accès déclarée perdue",
    Kind.RECOVERY_SIGNED: "Perte d’une clé confirmée par un gardien",
    Kind.RECOVERY_REFUSED: "Perte d’une clé non confirmée",
    Kind.RECOVERY_ENDED: "Perte d’une clé : demande close",
    Kind.ORDER_CREATED: "Ordre des gardiens rédigé",
    Kind.ORDER_SIGNED: "Ordre des gardiens signé",
    Kind.ORDER_CARRIED_OUT: "Ordre des gardiens exécuté",
    Kind.ORDER_REFUSED: "Ordre des gardiens refusé",
    Kind.EXTENSION_CREATED: "Report de l’information rédigé",
    Kind.EXTENSION_SIGNED: "Report de l’information signé",
    Kind.NOTICE_EXTENDED: "Information de la personne reportée",
    Kind.ERASURE_ASKED: "Effacement demandé",
    Kind.ERASURE_SIGNED: "Décision sur un effacement, signée par une personne",
    Kind.ERASURE_UNDONE: "Effacement annulé",
    Kind.ERASED: "Identité effacée",
    Kind.KEY_ROTATED: "Clé du coffre renouvelée",
    Kind.ALARM: "Alarme",
}

_REASONS = {
    "meeting": "entretien",
    "support": "accompagnement",
    "protection": "protection",
    "inquiry": "enquête administrative",
    "procedure": "procédure",
    "bad-id-token": "identification non admise",
    "bad-passkey": "clé d’accès non reconnue",
    "passkey-waits": "clé d’accès trop récente",
    "unknown-handle": "accord inconnu ou page trop ancienne",
    "not-yet": "délai non écoulé",
    "expired": "accord expiré",
    "used": "accord déjà ouvert",
    "withdrawn": "accord retiré",
    "other-addressee": "autre destinataire",
    "bad-statement": "signature qui ne tient pas",
    "record-mismatch": "identité d’un autre signalement",
    "no-record": "aucune identité conservée",
    "no-name": "aucun nom",
    "no-consent": "aucun accord",
    "limit-reached": "limite atteinte",
    "replayed": "déjà vu",
    "unknown-key": "clé inconnue",
    "store-away": "coffre absent",
    "denied": "lecture refusée",
    "invalid-record": "forme inattendue",
    "bad-order": "ordre qui ne tient pas",
    "not-a-custodian": "ce n’est pas un gardien",
    "lost": "clé perdue",
    "owner": "par la personne elle-même",
    "wrong-codes": "trop de codes faux",
    "asked-again": "demandée de nouveau",
    "retention": "fin de conservation",
    "undo": "pour annuler",
    "confirm": "pour confirmer",
    "reporter": "à la demande de la personne",
    "court": "décision de justice",
    "custodians": "décision des gardiens",
    "lost-receipt": "récépissé perdu",
    "denunciation": "dénonciation (art. 40 du code de procédure pénale)",
    "requisition": "réquisition judiciaire",
    "per-addressee": "beaucoup d’ouvertures par une personne",
    "per-cdg": "beaucoup d’ouvertures dans un organisme",
    "out-of-hours": "hors des heures de service",
    "burst": "beaucoup d’effacements en un jour",
    "burst-confirmed": "effacements nombreux confirmés",
    "unreadable": "entrée illisible",
    "yearly": "renouvellement annuel",
    "exposed": "clé exposée",
}


def kind(code: str) -> str:
    return _KINDS[Kind(code)] if code in set(Kind) else code


def reason(code: str) -> str:
    """A reason that has no words yet is shown as its code."""
    return _REASONS.get(code, code)


def month(segment: str) -> str:
    """« novembre 2026 » for 2026-11."""
    year, _, number = segment.partition("-")
    return f"{MONTHS[int(number) - 1]} {year}"


FILTERS = {"kind": kind, "reason": reason, "month": month}
