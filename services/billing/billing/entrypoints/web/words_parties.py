"""The words of members' files and of imported lists: kinds, affiliations, columns, what is wrong."""

from collections.abc import Callable, Mapping
from typing import Any

from billing.domain.faults import Fault
from billing.domain.kinds import LABELS, Kind, Oddity
from billing.domain.listing import Reason, Refusal
from billing.domain.listing_table import Column, FileFault, FileRefused
from billing.entrypoints.web import words
from billing.entrypoints.web.words import gettext as _

_COLUMNS = {
    Column.SIRET: "SIRET",
    Column.SIREN: "SIREN",
    Column.NAME: "Nom",
    Column.KIND: "Type",
    Column.INSEE: "Code INSEE",
    Column.STREET: "Adresse",
    Column.POSTCODE: "Code postal",
    Column.CITY: "Ville",
    Column.AFFILIATED: "Affilié",
    Column.AGENTS: "Effectif",
    Column.CONTACT: "Correspondant",
    Column.FUNCTION: "Fonction",
    Column.EMAIL: "E-mail",
}

_REASONS = {
    Reason.MISSING: "cette colonne doit être remplie.",
    Reason.MALFORMED: "cette valeur n’est pas lisible.",
    Reason.TOO_LONG: "plus de 120 caractères.",
    Reason.WRONG_KEY: "la clé de contrôle est fausse : un chiffre est mal recopié.",
    Reason.ABRIDGED: "le tableur a abrégé ce numéro. Mettez la colonne au format Texte, puis recopiez-le.",
    Reason.NOT_OF_SIREN: "le SIRET ne commence pas par le SIREN de la ligne.",
    Reason.NO_PLACE: "le siège est introuvable : indiquez le code INSEE de sa commune.",
    Reason.UNKNOWN: "cette valeur n’est pas connue.",
    Reason.OTHER_PLACE: "ce n’est pas la commune du siège enregistrée pour ce SIREN.",
    Reason.OTHER_DEPARTMENT: "le siège est dans un autre département.",
    Reason.OTHER_CDG: "cet organisme relève d’un autre centre de gestion.",
    Reason.OTHER_NAME: "cette adresse e-mail est déjà celle d’une personne d’un autre nom.",
    Reason.TWICE: "ce SIREN est déjà à la ligne {line}.",
    Reason.MEANWHILE: "enregistré entre-temps par quelqu’un d’autre : envoyez de nouveau cette ligne.",
}

# What is wrong with one column in particular.
_OF_COLUMN = {
    (Column.SIRET, Reason.MALFORMED): "14 chiffres sont attendus.",
    (Column.SIREN, Reason.MALFORMED): "9 chiffres sont attendus.",
    (Column.SIRET, Reason.MISSING): "le SIRET, ou le SIREN, est nécessaire.",
    (Column.SIREN, Reason.MISSING): "le SIREN est nécessaire.",
    (Column.INSEE, Reason.MALFORMED): "un code INSEE compte 5 caractères, comme 62905 ou 2A004.",
    (Column.INSEE, Reason.UNKNOWN): "aucune commune du département n’a ce code.",
    (Column.KIND, Reason.UNKNOWN): "ce type n’est pas connu : voyez la liste des types sur la page d’import.",
    (Column.POSTCODE, Reason.MALFORMED): "5 chiffres sont attendus.",
    (Column.AFFILIATED, Reason.MALFORMED): "écrivez oui ou non, ou laissez vide.",
    (Column.AGENTS, Reason.MALFORMED): "un nombre entier est attendu, d’au moins 1.",
    (Column.EMAIL, Reason.MALFORMED): "l’adresse doit ressembler à prenom.nom@commune.fr.",
}

_FILES = {
    FileFault.EMPTY: "Le fichier est vide, ou n’a que sa ligne de titres.",
    FileFault.SPREADSHEET: "C’est un classeur de tableur. Enregistrez-le d’abord au format CSV.",
    FileFault.NOT_TEXT: "Ce fichier n’est pas un texte CSV lisible.",
    FileFault.NO_NUMBER: "Il manque une colonne SIRET ou SIREN. La première ligne doit porter les titres des colonnes.",
    FileFault.NO_NAME_OR_KIND: "Il manque la colonne Nom ou la colonne Type.",
    FileFault.TWICE: "Deux colonnes disent la même chose : « {heading} ». Gardez-en une.",
    FileFault.TOO_LONG: "Le fichier compte plus de 40 000 lignes. Envoyez-le en plusieurs fois.",
    FileFault.CROOKED: "Des guillemets sont mal placés près de la ligne {heading}.",
}

_ODDITIES = {
    Oddity.SMALL_NOT_AFFILIATED: "L’affiliation est obligatoire au-dessous de 350 fonctionnaires à temps complet "
    "(CGFP, art. L452-14). L’effectif connu est plus petit : vérifiez.",
    Oddity.PROFESSIONALS_AFFILIATED: "Une organisation de professionnels libéraux ne s’affilie pas : vérifiez.",
    Oddity.UNKNOWN: "L’affiliation n’est pas renseignée.",
}

_EDIT_FAULTS = {
    ("member_name", Fault.MISSING): "Indiquez le nom.",
    ("member_name", Fault.TOO_LONG): "Le nom doit tenir en 120 caractères.",
    ("member_name", Fault.MALFORMED): "Le nom contient des caractères qui ne s’impriment pas.",
    ("kind", Fault.MISSING): "Choisissez le type.",
    ("siret", Fault.MALFORMED): "Le SIRET compte 14 chiffres, dont une clé de contrôle : vérifiez-le.",
    ("siret", Fault.OTHER_NAME): "Ce SIRET est celui d’un autre organisme : il doit commencer par le SIREN.",
    ("time_zone", Fault.MISSING): "Choisissez le fuseau horaire.",
    ("street", Fault.TOO_LONG): "L’adresse doit tenir en 120 caractères.",
    ("street", Fault.MALFORMED): "L’adresse contient des caractères qui ne s’impriment pas.",
    ("postcode", Fault.MISSING): "Indiquez le code postal, avec la ville.",
    ("postcode", Fault.MALFORMED): "Le code postal compte 5 chiffres.",
    ("city", Fault.MISSING): "Indiquez la ville, avec le code postal.",
    ("city", Fault.TOO_LONG): "La ville doit tenir en 120 caractères.",
    ("city", Fault.MALFORMED): "La ville contient des caractères qui ne s’impriment pas.",
    ("service_code", Fault.TOO_LONG): "Le code service compte 100 caractères au plus.",
    ("service_code", Fault.MALFORMED): "Le code service contient des caractères qui ne s’impriment pas.",
    ("engagement", Fault.TOO_LONG): "Le numéro d’engagement compte 50 caractères au plus.",
    ("engagement", Fault.MALFORMED): "Le numéro d’engagement contient des caractères qui ne s’impriment pas.",
    ("mail_domains", Fault.MALFORMED): "Écrivez un domaine par ligne, comme mairie-exemple.fr.",
    ("mail_domains", Fault.TOO_LONG): "20 domaines au plus.",
    ("mail_domains", Fault.NOT_INDEPENDENT): "Un de ces domaines est ouvert à tous (gmail.com, orange.fr…) : "
    "les agents y ont leurs propres adresses, il ne doit pas leur être refusé.",
    ("form", Fault.CHANGED_SINCE): "Cette fiche a changé entre-temps. Relisez-la, puis recommencez.",
}


def kind(of: Kind) -> str:
    return _(LABELS[of])


def affiliation(affiliated: bool | None) -> str:
    return _("Non renseignée") if affiliated is None else _("Affilié") if affiliated else _("Non affilié")


def odd(of: Oddity) -> str:
    return _(_ODDITIES[of])


def column(of: Column) -> str:
    return _(_COLUMNS[of])


def refusal(of: Refusal) -> str:
    """What is wrong with a line, after the name of its column."""
    text = _OF_COLUMN.get((of.column, of.reason)) or _REASONS[of.reason]
    return f"{column(of.column)} : {_(text).format(line=of.line)}"


def cell(of: Column, text: str) -> str:
    """A value of a list, as pages say it."""
    return _(LABELS[Kind(text)]) if of is Column.KIND and text else text


def file_fault(refused: FileRefused) -> str:
    return _(_FILES[refused.fault]).format(heading=refused.heading)


def edit_errors(faults: Mapping[str, Fault]) -> dict[str, str]:
    """Messages of the editing page by field; those of the correspondent have the words of any person."""
    messages = {"" if field == "form" else field: _edit_error(field, fault) for field, fault in faults.items()}
    return ({"": messages.pop("")} if "" in messages else {}) | messages


def _edit_error(field: str, fault: Fault) -> str:
    if (field, fault) in _EDIT_FAULTS:
        return _(_EDIT_FAULTS[field, fault])
    plain = field.removeprefix("contact_")
    message = words.errors({plain: fault})[plain]
    return _("Correspondant : ") + message[0].lower() + message[1:]


FILTERS: dict[str, Callable[..., Any]] = {
    "kind": kind,
    "affiliation": affiliation,
    "odd": odd,
    "column": column,
    "refusal": refusal,
    "cell": cell,
}
