"""The two versions of a case's text. The original is the screener's alone: no query gives it to a handler."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework.domain.people import Quality, Staff
from casework.store.access import seen_by
from casework.store.tables import case_texts, cases

ORIGINAL = "original"
SCREENED = "screened"


class Texts:
    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write versions; a version is written once."""
        self._session.execute(insert(case_texts), rows)

    def original(self, person: Staff, case_id: uuid.UUID) -> bytes | None:
        """The sealed original, for a screener of the case."""
        return self._version(ORIGINAL, case_id, person, Quality.SCREENER)

    def screened(self, person: Staff, case_id: uuid.UUID) -> bytes | None:
        """The sealed screened version; None before the release."""
        return self._version(SCREENED, case_id, person, Quality.SCREENER, Quality.HANDLER)

    def _version(self, version: str, case_id: uuid.UUID, person: Staff, *qualities: Quality) -> bytes | None:
        query = (
            select(case_texts.c.sealed)
            .join(cases, cases.c.case_id == case_texts.c.case_id)
            .where(
                case_texts.c.case_id == case_id,
                case_texts.c.version == version,
                seen_by(person, self._now, *qualities),
            )
        )
        return self._session.scalar(query)
