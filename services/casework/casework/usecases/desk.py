"""A person at work on one case: what they see of it, and the case opened under its key."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Row

from casework.domain.calendar import Calendar
from casework.domain.people import Quality, Staff
from casework.store.transaction import Transaction
from casework.usecases import ringing, telling
from casework.usecases.month_book import MonthBook
from casework.usecases.ports import CaseKeys, NoticeSealer
from casework.usecases.sealing import CaseSeal
from casework.usecases.vault_keys import VaultBook
from paravent.casework.v1.content_pb2 import Notice

# What a notice is kept as.
_KINDS = {"message": "text", "status": "status", "identity_request": "identity"}


class NoSuchCase(Exception):
    """There is no such case for this person: it does not exist, or they may not know that it does."""


class Unreachable(Exception):
    """Nothing can be sent to the reporter yet: nobody has taken this oral report with its code."""


class Teller(Protocol):
    """What telling somebody needs: a desk has it, and so has the opener."""

    @property
    def notices(self) -> NoticeSealer: ...

    @property
    def vault(self) -> VaultBook: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What working on cases needs. `months`: the public keys that an oral report is sealed to."""

    case_keys: CaseKeys
    notices: NoticeSealer
    calendar: Calendar
    vault: VaultBook
    months: MonthBook


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case that the person sees, with its seal."""

    row: Row[Any]
    seal: CaseSeal

    @property
    def case_id(self) -> uuid.UUID:
        return self.row.case_id  # type: ignore[no-any-return]

    @property
    def reporter(self) -> telling.Address:
        """Whose case it is."""
        return telling.Address(self.row.report_id, self.row.cdg_id, self.seal.open_origin(self.row.sealed_origin))

    def voice(self, row: Row[Any]) -> telling.Address:
        """Somebody who joined the case. `row`: of `voices`."""
        origin = self.seal.open_voice(row.voice_id, row.sealed_origin)
        return telling.Address(row.report_id, self.row.cdg_id, origin, row.voice_id)


def open_case(
    tx: Transaction, desk: Desk, person: Staff, case_id: uuid.UUID, *qualities: Quality, change: bool = False
) -> OpenCase:
    """The case in one of these qualities. Raises NoSuchCase, and KeysAway."""
    row = tx.cases.seen(person, case_id, *qualities, for_update=change)
    if row is None:
        raise NoSuchCase
    return OpenCase(row, CaseSeal(case_id, desk.case_keys.unwrap([(case_id, row.wrapped_key)])[0]))


def tell(
    tx: Transaction,
    teller: Teller,
    case: OpenCase,
    notice: Notice,
    *,
    person: Staff | None = None,
    to: telling.Address | None = None,
) -> bool:
    """Keep a notice in the case, send it, and have its reader told that something waits.

    Answers False for a notice already kept. What is said to the reporter of an oral report that nobody has taken yet is
    kept only: it is sent when they come.

    `person`: the handler who wrote it; None for what the service says by itself. `to`: a voice; None for the reporter.
    """
    to = to or case.reporter
    kept = {
        "message_id": notice.notice_id,
        "case_id": case.case_id,
        "voice_id": to.voice_id,
        "author": "handler" if person else "system",
        "kind": _KINDS[notice.WhichOneof("body")],
        "sealed": case.seal.seal_told(notice),
    }
    if person:
        kept["person_id"] = person.person_id
    if not tx.messages.add(kept):
        return False
    if to.reachable:
        send(tx, teller, to, notice)
        ringing.ring(tx, teller.vault, [notice.ref])
    return True


def send(tx: Transaction, teller: Teller, to: telling.Address, notice: Notice) -> None:
    """Send a notice that the case does not keep, or keeps already."""
    tx.outbox.add(telling.reporter_notified(teller.notices, to, notice))


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the dialogue. `text` is free text; `status` a code, for what the service said by itself.

    A request for the identity is a line without either: the case shows it in its own place. A decision of the presumed
    victim is a line by "decision", with its code as `status`.
    """

    at: datetime
    by: str
    author: str
    text: str
    status: str
    read: bool


def dialogues(tx: Transaction, case: OpenCase, person: Staff) -> dict[uuid.UUID | None, list[Said]]:
    """Both sides of each thread, the oldest first. By voice; None: with the reporter, always there."""
    threads: dict[uuid.UUID | None, list[Said]] = {None: []}
    for row in tx.messages.of_case(person, case.case_id):
        threads.setdefault(row.voice_id, []).append(_said(case, row))
    for thread in threads.values():
        thread.sort(key=lambda said: said.at)
    return threads


def _said(case: OpenCase, row: Row[Any]) -> Said:
    if row.author == "reporter":
        message = case.seal.open_said(row.message_id, row.sealed)
        at, decision = message.written_at.ToDatetime(tzinfo=UTC), message.proceeding.decision
        return Said(at, "decision" if decision else "reporter", "", message.text, decision, bool(row.read_day))
    notice = case.seal.open_told(row.message_id, row.sealed)
    at = notice.written_at.ToDatetime(tzinfo=UTC)
    if notice.HasField("identity_request"):
        return Said(at, "request", notice.identity_request.name, "", "", bool(row.read_day))
    if notice.HasField("message"):
        return Said(at, row.author, notice.message.author, notice.message.text, "", bool(row.read_day))
    return Said(at, row.author, "", notice.status.explanation, notice.status.status, bool(row.read_day))
