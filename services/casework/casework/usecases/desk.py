"""A person at work on one case: what they see of it, and the case opened under its key."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from casework.domain.calendar import Calendar
from casework.domain.people import Quality, Staff
from casework.store.transaction import Transaction
from casework.usecases import ringing, telling
from casework.usecases.ports import CaseKeys, NoticeSealer
from casework.usecases.sealing import CaseSeal
from casework.usecases.vault_keys import VaultBook
from paravent.casework.v1.content_pb2 import Notice

# What a notice is kept as.
_KINDS = {"message": "text", "status": "status", "identity_request": "identity"}


class NoSuchCase(Exception):
    """There is no such case for this person: it does not exist, or they may not know that it does."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What working on cases needs."""

    case_keys: CaseKeys
    notices: NoticeSealer
    calendar: Calendar
    vault: VaultBook


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case that the person sees, with its seal."""

    row: Row[Any]
    seal: CaseSeal

    @property
    def case_id(self) -> uuid.UUID:
        return self.row.case_id  # type: ignore[no-any-return]


def open_case(
    tx: Transaction, desk: Desk, person: Staff, case_id: uuid.UUID, *qualities: Quality, change: bool = False
) -> OpenCase:
    """The case in one of these qualities. Raises NoSuchCase, and KeysAway."""
    row = tx.cases.seen(person, case_id, *qualities, for_update=change)
    if row is None:
        raise NoSuchCase
    return OpenCase(row, CaseSeal(case_id, desk.case_keys.unwrap([(case_id, row.wrapped_key)])[0]))


def tell(tx: Transaction, desk: Desk, case: OpenCase, notice: Notice, *, person: Staff | None = None) -> bool:
    """Keep a notice in the case, send it to the reporter, and have them told that something waits.

    Answers False for a notice already sent.

    `person`: the handler who wrote it; None for what the service says by itself.
    """
    kept = {
        "message_id": notice.notice_id,
        "case_id": case.case_id,
        "author": "handler" if person else "system",
        "kind": _KINDS[notice.WhichOneof("body")],
        "sealed": case.seal.seal_told(notice),
    }
    if person:
        kept["person_id"] = person.person_id
    if not tx.messages.add(kept):
        return False
    send(tx, desk, case, notice)
    ringing.ring(tx, desk.vault, [notice.ref])
    return True


def send(tx: Transaction, desk: Desk, case: OpenCase, notice: Notice) -> None:
    """Send a notice that the case does not keep."""
    origin = case.seal.open_origin(case.row.sealed_origin)
    to = telling.Address(case.row.report_id, case.row.cdg_id, origin)
    tx.outbox.add(telling.reporter_notified(desk.notices, to, notice))


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the dialogue. `text` is free text; `status` a code, for what the service said by itself.

    A request for the identity is a line without either: the case shows it in its own place.
    """

    at: datetime
    by: str
    author: str
    text: str
    status: str
    read: bool


def dialogue(tx: Transaction, case: OpenCase, person: Staff) -> list[Said]:
    """Both sides of the dialogue, the oldest first."""
    return sorted((_said(case, row) for row in tx.messages.of_case(person, case.case_id)), key=lambda said: said.at)


def _said(case: OpenCase, row: Row[Any]) -> Said:
    if row.author == "reporter":
        message = case.seal.open_said(row.message_id, row.sealed)
        return Said(message.written_at.ToDatetime(tzinfo=UTC), "reporter", "", message.text, "", bool(row.read_day))
    notice = case.seal.open_told(row.message_id, row.sealed)
    at = notice.written_at.ToDatetime(tzinfo=UTC)
    if notice.HasField("identity_request"):
        return Said(at, "request", notice.identity_request.name, "", "", bool(row.read_day))
    if notice.HasField("message"):
        return Said(at, row.author, notice.message.author, notice.message.text, "", bool(row.read_day))
    return Said(at, row.author, "", notice.status.explanation, notice.status.status, bool(row.read_day))
