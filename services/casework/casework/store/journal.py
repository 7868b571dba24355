"""Who looked at what, and when: rows are added, never changed (CNIL 2023-064, § 45)."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert
from sqlalchemy.orm import Session

from casework.domain.people import Staff
from casework.store.tables import access_journal


class Action(StrEnum):
    READ_ORIGINAL = "read_original"
    READ_SCREENED = "read_screened"
    READ_FILE = "read_file"
    RELEASED = "released"
    TOOK_CHARGE = "took_charge"
    WROTE = "wrote"
    CLOSED = "closed"
    ASKED_IDENTITY = "asked_identity"
    MADE_DEMAND = "made_judicial_demand"
    ORDERED_ERASURE = "ordered_identity_erasure"
    CONFIRMED_VOICE = "confirmed_voice"
    DENIED_VOICE = "denied_voice"
    WROTE_TO_VOICE = "wrote_to_voice"
    DECIDED_TO_PROCEED = "decided_to_proceed"
    ORDERED = "ordered_services"
    TOOK_DOWN = "took_down_oral_report"


# Who did what a person asks of the opener at its command line: no account signs in there.
OPERATOR = "operator"


class Journal:
    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    def note(self, person: Staff | None, case_id: uuid.UUID, action: Action) -> None:
        """Write one line. `person`: None for the operator at the command line."""
        self._session.execute(
            insert(access_journal).values(
                entry_id=uuid.uuid4(),
                case_id=case_id,
                person_id=person.person_id if person else OPERATOR,
                action=str(action),
                at=self._now,
            )
        )
