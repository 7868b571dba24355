"""The journal as the discloser's database role may read it: kinds, reasons and times. No tag, no entry, no hash."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import Date, cast, func, select
from sqlalchemy.orm import Session

from identity_vault.store.journal_tables import journal

_PARIS = "Europe/Paris"


class DayCount(NamedTuple):
    """How many entries of one kind and reason there were on a day (Europe/Paris)."""

    day: date
    kind: str
    reason: str
    times: int


class JournalView:
    """Counts over the journal."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def months(self) -> list[str]:
        """YYYY-MM of each segment that is there, newest first."""
        query = select(journal.c.segment).distinct().order_by(journal.c.segment.desc())
        return list(self._session.scalars(query))

    def days(self, month: str) -> list[DayCount]:
        """The counts of a segment, newest day first."""
        day = cast(func.timezone(_PARIS, journal.c.at), Date).label("day")
        kind, reason = journal.c.kind, journal.c.reason
        query = select(day, kind, reason, func.count(journal.c.seq)).where(journal.c.segment == month)
        query = query.group_by(day, kind, reason).order_by(day.desc(), kind, reason)
        return [DayCount(*row) for row in self._session.execute(query)]


class DiscloserTransaction:
    """The discloser's one repository."""

    def __init__(self, session: Session) -> None:
        self.journal = JournalView(session)
