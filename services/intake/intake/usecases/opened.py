"""A report opened for its reporter, in memory: the recap, casework's notices, the reporter's own copies."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Protocol

from google.protobuf.timestamp_pb2 import Timestamp

from chassis import logs
from chassis.db import UnitOfWork
from chassis.sealing import age, padding
from chassis.sealing.notices import open_notice
from chassis.signing import BadSignature
from intake.store.reports import MessageRow, NoticeRow, ReportRow
from intake.store.transaction import Transaction
from intake.usecases.envelopes import NAMED
from intake.usecases.keys import VaultKeys
from intake.usecases.sessions import NoSuchReport, Space
from paravent.casework.v1.content_pb2 import Notice
from paravent.intake.v1.content_pb2 import ReporterCopy, ReporterMessage
from paravent.intake.v1.events_pb2 import ReporterSpoke

log = logs.get(__name__)


class Keys(Protocol):
    """The keys that a follow-up space needs. `casework_month` and `vault` raise KeysUnavailable."""

    def casework_month(self, cdg_id: str, day: date) -> tuple[str, str]: ...
    def casework_signers(self, cdg_id: str) -> list[bytes]: ...
    def vault(self, day: date) -> VaultKeys: ...


class Disputed(Exception):
    """Somebody objected to a change of words: nothing that could show more of the reporter is signed any more."""


@dataclass(frozen=True, slots=True)
class OpenedNotice:
    """A notice that casework signed for this report. `seen`: on an earlier visit."""

    notice: Notice = field(repr=False)
    seen: bool

    @property
    def at(self) -> datetime:
        return instant(self.notice.written_at)


@dataclass(frozen=True, slots=True)
class OwnMessage:
    """The reporter's copy of something that they did."""

    id: bytes = field(repr=False)
    message: ReporterMessage = field(repr=False)

    @property
    def at(self) -> datetime:
        return instant(self.message.written_at)


@dataclass(frozen=True, slots=True)
class Opened:
    """Everything that is sealed to this reporter, oldest first."""

    report: ReportRow = field(repr=False)
    copy: ReporterCopy = field(repr=False)
    notices: Sequence[OpenedNotice] = field(repr=False)
    own: Sequence[OwnMessage] = field(repr=False)

    @property
    def names(self) -> list[int]:
        """What became of the name since the report, oldest first: the number of the record added, 0 once withdrawn."""
        return [own.message.name.number for own in self._own("name")]

    @property
    def named(self) -> bool:
        """Did the reporter give a name, and not take it back?"""
        return self.names[-1] > 0 if self.names else self.copy.identity_choice in NAMED

    @property
    def name_withdrawn_at(self) -> datetime | None:
        """When a name was last taken back."""
        return max((own.at for own in self._own("name") if not own.message.name.number), default=None)

    @property
    def ever_named(self) -> bool:
        return self.copy.identity_choice in NAMED or bool(self.names)

    @property
    def reachable(self) -> bool:
        """Did the reporter leave an address, and not take it back?"""
        changes = self._own("contact")
        return changes[-1].message.contact.kept if changes else self.copy.contact

    @property
    def ever_reachable(self) -> bool:
        return self.copy.contact or bool(self._own("contact"))

    @property
    def objected_at(self) -> datetime | None:
        """When somebody with former words last objected to their replacement."""
        return max((own.at for own in self._own("objection")), default=None)

    @property
    def replaced_at(self) -> datetime | None:
        """When the words were last replaced."""
        return instant(self.copy.former[-1].replaced_at) if self.copy.former else None

    def check_undisputed(self) -> None:
        """Raises Disputed: who holds the words now may not be the reporter."""
        if self.objected_at is not None:
            raise Disputed("the words are in dispute")

    @property
    def decisions(self) -> list[OwnMessage]:
        """What a presumed victim decided, oldest first (see domain.proceeding)."""
        return self._own("proceeding")

    @property
    def codes(self) -> list[OwnMessage]:
        """The codes drawn for the person concerned, oldest first."""
        return self._own("code")

    def _own(self, body: str) -> list[OwnMessage]:
        return [message for message in self.own if message.message.WhichOneof("body") == body]


def open_report(uow: UnitOfWork[Transaction], keys: Keys, space: Space) -> Opened:
    """Open everything that is sealed to this reporter. Raises NoSuchReport when the report was erased meanwhile."""
    with uow("open_report") as tx:
        report = tx.reports.find(space.lookup_id)
        if report is None:
            raise NoSuchReport("the report is gone")
        notices, messages = tx.notices.of(report.report_id), tx.messages.of(report.report_id)
    copy = ReporterCopy.FromString(padding.unpad(age.open(space.identity, report.reporter_envelope)))
    identities = [space.identity, *(words.identity for words in reversed(copy.former))]
    opened = _open_notices(notices, report, copy.ref, keys.casework_signers(report.cdg_id), identities)
    return Opened(report, copy, opened, sorted((_own(row, identities) for row in messages), key=lambda own: own.at))


def open_first(identities: Sequence[str], envelope: bytes) -> bytes:
    """Open with the first of these keys that opens it. What was on its way while the words were replaced, or was
    written at that very moment, is sealed to former ones. Raises CannotOpen."""
    for identity in identities:
        try:
            return age.open(identity, envelope)
        except age.CannotOpen:
            continue
    raise age.CannotOpen("no key of this reporter opens it")


def own_id(space: Space, *parts: bytes) -> bytes:
    """16 bytes that name one act of this reporter, so that it is done once. Only the receipt's holder can tell them."""
    key = hashlib.sha256(b"paravent/own-act/v1" + space.identity.encode()).digest()
    return hmac.new(key, b"".join(len(part).to_bytes(2, "big") + part for part in parts), hashlib.sha256).digest()[:16]


def spoken(report: ReportRow, period: str, message_id: bytes, envelope: bytes) -> ReporterSpoke:
    """The event that carries something from the reporter to casework."""
    return ReporterSpoke(
        report_id=report.report_id,
        cdg_id=report.cdg_id,
        key_period=period,
        message_id=message_id,
        envelope=envelope,
    )


def stamp(moment: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(moment)
    return made


def instant(made: Timestamp) -> datetime:
    return made.ToDatetime(tzinfo=UTC)


def _open_notices(
    rows: Iterable[NoticeRow], report: ReportRow, ref: bytes, signers: list[bytes], identities: Sequence[str]
) -> list[OpenedNotice]:
    """The notices that casework really wrote for this report, oldest first. Others are counted and not shown."""
    opened, refused = [], 0
    for row in rows:
        try:
            notice = _open_notice(row, report.report_id, signers, identities)
        except (age.CannotOpen, BadSignature):
            refused += 1
            continue
        if notice.ref == ref and notice.notice_id == row.notice_id:
            opened.append(OpenedNotice(notice, row.seen))
        else:
            refused += 1
    if refused:
        log.warning("notices.refused", count=refused)
    return sorted(opened, key=lambda o: o.at)


def _open_notice(row: NoticeRow, report_id: bytes, signers: list[bytes], identities: Sequence[str]) -> Notice:
    for identity in identities:
        try:
            return open_notice(row.envelope, report_id=report_id, signers=signers, identity=identity)
        except age.CannotOpen:
            continue
    raise age.CannotOpen("no key of this reporter opens it")


def _own(row: MessageRow, identities: Sequence[str]) -> OwnMessage:
    message = ReporterMessage.FromString(padding.unpad(open_first(identities, row.envelope)))
    return OwnMessage(row.message_id, message)
