"""The register of members: in what state each is, and how a list of them is narrowed and sorted."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Standing(StrEnum):
    """Where a body stands on a day. The last one that is true, of the convention that counts."""

    IN_FORCE = "en-vigueur"
    UPCOMING = "a-venir"
    PROPOSED = "proposee"
    ENDED = "terminee"
    NONE = "aucune"


class Sort(StrEnum):
    """What a list is sorted by."""

    NAME = "nom"
    AGENTS = "effectif"
    EFFECT = "effet"
    LAST_DAY = "fin"
    OPEN = "solde"


@dataclass(frozen=True, slots=True)
class Filters:
    """What is left of the list; empty or None: all. `ends_within`: months from today."""

    words: str = ""
    standing: Standing | None = None
    kind: str = ""
    band: str = ""
    affiliated: str = ""
    declared: bool | None = None
    unpaid: str = ""
    referents: str = ""
    ends_within: int | None = None
    sort: Sort = Sort.NAME
    falling: bool = False


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where there is none."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - first).days))
