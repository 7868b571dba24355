"""Asking who the reporter is: what may be asked, for how long, and how a request stands.

The reporter answers by a signature or by a no (loi 2016-1691, art. 9-I; CGFP, L135-6 and R135-1 s.: confidentiality).
Whatever they answer, the identity itself never comes here.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

# Days, from today on: the last day of the agreement that is asked for.
USUAL = timedelta(days=30)
LONGEST = timedelta(days=180)


class Answer(StrEnum):
    """How far a request has come: asked, or what the reporter decided last."""

    ASKED = "asked"
    AGREED = "agreed"
    HASTENED = "hastened"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Standing(StrEnum):
    """How a request stands today."""

    WAITING = "waiting"
    UNANSWERED = "unanswered"
    PENDING = "pending"
    EFFECTIVE = "effective"
    EXPIRED = "expired"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


# Answers of one instant: the later of these counts.
_ORDER = (Answer.ASKED, Answer.REFUSED, Answer.AGREED, Answer.HASTENED, Answer.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Given:
    """An answer, and when the reporter gave it. Answers leave intake shuffled: their own time orders them."""

    answer: Answer
    at: datetime

    def follows(self, other: "Given | None") -> bool:
        """Does this one replace the other?"""
        return other is None or (self.at, _ORDER.index(self.answer)) > (other.at, _ORDER.index(other.answer))


def may_last_until(until: date, today: date) -> bool:
    """May an agreement be asked for until this day?"""
    return today < until <= today + LONGEST


def standing(answer: Answer, until: date, effective_at: datetime | None, now: datetime, today: date) -> Standing:
    """How a request stands at this instant."""
    match answer:
        case Answer.REFUSED:
            return Standing.REFUSED
        case Answer.WITHDRAWN:
            return Standing.WITHDRAWN
    if today > until:
        return Standing.UNANSWERED if answer is Answer.ASKED else Standing.EXPIRED
    if answer is Answer.ASKED:
        return Standing.WAITING
    return Standing.PENDING if effective_at and effective_at > now else Standing.EFFECTIVE
