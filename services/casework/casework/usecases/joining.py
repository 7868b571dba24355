"""What the opener does with those who join a case with a code, and with what they decide later.

The code's offer told them the `ref` of the report that they join: whoever cannot repeat it never opened the offer.
"""

import hmac
import uuid
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from google.protobuf.message import DecodeError
from sqlalchemy import Row

from casework.domain.acts import Regime
from casework.domain.proceeding import Decided, Decision, VoiceState, beginning, joined, said, waits_for_somebody
from casework.store.inbound import InboundRow
from casework.store.texts import ORIGINAL
from casework.store.transaction import Transaction
from casework.usecases import ringing, telling
from casework.usecases.agreements import TOLD, proceeding_of, settle, tell_both
from casework.usecases.batches import open_waiting
from casework.usecases.desk import OpenCase, send
from casework.usecases.opening import Opening
from casework.usecases.sealing import CaseSeal
from casework.usecases.telling import Address
from chassis import logs
from chassis.db import UnitOfWork
from chassis.sealing.age import CannotOpen
from chassis.sealing.claims import REPORTER, VICTIM
from paravent.casework.v1.events_pb2 import AttentionReason, CaseOpened
from paravent.intake.v1.content_pb2 import ReportContent, ReporterMessage, Voice

log = logs.get(__name__)


class _SetAside(Exception):
    """This voice joins nothing; the message says why."""


def open_voices(uow: UnitOfWork[Transaction], opening: Opening, limit: int) -> int:
    """Open up to `limit` waiting voices; answer how many rows were dealt with.

    One that came before its case was opened waits for it. Raises as `open_waiting`.
    """
    return open_waiting(uow, "voice", limit, lambda tx, rows: _open(tx, opening, rows))


def _open(tx: Transaction, opening: Opening, rows: Sequence[InboundRow]) -> None:
    for row in rows:
        found = tx.cases.to_join(row.joins)
        if found is None:
            tx.inbound.postpone([row.inbound_id])
            continue
        try:
            _join(tx, opening, row, found, _read(opening, row))
        except _SetAside as refused:
            log.error("opener.unopenable", reason=str(refused))
            tx.inbound.set_aside([row.inbound_id])


def _read(opening: Opening, row: InboundRow) -> Voice:
    try:
        voice = Voice.FromString(opening.month_keys.open(row.cdg_id, row.key_period, row.envelope))
    except (CannotOpen, DecodeError, ValueError):
        raise _SetAside("envelope") from None
    if len(voice.ref) != 16 or not voice.recipient or not voice.HasField("joined_at"):
        raise _SetAside("voice_incomplete")
    return voice


def _join(tx: Transaction, opening: Opening, row: InboundRow, found: Row[Any], voice: Voice) -> None:
    key = opening.case_keys.unwrap([(found.case_id, found.wrapped_key)])[0]
    case = OpenCase(found, CaseSeal(found.case_id, key))
    reporter = case.reporter
    if row.cdg_id != found.cdg_id or not hmac.compare_digest(voice.proof, reporter.origin.ref):
        raise _SetAside("voice_proof")
    if tx.cases.of_reports([row.report_id]):
        raise _SetAside("voice_known")
    if voice.role == REPORTER and found.oral and not reporter.reachable:
        _claim(tx, opening, case, row.report_id, voice)
    elif voice.role == VICTIM and reporter.reachable and waits_for_somebody(proceeding_of(found)):
        _add_victim(tx, opening, case, row.report_id, voice)
    else:
        raise _SetAside("voice_role")
    tx.outbox.add(CaseOpened(report_id=row.report_id))  # intake lets go of its copy of the envelope
    tx.inbound.opened([row.inbound_id])
    tx.inbound.awaken([row.report_id])
    telling.call(tx, tx.people.concerned(case.case_id), AttentionReason.ATTENTION_REASON_NEW_MESSAGE)


def _claim(tx: Transaction, opening: Opening, case: OpenCase, report_id: bytes, voice: Voice) -> None:
    """The reporter of an oral report takes it: what was kept for them is sent, the present status among it."""
    origin = ReportContent()
    origin.CopyFrom(case.reporter.origin)
    origin.ref = voice.ref
    origin.reporter_recipient = voice.recipient
    origin.identity_choice = voice.identity_choice
    tx.cases.claim(case.case_id, report_id, case.seal.seal_origin(origin))
    to = Address(report_id, case.row.cdg_id, origin)
    for row in tx.messages.unsent(case.case_id):
        notice = case.seal.open_told(row.message_id, row.sealed)
        notice.ref = voice.ref
        send(tx, opening, to, notice)
    ringing.ring(tx, opening.vault, [voice.ref])


def _add_victim(tx: Transaction, opening: Opening, case: OpenCase, report_id: bytes, voice: Voice) -> None:
    try:
        state = joined(Decision(voice.proceeding.decision))
    except ValueError:
        raise _SetAside("voice_incomplete") from None
    origin = ReportContent(
        ref=voice.ref,
        member_id=case.row.member_id,
        submitted_at=voice.joined_at,
        reporter_recipient=voice.recipient,
        identity_choice=voice.identity_choice,
    )
    voice_id = uuid.uuid4()
    tx.voices.add(voice_id, case.case_id, report_id, state, case.seal.seal_voice(voice_id, origin))
    first = ReporterMessage(written_at=voice.joined_at, proceeding=voice.proceeding)
    _keep(tx, case, voice_id, voice_id.bytes, first)
    tell_both(tx, opening, case, Address(report_id, case.row.cdg_id, origin, voice_id), TOLD[state])


def decide(
    tx: Transaction, opening: Opening, case: OpenCase, voice: Row[Any], message_id: bytes, message: ReporterMessage
) -> None:
    """A voice agrees, refuses or takes its agreement back: the newest decision counts, and who handles it is called."""
    try:
        decided = _decided(message)
    except ValueError:
        log.error("opener.unknown_decision")
        return
    before = [
        _decided(case.seal.open_said(row.message_id, row.sealed)) for row in tx.messages.decisions(voice.voice_id)
    ]
    if not _keep(tx, case, voice.voice_id, message_id, message) or not all(decided.follows(other) for other in before):
        return
    state = VoiceState(voice.state)
    after = said(state, decided.decision)
    if after is state:
        return
    tx.voices.set_state(voice.voice_id, after)
    settle(tx, case)
    tell_both(tx, opening, case, case.voice(voice), TOLD[after])
    telling.call(tx, tx.people.concerned(case.case_id), AttentionReason.ATTENTION_REASON_NEW_MESSAGE)


def settle_old_cases(uow: UnitOfWork[Transaction], opening: Opening, limit: int) -> int:
    """Write down how far cases may go that were opened before that was known. Answers how many. Raises KeysAway."""
    with uow("settle_old_cases") as tx:
        rows = tx.cases.unsettled(limit)
        keys = opening.case_keys.unwrap([(row.case_id, row.wrapped_key) for row in rows]) if rows else []
        for row, key in zip(rows, keys, strict=True):
            answers = CaseSeal(row.case_id, key).open_answers(ORIGINAL, row.sealed)
            tx.cases.set_proceeding(row.case_id, beginning(answers.quality, Regime(row.regime)))
        return len(rows)


def _keep(tx: Transaction, case: OpenCase, voice_id: uuid.UUID, message_id: bytes, message: ReporterMessage) -> bool:
    """Keep a decision as the written agreement that it is. Answers False for one that is kept already."""
    return tx.messages.add(
        {
            "message_id": message_id,
            "case_id": case.case_id,
            "voice_id": voice_id,
            "author": "reporter",
            "kind": "proceeding",
            "sealed": case.seal.seal_said(message_id, message),
        }
    )


def _decided(message: ReporterMessage) -> Decided:
    """Raises ValueError for a decision that is not ours."""
    return Decided(Decision(message.proceeding.decision), message.written_at.ToDatetime(tzinfo=UTC))
