"""What other public systems are told: which fields an event may have, and how each must look. Nothing else passes.

No person, no report, no case: every field is a public fact about a body and its convention. Days, never times: a day
is all that a system of accounts needs.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

PREFIX = "fr.paravent."
MEMBERSHIP_ACTIVATED = PREFIX + "membership.activated.v1"
MEMBERSHIP_ENDED = PREFIX + "membership.ended.v1"
REFERENT_DESIGNATED = PREFIX + "referent.designated.v1"
CALL_ISSUED = PREFIX + "call.issued.v1"
INVOICE_ISSUED = PREFIX + "invoice.issued.v1"
TYPES = (MEMBERSHIP_ACTIVATED, MEMBERSHIP_ENDED, REFERENT_DESIGNATED, CALL_ISSUED, INVOICE_ISSUED)

ENDINGS = ("market", "notice", "default")
INVOICES = {"380": "invoice", "381": "credit_note"}
_LONGEST_NAME = 200


class NotPublic(ValueError):
    """A field is not what it should be: the event is not told. The message names the field, not its value."""


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """One fact about a member of a CdG. `data` is JSON."""

    type: str
    cdg_id: str
    siren: str
    data: dict[str, Any]


def cloud_event(event: PublicEvent, event_id: uuid.UUID, position: int, day: date) -> dict[str, Any]:
    """The event as CloudEvents 1.0 has it; `sequence` orders the events of one source."""
    return {
        "specversion": "1.0",
        "id": str(event_id),
        "source": f"/cdg/{event.cdg_id}",
        "type": event.type,
        "subject": event.siren,
        "time": f"{day.isoformat()}T00:00:00Z",
        "sequence": f"{position:012d}",
        "datacontenttype": "application/json",
        "data": event.data,
    }


def body_name(text: str) -> str:
    """The name of a public body, plain spaces between its words; nothing that writes an address passes."""
    name = " ".join(text.split())
    return _checked("name", name, name.isprintable() and 0 < len(name) <= _LONGEST_NAME and "@" not in name)


def digits(field: str, text: str, count: int) -> str:
    return _checked(field, text, re.fullmatch(rf"[0-9]{{{count}}}", text, re.ASCII) is not None)


def code(field: str, text: str, *, longest: int) -> str:
    """A code of letters, digits and dashes; empty where there is none."""
    return _checked(field, text, re.fullmatch(rf"[0-9A-Za-z_/-]{{0,{longest}}}", text, re.ASCII) is not None)


def identifier(field: str, text: str) -> str:
    """A UUID, written as usual."""
    try:
        return _checked(field, text, str(uuid.UUID(text)) == text)
    except ValueError:
        raise NotPublic(field) from None


def day(field: str, text: str) -> str:
    try:
        return _checked(field, text, date.fromisoformat(text).isoformat() == text)
    except ValueError:
        raise NotPublic(field) from None


def one_of(field: str, text: str, known: tuple[str, ...] | dict[str, str]) -> str:
    return _checked(field, text, text in known)


def euros(cents: int) -> str:
    """An amount as an exact text: 2400 cents are "24.00"."""
    sign, cents = ("-" if cents < 0 else ""), abs(cents)
    return f"{sign}{cents // 100}.{cents % 100:02d}"


def _checked(field: str, text: str, fine: bool) -> str:
    if not fine:
        raise NotPublic(field)
    return text
