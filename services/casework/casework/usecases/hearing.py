"""What the opener does with what a reporter, or somebody who joined a case, says or reads later."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from google.protobuf.message import DecodeError
from sqlalchemy import Row

from casework.store.inbound import InboundRow
from casework.store.transaction import Transaction
from casework.usecases import asking, joining, readdressing, telling
from casework.usecases.batches import open_waiting
from casework.usecases.desk import OpenCase
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
    speakers = _speakers(tx, opening, {row.report_id for row in rows})
    early = [row.inbound_id for row in rows if row.report_id not in speakers]
    if early:
        tx.inbound.postpone(early)
    for row in rows:
        if row.report_id not in speakers:
            continue
        try:
            message = ReporterMessage.FromString(opening.month_keys.open(row.cdg_id, row.key_period, row.envelope))
        except (CannotOpen, DecodeError, ValueError):
            log.error("opener.unopenable", reason="envelope")
            tx.inbound.set_aside([row.inbound_id])
            continue
        case, voice = speakers[row.report_id]
        _apply(tx, opening, case, voice, row.message_id, message)
        tx.inbound.opened([row.inbound_id])


def _speakers(
    tx: Transaction, opening: Opening, report_ids: Collection[bytes]
) -> dict[bytes, tuple[OpenCase, Row[Any] | None]]:
    """Who speaks under these ids: the reporter of a case, or one of its voices."""
    cases = tx.cases.of_reports(list(report_ids))
    voices = tx.voices.of_reports([report_id for report_id in report_ids if report_id not in cases])
    joined = tx.cases.held([voice.case_id for voice in voices.values()])
    found = {row.case_id: row for row in cases.values()} | joined
    keys = opening.case_keys.unwrap([(row.case_id, row.wrapped_key) for row in found.values()]) if found else []
    opened = {
        case_id: OpenCase(row, CaseSeal(case_id, key)) for (case_id, row), key in zip(found.items(), keys, strict=True)
    }
    speakers: dict[bytes, tuple[OpenCase, Row[Any] | None]] = {
        report_id: (opened[row.case_id], None) for report_id, row in cases.items()
    }
    return speakers | {report_id: (opened[voice.case_id], voice) for report_id, voice in voices.items()}


def _apply(
    tx: Transaction,
    opening: Opening,
    case: OpenCase,
    voice: Row[Any] | None,
    message_id: bytes,
    message: ReporterMessage,
) -> None:
    voice_id = voice.voice_id if voice else None
    match message.WhichOneof("body"):
        case "read":
            tx.messages.mark_read_by_reporter(case.case_id, list(message.read.notice_ids), voice_id)
        case "answer" if voice is None:
            _answer(tx, case, message)
        case "proceeding" if voice is not None:
            joining.decide(tx, opening, case, voice, message_id, message)
        case "recipient" if voice is None:
            readdressing.readdress(tx, opening.vault, case.case_id, case.seal, message)
        case "recipient" if voice is not None:
            readdressing.readdress_voice(tx, opening.vault, voice, case.seal, message)
        case "answer" | "proceeding":
            log.error("opener.unknown_answer")
        case _:
            _keep_text(tx, case, voice_id, message_id, message)


def _keep_text(
    tx: Transaction, case: OpenCase, voice_id: uuid.UUID | None, message_id: bytes, message: ReporterMessage
) -> None:
    added = tx.messages.add(
        {
            "message_id": message_id,
            "case_id": case.case_id,
            "voice_id": voice_id,
            "author": "reporter",
            "kind": "text",
            "sealed": case.seal.seal_said(message_id, message),
        }
    )
    if added:
        telling.call(tx, tx.people.concerned(case.case_id), AttentionReason.ATTENTION_REASON_NEW_MESSAGE)


def _answer(tx: Transaction, case: OpenCase, message: ReporterMessage) -> None:
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
    before = asking.given(case.seal.open_answer(row.request_id, row.sealed_answer)) if row.sealed_answer else None
    if not answer.follows(before):
        return
    tx.identity.answered(row.request_id, answer.answer, case.seal.seal_answer(message))
    if row.person_id in tx.people.concerned(case.case_id):
        telling.call(tx, [row.person_id], AttentionReason.ATTENTION_REASON_IDENTITY_ANSWER)
