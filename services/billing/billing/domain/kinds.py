"""What kind of body may join, and whether its affiliation to the CdG looks right."""

from enum import StrEnum

from billing.domain.people import folded

# Below so many full-time civil servants a commune or one of its établissements must be affiliated (CGFP L452-14).
AFFILIATION_THRESHOLD = 350


class Kind(StrEnum):
    """Kinds of members, as `members.kind` keeps them."""

    COMMUNE = "commune"
    EPCI = "epci"
    SYNDICAT = "syndicat"
    CCAS = "ccas"
    DEPARTEMENT = "departement"
    REGION = "region"
    SDIS = "sdis"
    OFFICE = "office"
    OTHER_PUBLIC = "other_public"
    PROFESSIONALS = "professionals"

    @property
    def public(self) -> bool:
        """A public employer: CGFP L135-6 binds it. Self-employed professionals have no employer."""
        return self is not Kind.PROFESSIONALS


LABELS = {
    Kind.COMMUNE: "Commune",
    Kind.EPCI: "Intercommunalité à fiscalité propre",
    Kind.SYNDICAT: "Syndicat intercommunal ou mixte",
    Kind.CCAS: "CCAS ou CIAS",
    Kind.DEPARTEMENT: "Département",
    Kind.REGION: "Région",
    Kind.SDIS: "Service d’incendie et de secours",
    Kind.OFFICE: "Office public de l’habitat",
    Kind.OTHER_PUBLIC: "Autre établissement public",
    Kind.PROFESSIONALS: "Organisation de professionnels libéraux",
}

# How lists name them, folded; the whole text must match, or one of these words must start it.
_NAMES = {
    Kind.COMMUNE: ("commune", "mairie", "ville", "com"),
    Kind.EPCI: ("epci", "communaute", "intercommunalite", "metropole", "cc", "ca", "cu"),
    Kind.SYNDICAT: ("syndicat", "sivu", "sivom", "pole metropolitain", "petr", "smf", "smo"),
    Kind.CCAS: ("ccas", "cias", "centre communal d action sociale", "centre intercommunal d action sociale"),
    Kind.DEPARTEMENT: ("departement", "conseil departemental"),
    Kind.REGION: ("region", "conseil regional"),
    Kind.SDIS: ("sdis", "sis", "service d incendie", "service departemental d incendie"),
    Kind.OFFICE: ("office", "oph", "opac"),
    Kind.OTHER_PUBLIC: ("other public", "autre", "etablissement public", "etablissement", "caisse des ecoles", "regie"),
    Kind.PROFESSIONALS: (
        "professionals",
        "professionnel",
        "professionnels",
        "profession liberale",
        "professions liberales",
        "organisation de professionnels",
        "urps",
        "union regionale",
        "association de professionnels",
    ),
}

# Bodies that CGFP L452-14 affiliates below the threshold: communes and their own établissements.
_OF_COMMUNES = (Kind.COMMUNE, Kind.EPCI, Kind.SYNDICAT, Kind.CCAS)


class Oddity(StrEnum):
    """Why an affiliation should be looked at again. Never refused: it is the CdG's own register that is right."""

    SMALL_NOT_AFFILIATED = "small_not_affiliated"
    PROFESSIONALS_AFFILIATED = "professionals_affiliated"
    UNKNOWN = "unknown"


def kind_named(text: str) -> Kind | None:
    """The kind that a list names ("Communauté de communes", "C.C.A.S.", "commune"); None when it is none of them."""
    sought = folded(text.replace(".", ""))
    whole = next((kind for kind, names in _NAMES.items() if sought in names), None)
    if whole is not None or not sought:
        return whole
    return next((kind for kind, names in _NAMES.items() if any(sought.startswith(f"{name} ") for name in names)), None)


def oddity(kind: Kind, affiliated: bool | None, agents: int | None) -> Oddity | None:
    """What looks wrong. `agents` counts everybody, the law full-time civil servants only: it can only be a hint."""
    if kind is Kind.PROFESSIONALS:
        return Oddity.PROFESSIONALS_AFFILIATED if affiliated else None
    if affiliated is None:
        return Oddity.UNKNOWN
    small = agents is not None and agents < AFFILIATION_THRESHOLD
    return Oddity.SMALL_NOT_AFFILIATED if small and not affiliated and kind in _OF_COMMUNES else None
