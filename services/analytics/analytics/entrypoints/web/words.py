"""The codes, in words."""

from datetime import date

from chassis.i18n import _

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)


def act(code: str) -> str:
    """The act's name; a code that has none yet is shown as it is."""
    names = {
        "ATTEINTE_PHYSIQUE": _("Atteinte volontaire à l’intégrité physique"),
        "VIOLENCE": _("Acte de violence"),
        "DISCRIMINATION": _("Discrimination"),
        "HARCELEMENT_MORAL": _("Harcèlement moral"),
        "HARCELEMENT_SEXUEL": _("Harcèlement sexuel"),
        "AGISSEMENT_SEXISTE": _("Agissement sexiste"),
        "MENACE": _("Menace"),
        "INTIMIDATION": _("Intimidation"),
        "OUTRAGE_CYBER": _("Outrage ou harcèlement en ligne"),
        "VIOLENCE_INTRAFAMILIALE": _("Violence intrafamiliale (orientation)"),
        "ALERTE": _("Lancement d’alerte"),
        "AUTRE": _("Autre"),
    }
    return names.get(code, code)


def band(code: str) -> str:
    """A size band: "11-19" as "11 à 19 agents", "350+" as "350 agents ou plus"."""
    if code.endswith("+"):
        return _("%(least)s agents ou plus") % {"least": code[:-1]}
    least, most = code.split("-")
    return _("%(least)s à %(most)s agents") % {"least": least, "most": most}


def month(code: str) -> str:
    """ "2026-11" as "novembre 2026"."""
    return f"{_(_MONTHS[int(code[5:]) - 1])} {code[:4]}"


def day(when: date) -> str:
    """A date in full."""
    number = _("1er") if when.day == 1 else str(when.day)
    return f"{number} {_(_MONTHS[when.month - 1])} {when.year}"
