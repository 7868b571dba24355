"""Who joined a case with a code, and what became of their agreement. What they say stands in `messages`, sealed."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from casework.domain.people import Quality, Staff
from casework.domain.proceeding import VoiceState
from casework.store.access import seen_by
from casework.store.tables import cases, voices


class Voices:
    """The presumed victims of witnesses' reports."""

    def __init__(self, session: Session, now: datetime, today: date) -> None:
        self._session = session
        self._now = now
        self._today = today

    def add(
        self, voice_id: uuid.UUID, case_id: uuid.UUID, report_id: bytes, state: VoiceState, sealed_origin: bytes
    ) -> None:
        row = {"voice_id": voice_id, "case_id": case_id, "report_id": report_id, "sealed_origin": sealed_origin}
        self._session.execute(insert(voices).values(**row, state=str(state), day=self._today))

    def of_reports(self, report_ids: Sequence[bytes]) -> dict[bytes, Row[Any]]:
        """The opener's: who speaks under these ids."""
        query = select(voices).where(voices.c.report_id.in_(report_ids))
        return {row.report_id: row for row in self._session.execute(query)}

    def all_of(self, case_id: uuid.UUID) -> Sequence[Row[Any]]:
        """Every voice of a case that the caller holds."""
        return self._session.execute(select(voices).where(voices.c.case_id == case_id)).all()

    def held(self, voice_id: uuid.UUID) -> Row[Any]:
        """The opener's: one voice as it stands now, held until the transaction ends."""
        return self._session.execute(select(voices).where(voices.c.voice_id == voice_id).with_for_update()).one()

    def of_case(self, person: Staff, case_id: uuid.UUID) -> Sequence[Row[Any]]:
        """The voices of a case that the person sees, the newest first; each beside how far the case may go, as one
        statement reads them."""
        query = (
            select(voices, cases.c.proceeding)
            .join(cases, cases.c.case_id == voices.c.case_id)
            .where(voices.c.case_id == case_id, seen_by(person, self._now, *Quality))
            .order_by(voices.c.day.desc(), voices.c.voice_id)
        )
        return self._session.execute(query).all()

    def set_origin(self, voice_id: uuid.UUID, sealed_origin: bytes) -> None:
        self._session.execute(update(voices).where(voices.c.voice_id == voice_id).values(sealed_origin=sealed_origin))

    def set_state(self, voice_id: uuid.UUID, state: VoiceState, person: Staff | None = None) -> None:
        """`person`: who checked; None for what the voice itself decided."""
        checked = {"decided_person": person.person_id, "decided_day": self._today} if person else {}
        self._session.execute(update(voices).where(voices.c.voice_id == voice_id).values(state=str(state), **checked))
