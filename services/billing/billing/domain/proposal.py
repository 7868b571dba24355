"""A convention that is not concluded yet: drafted by the CdG, sent to the member, signed and sent back, or given up."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from billing.domain.adhesion import LARGEST_HEADCOUNT, TypedPerson, TypedSubstitute
from billing.domain.faults import Fault, check

_LONGEST = 120
_LONGEST_EMAIL = 254


class Stage(StrEnum):
    """Where it stands."""

    DRAFT = "draft"
    SENT = "sent"
    CONCLUDED = "concluded"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known before the member signs, as typed: any of it may be empty and is printed as a blank."""

    headcount: int | None = None
    # Who signs for the member: "le maire, Madame …".
    signatory: str = ""
    referents: tuple[TypedPerson, ...] = ()
    substitute: TypedSubstitute | None = None
    # Days of the act of designation, as ISO texts; empty where unknown.
    notes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A convention on its way to a member."""

    id: uuid.UUID
    cdg_id: uuid.UUID
    member_id: uuid.UUID
    market_id: uuid.UUID
    # The convention that it would follow, under the next market.
    renews: uuid.UUID | None
    draft: Draft
    drafted_by: uuid.UUID
    drafted_at: datetime
    sent_on: date | None = None
    closed_on: date | None = None
    convention_id: uuid.UUID | None = None

    @property
    def stage(self) -> Stage:
        if self.convention_id is not None:
            return Stage.CONCLUDED
        if self.closed_on is not None:
            return Stage.CLOSED
        return Stage.DRAFT if self.sent_on is None else Stage.SENT

    @property
    def open(self) -> bool:
        return self.stage in (Stage.DRAFT, Stage.SENT)


def checked(draft: Draft) -> Draft:
    """The same. Raises Refused (headcount, signatory, and by person) for what could not be printed."""
    faults: dict[str, Fault | None] = {
        "headcount": None
        if draft.headcount is None or 1 <= draft.headcount <= LARGEST_HEADCOUNT
        else Fault.NOT_POSITIVE,
        "signatory": _text_fault(draft.signatory),
    }
    named = {f"referent_{number}_": person for number, person in enumerate(draft.referents, 1)}
    if draft.substitute is not None:
        named["substitute_"] = draft.substitute.person
        faults["substitute_body"] = _text_fault(draft.substitute.body)
    for prefix, person in named.items():
        faults |= {f"{prefix}{name}": _text_fault(getattr(person, name)) for name in ("name", "function", "phone")}
        faults[f"{prefix}email"] = _text_fault(person.email, _LONGEST_EMAIL)
    check(faults)
    return draft


def _text_fault(text: str, limit: int = _LONGEST) -> Fault | None:
    if text and not text.isprintable():
        return Fault.MALFORMED
    return Fault.TOO_LONG if len(text) > limit else None
