"""The follow-up space: recap, status, messages both ways. Everything is opened in memory, with the reporter's key."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Protocol

from google.protobuf.timestamp_pb2 import Timestamp

from chassis import logs
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from chassis.sealing import age, padding
from chassis.sealing.notices import open_notice
from chassis.signing import BadSignature
from intake.store.reports import MessageRow, NoticeRow, ReportRow
from intake.store.transaction import Transaction
from intake.usecases.envelopes import seal_message
from intake.usecases.keys import KeysUnavailable
from intake.usecases.sessions import NoSuchReport, Space
from paravent.casework.v1.content_pb2 import Notice
from paravent.casework.v1.events_pb2 import ReporterNotified
from paravent.intake.v1.content_pb2 import ReadReceipt, ReporterCopy, ReporterMessage
from paravent.intake.v1.events_pb2 import ReporterSpoke

LONGEST_MESSAGE = 10_000
RECEIVED = "received"

log = logs.get(__name__)


class Keys(Protocol):
    """The keys that a dialogue needs. `casework_month` raises KeysUnavailable."""

    def casework_month(self, cdg_id: str, day: date) -> tuple[str, str]: ...
    def casework_signers(self, cdg_id: str) -> list[bytes]: ...


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of the dialogue. `read`: the other side has confirmed its reading."""

    id: bytes
    at: datetime
    mine: bool
    author: str
    text: str = field(repr=False)
    read: bool
    new: bool = False


@dataclass(frozen=True, slots=True)
class Milestone:
    """A change of the case's status."""

    at: datetime
    status: str
    explanation: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SpaceView:
    """What the reporter sees."""

    copy: ReporterCopy = field(repr=False)
    filed_at: datetime
    milestones: Sequence[Milestone]
    letters: Sequence[Letter] = field(repr=False)

    @property
    def status(self) -> str:
        return self.milestones[-1].status


@dataclass(frozen=True, slots=True)
class _Opened:
    notice: Notice = field(repr=False)
    seen: bool


def apply_notice(tx: Transaction, event: ReporterNotified) -> None:
    """Keep an envelope for the reporter, once. One for a report that is gone is dropped."""
    tx.notices.add(event.report_id, event.notice_id, event.envelope)


def forget_casework_copy(tx: Transaction, report_id: bytes) -> None:
    """The case is open: casework's copy need not wait here any longer."""
    tx.reports.forget_casework_copy(report_id)


def view_space(uow: UnitOfWork[Transaction], keys: Keys, space: Space, clock: Clock) -> SpaceView:
    """Open everything that is sealed to this reporter, and confirm the reading of what is new.

    Raises NoSuchReport when the report was erased meanwhile.
    """
    with uow("view_space") as tx:
        report = _find(tx, space)
        notices, messages = tx.notices.of(report.report_id), tx.messages.of(report.report_id)
    copy = ReporterCopy.FromString(padding.unpad(age.open(space.identity, report.reporter_envelope)))
    opened = _open_all(notices, report, copy.ref, keys.casework_signers(report.cdg_id), space)
    _confirm_reading(uow, keys, report, [o for o in opened if not o.seen], clock)
    filed_at = copy.submitted_at.ToDatetime(tzinfo=UTC)
    return SpaceView(copy, filed_at, _milestones(filed_at, opened), _letters(opened, messages, space.identity))


def write_message(
    uow: UnitOfWork[Transaction], keys: Keys, space: Space, message_id: bytes, text: str, clock: Clock
) -> bool:
    """Send a message to the handlers, with a copy for the reporter; False when it was sent already.

    Raises NoSuchReport, KeysUnavailable and envelopes.TooLong.
    """
    message = ReporterMessage(written_at=_stamp(clock), text=text)
    with uow("find_report") as tx:
        report = _find(tx, space)
    period, month_key = keys.casework_month(report.cdg_id, paris_day(clock.now()))
    spoken = _spoken(report, period, message_id, seal_message(message, month_key))
    copy = seal_message(message, report.reporter_recipient)
    with uow("write_message") as tx:
        if not tx.messages.add(report.report_id, message_id, copy):
            return False
        tx.outbox.add(spoken, held=True)
    return True


def _find(tx: Transaction, space: Space) -> ReportRow:
    report = tx.reports.find(space.lookup_id)
    if report is None:
        raise NoSuchReport("the report is gone")
    return report


def _open_all(
    rows: Iterable[NoticeRow], report: ReportRow, ref: bytes, signers: list[bytes], space: Space
) -> list[_Opened]:
    """The notices that casework really wrote for this report, oldest first. Others are counted and not shown."""
    opened, refused = [], 0
    for row in rows:
        try:
            notice = open_notice(row.envelope, report_id=report.report_id, signers=signers, identity=space.identity)
        except (age.CannotOpen, BadSignature):
            refused += 1
            continue
        if notice.ref == ref and notice.notice_id == row.notice_id:
            opened.append(_Opened(notice, row.seen))
        else:
            refused += 1
    if refused:
        log.warning("notices.refused", count=refused)
    return sorted(opened, key=lambda o: _instant(o.notice.written_at))


def _confirm_reading(
    uow: UnitOfWork[Transaction], keys: Keys, report: ReportRow, new: list[_Opened], clock: Clock
) -> None:
    """Tell casework what was read. A confirmation itself is not confirmed. Without a key, the next visit tells."""
    if not new:
        return
    try:
        period, month_key = keys.casework_month(report.cdg_id, paris_day(clock.now()))
    except KeysUnavailable:
        return
    with uow("confirm_reading") as tx:
        marked = tx.notices.mark_seen(o.notice.notice_id for o in new)
        told = [o.notice.notice_id for o in new if o.notice.notice_id in marked and not o.notice.HasField("read")]
        if told:
            read = ReporterMessage(written_at=_stamp(clock), read=ReadReceipt(notice_ids=told))
            envelope = seal_message(read, month_key)
            tx.outbox.add(_spoken(report, period, secrets.token_bytes(16), envelope), held=True)


def _milestones(filed_at: datetime, opened: list[_Opened]) -> list[Milestone]:
    changes = [
        Milestone(_instant(o.notice.written_at), o.notice.status.status, o.notice.status.explanation)
        for o in opened
        if o.notice.HasField("status")
    ]
    return [Milestone(filed_at, RECEIVED, ""), *(c for c in changes if c.status != RECEIVED)]


def _letters(opened: list[_Opened], rows: Iterable[MessageRow], identity: str) -> list[Letter]:
    confirmed = {bytes(i) for o in opened if o.notice.HasField("read") for i in o.notice.read.message_ids}
    theirs = [
        Letter(
            o.notice.notice_id,
            _instant(o.notice.written_at),
            mine=False,
            author=o.notice.message.author,
            text=o.notice.message.text,
            read=True,
            new=not o.seen,
        )
        for o in opened
        if o.notice.HasField("message")
    ]
    return sorted([*theirs, *(_mine(row, identity, confirmed) for row in rows)], key=lambda letter: letter.at)


def _mine(row: MessageRow, identity: str, confirmed: set[bytes]) -> Letter:
    message = ReporterMessage.FromString(padding.unpad(age.open(identity, row.envelope)))
    return Letter(
        row.message_id,
        _instant(message.written_at),
        mine=True,
        author="",
        text=message.text,
        read=row.message_id in confirmed,
    )


def _spoken(report: ReportRow, period: str, message_id: bytes, envelope: bytes) -> ReporterSpoke:
    return ReporterSpoke(
        report_id=report.report_id,
        cdg_id=report.cdg_id,
        key_period=period,
        message_id=message_id,
        envelope=envelope,
    )


def _stamp(clock: Clock) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(clock.now())
    return stamp


def _instant(stamp: Timestamp) -> datetime:
    return stamp.ToDatetime(tzinfo=UTC)
