"""Reports, their files and their dialogue: opaque ids and ciphertext."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, bindparam, delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from intake.store.tables import files, messages, notices, reports, sessions

# Made once: putting a statement together costs more than running it, and every report needs this one.
_ADD_REPORT = (
    insert(reports)
    .values({column.name: bindparam(column.name) for column in reports.c})
    .on_conflict_do_nothing(index_elements=[reports.c.lookup_id])
    .returning(reports.c.lookup_id)
)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What intake knows of a report."""

    lookup_id: bytes = field(repr=False)
    reporter_recipient: str = field(repr=False)
    report_id: bytes = field(repr=False)
    cdg_id: str
    day: date
    reporter_envelope: bytes = field(repr=False)
    casework_envelope: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    notice_id: bytes = field(repr=False)
    envelope: bytes = field(repr=False)
    seen: bool


@dataclass(frozen=True, slots=True)
class MessageRow:
    message_id: bytes = field(repr=False)
    envelope: bytes = field(repr=False)


class Reports:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, report: ReportRow) -> bool:
        """Store a report; False when this receipt's report is there already (a retry), and nothing changes."""
        values = {column.name: getattr(report, column.name) for column in reports.c}
        return self._session.execute(_ADD_REPORT, values).first() is not None

    def find(self, lookup_id: bytes) -> ReportRow | None:
        row = self._session.execute(select(*reports.c).where(reports.c.lookup_id == lookup_id)).first()
        return ReportRow(**row._mapping) if row else None

    def knows(self, report_id: bytes) -> bool:
        """Was this report filed here?"""
        return self._session.execute(select(exists().where(reports.c.report_id == report_id))).scalar_one()

    def hold_words(self, lookup_id: bytes) -> ReportRow | None:
        """The report of these words, held until the transaction ends: nothing is added to it meanwhile."""
        return self._held(reports.c.lookup_id == lookup_id)

    def cdg_of(self, report_id: bytes) -> str:
        """Of a report that was there a moment ago; empty when it is gone."""
        return self._session.execute(select(reports.c.cdg_id).where(reports.c.report_id == report_id)).scalar() or ""

    def hold_by_id(self, report_id: bytes) -> ReportRow | None:
        """As `hold_words`, whatever words open it now."""
        return self._held(reports.c.report_id == report_id)

    def move(self, report_id: bytes, lookup_id: bytes, recipient: str, envelope: bytes) -> None:
        """Other words open it from now on. `envelope`: the recap, sealed to them."""
        new = {"lookup_id": lookup_id, "reporter_recipient": recipient, "reporter_envelope": envelope}
        self._session.execute(update(reports).where(reports.c.report_id == report_id).values(new))

    def forget_casework_copy(self, report_id: bytes) -> None:
        done = update(reports).where(reports.c.report_id == report_id).values(casework_envelope=None)
        self._session.execute(done)

    def _held(self, where: ColumnElement[bool]) -> ReportRow | None:
        row = self._session.execute(select(*reports.c).where(where).with_for_update()).first()
        return ReportRow(**row._mapping) if row else None


class Files:
    """Which blobs belong to a report."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, report_id: bytes, blobs: Iterable[str]) -> None:
        rows = [{"blob": blob, "report_id": report_id} for blob in blobs]
        if rows:
            self._session.execute(insert(files), rows)

    def kept(self, blobs: Iterable[str]) -> set[str]:
        """Those of `blobs` that belong to a report."""
        found = self._session.execute(select(files.c.blob).where(files.c.blob.in_(list(blobs))))
        return set(found.scalars())


class Notices:
    """Envelopes from casework to reporters."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, report_id: bytes, notice_id: bytes, envelope: bytes) -> bool:
        """Store a notice once; False when it is known, or its report is gone."""
        known = select(exists().where(reports.c.report_id == report_id))
        if not self._session.execute(known).scalar():
            return False
        row = insert(notices).values(notice_id=notice_id, report_id=report_id, envelope=envelope, seen=False)
        added = self._session.execute(row.on_conflict_do_nothing().returning(notices.c.notice_id))
        return added.first() is not None

    def of(self, report_id: bytes) -> list[NoticeRow]:
        found = select(notices.c.notice_id, notices.c.envelope, notices.c.seen).where(notices.c.report_id == report_id)
        return [NoticeRow(**row._mapping) for row in self._session.execute(found)]

    def replace(self, notice_id: bytes, envelope: bytes) -> None:
        """The same notice, sealed to other words."""
        self._session.execute(update(notices).where(notices.c.notice_id == notice_id).values(envelope=envelope))

    def mark_seen(self, notice_ids: Iterable[bytes]) -> set[bytes]:
        """Mark as seen those that were not; answer them."""
        unseen = notices.c.notice_id.in_(list(notice_ids)) & ~notices.c.seen
        marked = update(notices).where(unseen).values(seen=True).returning(notices.c.notice_id)
        return set(self._session.execute(marked).scalars())


class Messages:
    """The reporter's own copies of what they wrote."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, report_id: bytes, message_id: bytes, envelope: bytes) -> bool:
        """Store a message once; False when it is there already."""
        row = insert(messages).values(message_id=message_id, report_id=report_id, envelope=envelope)
        added = self._session.execute(row.on_conflict_do_nothing().returning(messages.c.message_id))
        return added.first() is not None

    def of(self, report_id: bytes) -> list[MessageRow]:
        found = select(messages.c.message_id, messages.c.envelope).where(messages.c.report_id == report_id)
        return [MessageRow(**row._mapping) for row in self._session.execute(found)]

    def replace(self, message_id: bytes, envelope: bytes) -> None:
        """The same message, sealed to other words."""
        self._session.execute(update(messages).where(messages.c.message_id == message_id).values(envelope=envelope))


class Sessions:
    """Follow-up sessions: rows that only their cookie opens."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, session_id: bytes, sealed: bytes, day: date) -> None:
        self._session.execute(insert(sessions).values(id=session_id, sealed=sealed, day=day))

    def get(self, session_id: bytes) -> bytes | None:
        found = self._session.execute(select(sessions.c.sealed).where(sessions.c.id == session_id))
        return found.scalar_one_or_none()

    def end(self, session_ids: Iterable[bytes]) -> None:
        self._session.execute(delete(sessions).where(sessions.c.id.in_(list(session_ids))))

    def sweep(self, today: date) -> None:
        """Delete what an earlier day left behind."""
        self._session.execute(delete(sessions).where(sessions.c.day < today))
