"""A reporter took new words: replies go to the key that these give."""

import uuid
from datetime import UTC, datetime
from hmac import compare_digest
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from sqlalchemy import Row

from casework.store.transaction import Transaction
from casework.usecases import ringing
from casework.usecases.sealing import CaseSeal
from casework.usecases.vault_keys import VaultBook
from chassis import logs
from chassis.sealing import age
from paravent.intake.v1.content_pb2 import ReportContent, ReporterMessage

log = logs.get(__name__)


def readdress(tx: Transaction, vault: VaultBook, case_id: uuid.UUID, seal: CaseSeal, message: ReporterMessage) -> None:
    """The case's reporter took new words. The bell rings once: if somebody else took them, its reporter can object."""
    row = tx.cases.find(case_id)
    if row is None:
        return
    origin = seal.open_origin(row.sealed_origin)
    if readdressed(origin, message):
        tx.cases.set_origin(case_id, seal.seal_origin(origin))
        ringing.ring(tx, vault, [origin.ref])


def readdress_voice(
    tx: Transaction, vault: VaultBook, voice: Row[Any], seal: CaseSeal, message: ReporterMessage
) -> None:
    """Somebody who joined a case took new words, as its reporter may."""
    row = tx.voices.held(voice.voice_id)
    origin = seal.open_voice(row.voice_id, row.sealed_origin)
    if readdressed(origin, message):
        tx.voices.set_origin(row.voice_id, seal.seal_voice(row.voice_id, origin))
        ringing.ring(tx, vault, [origin.ref])


def readdressed(origin: ReportContent, message: ReporterMessage) -> bool:
    """Turn an origin to the new words; False where nothing changes.

    What intake tells leaves shuffled: an older change of words counts no more. Without the report's `ref`, which
    whoever listens on the bus does not know, nobody turns replies away.
    """
    told = message.recipient
    if not compare_digest(told.proof, origin.ref) or not _takes_replies(told.recipient):
        log.error("opener.readdressing_refused")
        return False
    if _time(message.written_at) <= _time(origin.readdressed_at):
        return False
    origin.reporter_recipient = told.recipient
    origin.readdressed_at.CopyFrom(message.written_at)
    return True


def _takes_replies(recipient: str) -> bool:
    try:
        age.seal(recipient, b"")
    except ValueError:
        return False
    return True


def _time(stamp: Timestamp) -> datetime:
    return stamp.ToDatetime(tzinfo=UTC)
