"""The words for codes that come from the others, and a filed report as answers again."""

from collections.abc import Mapping
from datetime import date, datetime

from chassis.clock import PARIS
from chassis.sealing.claims import VICTIM
from intake.domain.days import day_in_words
from intake.domain.proceeding import AGREED, REFUSED, WITHDRAWN
from intake.domain.questionnaire import Answers
from paravent.intake.v1 import content_pb2

Words = Mapping[str, tuple[str, str]]

# Status of a notice -> (what is shown, what it means), for whom has reported.
STATUSES: Words = {
    "received": ("Reçu", "Votre signalement est arrivé. Il est scellé et attend d’être lu."),
    "screening": (
        "En première lecture",
        "Une personne extérieure à votre collectivité le lit d’abord et masque ce qui pourrait vous identifier.",
    ),
    "released": ("Transmis", "La version relue a été transmise aux personnes habilitées à traiter votre signalement."),
    "in_charge": ("Pris en charge", "Un·e référent·e s’occupe de votre signalement."),
    "closed": ("Clos", "Le traitement est terminé. Vous pouvez encore lire les échanges."),
    "victim_joined": (
        "Le code a servi",
        "La personne à qui vous l’avez remis a répondu. Une personne habilitée doit encore le vérifier avec elle.",
    ),
    "victim_confirmed": (
        "Accord confirmé",
        "La personne concernée accepte que l’on aille plus loin qu’un conseil, et quelqu’un l’a vérifié avec elle.",
    ),
    "victim_refused": (
        "Pas d’accord",
        "La personne concernée ne veut pas que l’on aille plus loin. Ce choix lui appartient, et vous avez bien fait "
        "d’en parler. Vous pouvez toujours demander conseil ici.",
    ),
    "victim_withdrawn": (
        "Accord repris",
        "La personne concernée a repris son accord. Votre signalement en revient au conseil.",
    ),
    "proceeds_danger": (
        "Traité sans attendre d’accord",
        "Quelqu’un est en danger : le Centre de gestion a décidé d’aller plus loin, par une décision écrite.",
    ),
    "proceeds_denunciation": (
        "Traité sans attendre d’accord",
        "La loi oblige à dénoncer certains faits à la justice (article 40 du code de procédure pénale) : le Centre de "
        "gestion a décidé d’aller plus loin, par une décision écrite.",
    ),
}
# The same, for the presumed victim of a witness's report.
_VICTIMS: Words = {
    "received": ("Votre réponse est arrivée", "Elle est scellée et attend d’être lue."),
    "screening": ("En première lecture", "Quelqu’un d’extérieur à votre collectivité lit d’abord le signalement."),
    "released": ("Transmis", "Le signalement relu a été transmis aux personnes habilitées à le traiter."),
    "in_charge": ("Pris en charge", "Un·e référent·e s’occupe du signalement qui vous concerne."),
    "closed": ("Clos", "Le traitement est terminé. Vous pouvez encore lire les échanges."),
    "victim_joined": (
        "Réponse à confirmer",
        "Votre réponse est arrivée. Une personne habilitée vous écrira ici pour la vérifier avec vous.",
    ),
    "victim_confirmed": (
        "Accord confirmé",
        "Votre accord a été vérifié avec vous. Vous pouvez le reprendre quand vous voulez.",
    ),
    "victim_refused": (
        "Refus noté",
        "Votre refus est arrivé. Personne ne peut vous le reprocher. Vous pouvez changer d’avis quand vous voulez.",
    ),
    "victim_withdrawn": ("Accord repris", "Vous avez repris votre accord. On en revient au conseil."),
    "proceeds_danger": (
        "Traité sans votre accord",
        "Quelqu’un est en danger : le Centre de gestion a décidé d’aller plus loin, par une décision écrite.",
    ),
    "proceeds_denunciation": (
        "Traité sans votre accord",
        "La loi oblige à dénoncer certains faits à la justice (article 40 du code de procédure pénale) : le Centre de "
        "gestion a décidé d’aller plus loin, par une décision écrite.",
    ),
}


def status_words(role: str, status: str) -> tuple[str, str]:
    """What is shown for a status, and what it means, to somebody in this role (see Voice.role)."""
    return (_VICTIMS if role == VICTIM else STATUSES).get(status, ("Nouvelle étape", ""))


# Last decision of a presumed victim -> (state of the consent, what it means).
DECISIONS: Words = {
    AGREED: ("Vous avez accepté", "On peut aller au-delà d’un premier conseil, dès que votre accord est confirmé."),
    REFUSED: ("Vous avez refusé", "On s’en tient au conseil. Vous pouvez changer d’avis quand vous voulez."),
    WITHDRAWN: ("Vous avez repris votre accord", "On en revient au conseil. Vous pouvez changer d’avis à nouveau."),
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
