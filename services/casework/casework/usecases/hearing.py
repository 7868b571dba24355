"""What the opener does with what a reporter says or reads after the filing."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from google.protobuf.message import DecodeError
from sqlalchemy import Row

from casework.store.inbound import InboundRow
from casework.store.transaction import Transaction
from casework.usecases import asking, readdressing, telling
from casework.usecases.batches import open_waiting
from casework.usecases.opening import Opening
from casework.usecases.sealing import CaseSeal
from chassis import logs
from chassis.db import UnitOfWork
from chassis.sealing.age import CannotOpen
from paravent.casework.v1.events_pb2 import AttentionReason
from paravent.intake.v1.content_pb2 import ReporterMessage

log = logs.get(__name__)


def open_messages(uow: UnitOfWork[Transaction], opening: Opening, limit: int) -> int:
    """Open up to `limit` waiting messages; answer how many rows were dealt with.

    A message that came before its case was opened waits for it. Raises as `open_waiting`.
    """
    return open_waiting(uow, "message", limit, lambda tx, rows: _open(tx, opening, rows))


def _open(tx: Transaction, opening: Opening, rows: Sequence[InboundRow]) -> None:
    cases = tx.cases.of_reports([row.report_id for row in rows])
    early = [row.inbound_id for row in rows if row.report_id not in cases]
    if early:
        tx.inbound.postpone(early)
    due = [row for row in rows if row.report_id in cases]
    seals = _seals(opening, [cases[row.report_id] for row in due])
    for row in due:
        try:
            message = ReporterMessage.FromString(opening.month_keys.open(row.cdg_id, row.key_period, row.envelope))
        except (CannotOpen, DecodeError, ValueError):
            log.error("opener.unopenable", reason="envelope")
            tx.inbound.set_aside([row.inbound_id])
            continue
        case = cases[row.report_id]
        if message.HasField("recipient"):
            readdressing.readdress(tx, opening.vault, case.case_id, seals[case.case_id], message)
        else:
            _apply(tx, case, seals[case.case_id], row.message_id, message)
        tx.inbound.opened([row.inbound_id])


def _seals(opening: Opening, cases: Sequence[Row[Any]]) -> Mapping[uuid.UUID, CaseSeal]:
    wrapped = {case.case_id: case.wrapped_key for case in cases}
    keys = opening.case_keys.unwrap(list(wrapped.items())) if wrapped else []
    return {case_id: CaseSeal(case_id, key) for case_id, key in zip(wrapped, keys, strict=True)}


def _apply(tx: Transaction, case: Row[Any], seal: CaseSeal, message_id: bytes, message: ReporterMessage) -> None:
    if message.HasField("read"):
        tx.messages.mark_read_by_reporter(case.case_id, list(message.read.notice_ids))
        return
    if message.HasField("answer"):
        _answer(tx, case, seal, message)
        return
    added = tx.messages.add(
        {
            "message_id": message_id,
            "case_id": case.case_id,
            "author": "reporter",
            "kind": "text",
            "sealed": seal.seal_said(message_id, message),
        }
    )
    if added:
        telling.call(tx, tx.people.concerned(case.case_id), AttentionReason.ATTENTION_REASON_NEW_MESSAGE)


def _answer(tx: Transaction, case: Row[Any], seal: CaseSeal, message: ReporterMessage) -> None:
    """The reporter answered a request for their identity: the newest answer counts, and who asked is called."""
    row = tx.identity.find(case.case_id, message.answer.request_id)
    try:
        answer = asking.given(message)
        asking.effective_at(message)
    except ValueError:
        row = None
    if row is None:
        log.error("opener.unknown_answer")
        return
    before = asking.given(seal.open_answer(row.request_id, row.sealed_answer)) if row.sealed_answer else None
    if not answer.follows(before):
        return
    tx.identity.answered(row.request_id, answer.answer, seal.seal_answer(message))
    if row.person_id in tx.people.concerned(case.case_id):
        telling.call(tx, [row.person_id], AttentionReason.ATTENTION_REASON_IDENTITY_ANSWER)
