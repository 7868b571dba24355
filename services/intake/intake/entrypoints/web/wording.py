"""The words for codes that come from the others, and a filed report as answers again."""

from datetime import date, datetime

from chassis.clock import PARIS
from intake.domain.days import day_in_words
from intake.domain.questionnaire import Answers
from paravent.intake.v1 import content_pb2

# Status of a notice -> (what is shown, what it means).
STATUSES = {
    "received": ("Reçu", "Votre signalement est arrivé. Il est scellé et attend d’être lu."),
    "screening": (
        "En première lecture",
        "Une personne extérieure à votre collectivité le lit d’abord et masque ce qui pourrait vous identifier.",
    ),
    "released": ("Transmis", "La version relue a été transmise aux personnes habilitées à traiter votre signalement."),
    "in_charge": ("Pris en charge", "Un·e référent·e s’occupe de votre signalement."),
    "closed": ("Clos", "Le traitement est terminé. Vous pouvez encore lire les échanges."),
}

# State of the reporter's address, as identity-vault tells it.
CONTACTS = {
    "kept": "Votre adresse est gardée. Aucun message n’y a encore été envoyé.",
    "sent": "Un message y a déjà été envoyé.",
    "bounced": "Le dernier message n’est pas arrivé : vérifiez votre adresse, ou donnez-en une autre.",
    "none": "Votre adresse est en route ; elle sera prise en compte dans les heures qui viennent.",
}


def recap(answers: content_pb2.Answers) -> Answers:
    """What was filed, under the questionnaire's codes."""
    texts = {code: getattr(answers, code) for code in ("quality", "when", "where", "what", "implicated_details")}
    lists = {code: tuple(getattr(answers, code)) for code in ("acts", "criteria", "implicated")}
    return {
        **{code: (text,) for code, text in texts.items() if text},
        **lists,
        "main_act": tuple(answers.acts[:1]),
        "danger": ("yes" if answers.danger else "no",),
    }


def moment_in_words(instant: datetime) -> str:
    """1er janvier 2026 à 9 h 05, in metropolitan France."""
    local = instant.astimezone(PARIS)
    return f"{day_in_words(local.date())} à {local.hour} h {local.minute:02}"


_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def weekday_in_words(day: date) -> str:
    """lundi 1er janvier 2026."""
    return f"{_WEEKDAYS[day.weekday()]} {day_in_words(day)}"
