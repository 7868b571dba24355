"""What a reporter agreed to, as its addressee may read it, and what of an opened record that lets them see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

# What the reporter ticked -> the parts of an identity that it covers.
COVERS: Mapping[str, Sequence[str]] = {
    "name": ("given_name", "family_name"),
    "position": ("position", "department"),
    "contact": ("phone", "email"),
}
EFFECTIVE, USED = "effective", "used"


class NoName(Exception):
    """The record opens and holds nothing of what was agreed: the report is anonymous."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One consent addressed to the person who looks. Instants are aware; None for one that could not be read.

    `handle` is of one answer of the verifier only: the same agreement has another one next time.
    """

    handle: str = field(repr=False)
    name: str = field(repr=False)
    body: str = field(repr=False)
    purpose: str
    case_label: str = field(repr=False)
    fields: tuple[str, ...]
    signed_at: datetime | None
    effective_at: datetime | None
    # The last instant, or the last day.
    valid_until: datetime | date | None
    state: str
    regime: str

    @property
    def opens(self) -> bool:
        """May it be opened now, as far as the verifier said?"""
        return self.state == EFFECTIVE

    def signed_text(self) -> tuple[str, ...]:
        """What tells it from another agreement and does not change while it lives."""
        moments = (self.signed_at, self.valid_until)
        written = (moment.isoformat() if moment else "" for moment in moments)
        return (self.name, self.body, self.purpose, self.case_label, self.regime, *written, *self.fields)


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown, once: name of the part -> text, in the order of COVERS. Empty where nothing was given."""

    parts: Mapping[str, str] = field(repr=False)


def agreed_parts(identity: Mapping[str, str], fields: Sequence[str]) -> Shown:
    """Of an identity, what the fields of the consent cover. Raises NoName when nothing of it is there."""
    parts = {part: identity.get(part, "").strip() for name in COVERS if name in fields for part in COVERS[name]}
    if not any(parts.values()):
        raise NoName
    return Shown(parts)
