"""The agreement that a reporter signs, in words. Its hash stands in the statement: what is shown is what is signed."""

from collections.abc import Sequence
from datetime import date, timedelta

from intake.domain.days import day_in_words, length_in_words

# Code -> what it is for, as the end of « pour… ».
PURPOSES = {
    "meeting": "organiser un entretien",
    "support": "mettre en place un accompagnement",
    "protection": "prendre des mesures de protection",
    "inquiry": "mener une enquête administrative",
    "procedure": "engager une procédure disciplinaire ou judiciaire",
}
# Code -> (said to the reporter, said by the reporter).
FIELDS = {
    "name": ("vos nom et prénom", "mes nom et prénom"),
    "position": ("vos fonction et service", "mes fonction et service"),
    "contact": ("vos téléphone et adresse électronique", "mes téléphone et adresse électronique"),
}


def sentence(name: str, body: str, purpose: str, fields: Sequence[str], until: date, delay: timedelta) -> str:
    """The exact sentence that the page shows and whose SHA-256 is signed. Raises KeyError for an unknown code."""
    known = listed([FIELDS[code][1] for code in fields])
    when = f"{length_in_words(delay)} après ma signature" if delay else "dès ma signature"
    return (
        f"J’accepte que {name} ({body}), et personne d’autre, voie une seule fois {known}, "
        f"pour {PURPOSES[purpose]}. Mon accord prend effet {when} et prend fin le {day_in_words(until)} au soir. "
        "Je peux le reprendre tant que mon identité n’a pas été montrée."
    )


def listed(parts: Sequence[str]) -> str:
    """Parts with commas, and « et » before the last."""
    return ", ".join(parts[:-1]) + (" et " if parts[1:] else "") + parts[-1]
