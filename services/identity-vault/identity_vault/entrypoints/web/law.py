"""What the addressee of an identity may do with it, and must not, by the text of the case's regime.

Only what the texts say is here: loi n° 2016-1691 du 9 décembre 2016 (art. 9) for an alert; code général de la fonction
publique (L135-6, L135-6 A, R135-1, R135-4) for violence, harassment, discrimination and sexist acts.
"""

from typing import NamedTuple


class Duty(NamedTuple):
    """One sentence, and the text that says it; empty where the rule is what the reporter signed."""

    words: str
    text: str = ""


class Law(NamedTuple):
    """What one regime allows and forbids."""

    name: str
    may: tuple[Duty, ...]
    must_not: tuple[Duty, ...]
    penalty: Duty | None


_ONLY_PURPOSE = Duty("Vous en servir pour ce que la personne a accepté, et pour cela seulement.")
_NO_OTHER_EYES = Duty(
    "Le dire, l’écrire ou le transmettre à qui que ce soit d’autre : la personne a accepté d’être connue de vous "
    "seul·e. Qui d’autre en a besoin lui demande son propre accord."
)
_NO_COPY = Duty("Le copier dans le dossier, un courriel, un tableau, un agenda : d’autres pourraient le lire.")

_ALERT = Law(
    name="Alerte (loi n° 2016-1691 du 9 décembre 2016)",
    may=(
        _ONLY_PURPOSE,
        Duty(
            "Transmettre à l’autorité judiciaire, si vous êtes tenu·e de lui dénoncer les faits. La personne en est "
            "alors informée avec des explications écrites, sauf si cela risque de compromettre la procédure.",
            "loi n° 2016-1691, art. 9, I",
        ),
    ),
    must_not=(
        Duty(
            "Divulguer un élément qui permette d’identifier la personne sans son consentement : la loi garantit une "
            "stricte confidentialité de son identité, de celle des personnes visées ou mentionnées, et des "
            "informations recueillies.",
            "loi n° 2016-1691, art. 9, I",
        ),
        _NO_OTHER_EYES,
        _NO_COPY,
    ),
    penalty=Duty(
        "Divulguer ces éléments est puni de deux ans d’emprisonnement et de 30 000 € d’amende.",
        "loi n° 2016-1691, art. 9, II",
    ),
)

_AVDHAS = Law(
    name="Signalement de violences, de discrimination, de harcèlement ou d’agissements sexistes "
    "(code général de la fonction publique)",
    may=(
        _ONLY_PURPOSE,
        Duty(
            "Orienter la personne vers l’accompagnement et le soutien, et vers l’autorité compétente pour sa "
            "protection et pour le traitement des faits.",
            "CGFP, art. L135-6 et R135-1",
        ),
    ),
    must_not=(
        Duty(
            "Rompre la stricte confidentialité de l’identité de la personne, de celle des personnes visées et des "
            "faits, y compris lorsqu’il faut communiquer avec ceux qui ont à en connaître pour traiter le signalement.",
            "CGFP, art. R135-4",
        ),
        _NO_OTHER_EYES,
        _NO_COPY,
        Duty(
            "Prendre contre elle une mesure parce qu’elle a subi ou refusé de subir ces faits, a exercé un recours, ou "
            "en a témoigné de bonne foi.",
            "CGFP, art. L135-6 A",
        ),
    ),
    penalty=None,
)

_UNKNOWN = Law("Régime inconnu de cette page", (_ONLY_PURPOSE,), (_NO_OTHER_EYES, _NO_COPY), None)
_REGIMES = {"alert": _ALERT, "avdhas": _AVDHAS}


def law(regime: str) -> Law:
    """The duties under a regime; for one that is not known, those that the reporter signed, without a text."""
    return _REGIMES.get(regime, _UNKNOWN)
