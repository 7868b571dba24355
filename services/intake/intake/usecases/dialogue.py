"""The follow-up space: recap, status, messages both ways. Everything is opened in memory, with the reporter's key."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from intake.store.reports import ReportRow
from intake.store.transaction import Transaction
from intake.usecases.envelopes import seal_message
from intake.usecases.keys import KeysUnavailable
from intake.usecases.opened import Keys, Opened, OpenedNotice, instant, open_report, spoken, stamp
from intake.usecases.sessions import NoSuchReport, Space
from paravent.casework.v1.events_pb2 import ReporterNotified
from paravent.intake.v1.content_pb2 import ReadReceipt, ReporterCopy, ReporterMessage

LONGEST_MESSAGE = 10_000
RECEIVED = "received"
# What became of the consent that a witness's report needs: told apart from where the case stands.
PROCEEDING = frozenset(
    {
        "victim_joined",
        "victim_confirmed",
        "victim_refused",
        "victim_withdrawn",
        "proceeds_danger",
        "proceeds_denunciation",
    }
)


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
    def stands(self) -> Milestone:
        """Where the case stands."""
        return [milestone for milestone in self.milestones if milestone.status not in PROCEEDING][-1]

    @property
    def consent(self) -> Milestone | None:
        """Where the presumed victim's consent stands, as casework told it last."""
        return next((milestone for milestone in reversed(self.milestones) if milestone.status in PROCEEDING), None)


def apply_notice(tx: Transaction, event: ReporterNotified) -> None:
    """Keep an envelope for the reporter, once. One for a report that is gone is dropped."""
    tx.notices.add(event.report_id, event.notice_id, event.envelope)


def forget_casework_copy(tx: Transaction, report_id: bytes) -> None:
    """The case is open: casework's copy need not wait here any longer."""
    tx.reports.forget_casework_copy(report_id)


def view_space(uow: UnitOfWork[Transaction], keys: Keys, space: Space, clock: Clock) -> tuple[Opened, SpaceView]:
    """Open everything that is sealed to this reporter, and confirm the reading of what is new.

    Raises NoSuchReport when the report was erased meanwhile.
    """
    opened = open_report(uow, keys, space)
    _confirm_reading(uow, keys, opened.report, [o for o in opened.notices if not o.seen], clock)
    filed_at = instant(opened.copy.submitted_at)
    return opened, SpaceView(opened.copy, filed_at, _milestones(filed_at, opened), _letters(opened))


def write_message(
    uow: UnitOfWork[Transaction], keys: Keys, space: Space, message_id: bytes, text: str, clock: Clock
) -> bool:
    """Send a message to the handlers, with a copy for the reporter; False when it was sent already.

    Raises NoSuchReport, KeysUnavailable and envelopes.TooLong.
    """
    message = ReporterMessage(written_at=stamp(clock.now()), text=text)
    with uow("find_report") as tx:
        report = tx.reports.find(space.lookup_id)
    if report is None:
        raise NoSuchReport("the report is gone")
    period, month_key = keys.casework_month(report.cdg_id, paris_day(clock.now()))
    said = spoken(report, period, message_id, seal_message(message, month_key))
    copy = seal_message(message, report.reporter_recipient)
    with uow("write_message") as tx:
        if not tx.messages.add(report.report_id, message_id, copy):
            return False
        tx.outbox.add(said, held=True)
    return True


def _confirm_reading(
    uow: UnitOfWork[Transaction], keys: Keys, report: ReportRow, new: list[OpenedNotice], clock: Clock
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
            read = ReporterMessage(written_at=stamp(clock.now()), read=ReadReceipt(notice_ids=told))
            envelope = seal_message(read, month_key)
            tx.outbox.add(spoken(report, period, secrets.token_bytes(16), envelope), held=True)


def _milestones(filed_at: datetime, opened: Opened) -> list[Milestone]:
    changes = [
        Milestone(o.at, o.notice.status.status, o.notice.status.explanation)
        for o in opened.notices
        if o.notice.HasField("status")
    ]
    return [Milestone(filed_at, RECEIVED, ""), *(c for c in changes if c.status != RECEIVED)]


def _letters(opened: Opened) -> list[Letter]:
    confirmed = {bytes(i) for o in opened.notices if o.notice.HasField("read") for i in o.notice.read.message_ids}
    theirs = [
        Letter(
            o.notice.notice_id,
            o.at,
            mine=False,
            author=o.notice.message.author,
            text=o.notice.message.text,
            read=True,
            new=not o.seen,
        )
        for o in opened.notices
        if o.notice.HasField("message")
    ]
    mine = [
        Letter(own.id, own.at, mine=True, author="", text=own.message.text, read=own.id in confirmed)
        for own in opened.own
        if own.message.HasField("text")
    ]
    return sorted([*theirs, *mine], key=lambda letter: letter.at)
