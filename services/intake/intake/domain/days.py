"""Days and lengths of time in French words."""

from datetime import date, timedelta

_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def day_in_words(day: date) -> str:
    """1er janvier 2026."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[day.month - 1]} {day.year}"


def length_in_words(length: timedelta) -> str:
    """24 heures, 1 minute, 4 secondes: in the largest unit that says it exactly."""
    seconds = int(length.total_seconds())
    for size, word in ((3600, "heure"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            return _counted(seconds // size, word)
    return _counted(seconds, "seconde")


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number > 1 else ''}"
