"""Telling the others: a reporter by a sealed notice, a person by a bell without words, analytics by deltas."""

import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from casework.store.transaction import Transaction
from casework.usecases.ports import NoticeSealer
from paravent.casework.v1.content_pb2 import HandlerMessage, IdentityRequest, MessagesRead, Notice, StatusChange
from paravent.casework.v1.events_pb2 import AttentionNeeded, AttentionReason, ReporterNotified
from paravent.intake.v1.content_pb2 import ReportContent


@dataclass(frozen=True, slots=True)
class Address:
    """Where a notice goes: the report, and what its reporter gave to be answered. `voice_id`: of who joined."""

    report_id: bytes
    cdg_id: str
    origin: ReportContent = field(repr=False)
    voice_id: uuid.UUID | None = None

    @property
    def reachable(self) -> bool:
        """Nothing can be sent to the reporter of an oral report before they take it with their code."""
        return bool(self.origin.reporter_recipient)


def status_notice(origin: ReportContent, status: str, at: datetime, explanation: str = "") -> Notice:
    return _notice(origin, at, status=StatusChange(status=status, explanation=explanation))


def message_notice(origin: ReportContent, notice_id: bytes, author: str, text: str, at: datetime) -> Notice:
    return _notice(origin, at, notice_id, message=HandlerMessage(author=author, text=text))


def identity_notice(origin: ReportContent, notice_id: bytes, request: IdentityRequest, at: datetime) -> Notice:
    return _notice(origin, at, notice_id, identity_request=request)


def read_notice(origin: ReportContent, message_ids: Iterable[bytes], at: datetime) -> Notice:
    return _notice(origin, at, read=MessagesRead(message_ids=message_ids))


def reporter_notified(sealer: NoticeSealer, to: Address, notice: Notice) -> ReporterNotified:
    """A notice, sealed to the reporter. Raises ValueError for a text too long for a notice."""
    envelope = sealer.seal(notice, cdg_id=to.cdg_id, report_id=to.report_id, recipient=to.origin.reporter_recipient)
    return ReporterNotified(report_id=to.report_id, notice_id=notice.notice_id, envelope=envelope)


def call(tx: Transaction, persons: Iterable[str], reason: AttentionReason) -> None:
    """Something awaits these persons."""
    tx.outbox.add_all(AttentionNeeded(person_id=person_id, reason=reason) for person_id in sorted(set(persons)))


def _notice(
    origin: ReportContent,
    at: datetime,
    notice_id: bytes | None = None,
    *,
    status: StatusChange | None = None,
    message: HandlerMessage | None = None,
    read: MessagesRead | None = None,
    identity_request: IdentityRequest | None = None,
) -> Notice:
    notice = Notice(
        notice_id=notice_id or secrets.token_bytes(16),
        ref=origin.ref,
        status=status,
        message=message,
        read=read,
        identity_request=identity_request,
    )
    notice.written_at.FromDatetime(at)
    return notice
