"""Seal: take the transport layer off a frame, leave its letters, and store its record, once."""

from google.protobuf.message import DecodeError

from chassis.sealing import age
from identity_vault.domain.record import (
    VERSION,
    InvalidRecord,
    Letters,
    SealedRecord,
    check_frame,
    path_of,
    transport_day,
)
from identity_vault.usecases.bodies import lock
from identity_vault.usecases.ports import Ledger, Records, TransportKeys
from paravent.identity_vault.v1.record_pb2 import TransportLayer


def seal(frame: bytes, period: str, *, keys: TransportKeys, ledger: Ledger, records: Records, path_key: bytes) -> bool:
    """Store one record and its letters. False when all of it was stored before: asking again is safe.

    First the record's key and the letters, in one transaction; then the record. A crash in between is mended by asking
    again: the key is found, no letter is left twice, and the record is created.

    Raises InvalidRecord, TransportKeyMissing, TransportKeyRetired, StoreAway.
    """
    check_frame(frame)
    transport_day(period)
    record = _without_transport_layer(frame, keys.secret(period))
    path = path_of(record.locator, path_key)
    key = ledger.enter(path, record.letters)
    return records.create(path, lock(path, key, record.body))


def _without_transport_layer(frame: bytes, secret: str) -> SealedRecord:
    try:
        layer = TransportLayer.FromString(age.open_fixed(secret, frame))
    except (age.CannotOpen, DecodeError):
        raise InvalidRecord("the transport layer does not open") from None
    if layer.version != VERSION:
        raise InvalidRecord("another version")
    letters = Letters(layer.to_verifier, layer.to_linker, layer.to_courier)
    return SealedRecord(layer.locator, layer.sealed_record, letters)
