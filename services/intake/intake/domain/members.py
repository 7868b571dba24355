"""The directory of members: which bodies adhere, from when to when, and how people look for them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "’": "'"})
# What people type for what the official list writes in full.
_SHORT_FORMS = {"st": "saint", "ste": "sainte"}


@dataclass(frozen=True, slots=True)
class Member:
    """One line of the directory. Days are included on both sides; no `until_day`: no end known."""

    member_id: str
    version: int
    name: str
    siren: str
    insee_code: str
    department: str
    cdg_id: str
    cdg_name: str
    cdg_contact: str
    from_day: date
    until_day: date | None
    slug: str
    # Where its people have mailboxes, in lower case: an address there is refused to reporters.
    mail_domains: tuple[str, ...] = ()
    # Where its days begin and end.
    time_zone: str = "Europe/Paris"

    def accepts(self, at: datetime) -> bool:
        """May a report be filed at this instant (the convention runs, by the member's own day)?"""
        day = at.astimezone(ZoneInfo(self.time_zone)).date()
        return self.from_day <= day and (self.until_day is None or day <= self.until_day)


def fold(text: str) -> str:
    """Lower case, no accents, single spaces: how names are compared."""
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES).casefold())
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(re.findall(r"[a-z0-9]+", letters))


def search_words(typed: str) -> tuple[str, ...]:
    """The folded words that a name must contain; short forms written in full."""
    return tuple(_SHORT_FORMS.get(word, word) for word in fold(typed[:200]).split()[:8])


def slug(name: str, department: str) -> str:
    """A readable address for a member's page."""
    return "-".join(fold(f"{name} {department}").split())
