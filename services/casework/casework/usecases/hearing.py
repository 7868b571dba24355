"""What the opener does with what a reporter says or reads after the filing."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from google.protobuf.message import DecodeError
from sqlalchemy import Row

from casework.store.inbound import InboundRow
from casework.store.transaction import Transaction
from casework.usecases import telling
from casework.usecases.opening import Opening
from casework.usecases.ports import KeysAway
from casework.usecases.sealing import CaseSeal
from chassis import logs, telemetry
from chassis.db import UnitOfWork, is_outage
from chassis.sealing.age import CannotOpen
from paravent.casework.v1.events_pb2 import AttentionReason
from paravent.intake.v1.content_pb2 import ReporterMessage

log = logs.get(__name__)


def open_messages(uow: UnitOfWork[Transaction], opening: Opening, limit: int) -> int:
    """Open up to `limit` waiting messages; answer how many rows were dealt with.

    A message that came before its case was opened waits for it. Raises as `open_reports`.
    """
    ids: list[uuid.UUID] = []
    try:
        with uow("open_messages") as tx:
            rows = tx.inbound.claim("message", limit)
            ids = [row.inbound_id for row in rows]
            if rows:
                with telemetry.span("open_messages", count=len(rows)):
                    _open(tx, opening, rows)
    except Exception as error:
        if isinstance(error, KeysAway) or is_outage(error) or not ids:
            raise
        for inbound_id in ids:
            _open_alone(uow, opening, inbound_id)
    return len(ids)


def _open_alone(uow: UnitOfWork[Transaction], opening: Opening, inbound_id: uuid.UUID) -> None:
    try:
        with uow("open_message") as tx:
            _open(tx, opening, tx.inbound.claim_one(inbound_id))
    except Exception as error:
        if isinstance(error, KeysAway) or is_outage(error):
            raise
        log.error("opener.unopenable", reason="cannot_store", exc_info=True)
        with uow("set_aside") as tx:
            tx.inbound.set_aside([inbound_id])


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
