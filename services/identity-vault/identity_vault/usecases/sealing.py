"""Seal: take the transport layer off a record and store the rest, once."""

from google.protobuf.message import DecodeError

from chassis.sealing import age
from identity_vault.domain.record import VERSION, InvalidRecord, SealedRecord, check_frame, transport_day
from identity_vault.usecases.ports import Records, TransportKeys
from paravent.identity_vault.v1.record_pb2 import TransportLayer


def seal(frame: bytes, period: str, *, keys: TransportKeys, records: Records, path_key: bytes) -> bool:
    """Store one record. False when it was stored before: asking again is safe.

    Raises InvalidRecord, TransportKeyMissing, StoreAway.
    """
    check_frame(frame)
    transport_day(period)
    record = _without_transport_layer(frame, keys.secret(period))
    return records.create(record.path(path_key), record.body)


def _without_transport_layer(frame: bytes, secret: str) -> SealedRecord:
    try:
        layer = TransportLayer.FromString(age.open_fixed(secret, frame))
    except (age.CannotOpen, DecodeError):
        raise InvalidRecord("the transport layer does not open") from None
    if layer.version != VERSION:
        raise InvalidRecord("another version")
    return SealedRecord(layer.locator, layer.sealed_record)
