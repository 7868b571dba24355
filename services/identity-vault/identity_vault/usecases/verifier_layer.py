"""Take the verifier's layer off one record, and check that it is the one that the consent speaks of."""

from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest

from google.protobuf.message import DecodeError

from chassis.rpc.calls import Detail
from chassis.sealing import age, statements
from chassis.sealing.statements import BadStatement
from identity_vault.domain.consents import Terms
from identity_vault.domain.record import InvalidRecord
from identity_vault.domain.reporters import AddedName, Reporter, Signed
from identity_vault.store.verified import StoredConsent
from identity_vault.store.verifier_rows import message_of, terms_of
from identity_vault.usecases.bodies import unlock
from identity_vault.usecases.layer import LayerKeys, open_frame
from paravent.identity_vault.v1.record_pb2 import VerifierLayer

VERSION = 1
INNER = 3072


class Mismatch(Exception):
    """What was read is not what was agreed."""

    def __init__(self, detail: Detail) -> None:
        super().__init__(detail.value)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Wanted:
    """The record that may be opened. `keys`: the reporter's, oldest first. `stored`: None for an order."""

    ref: bytes = field(repr=False)
    number: int
    reporter: Reporter
    keys: list[bytes] = field(repr=False)
    stored: StoredConsent | None


def open_layer(layer_keys: LayerKeys, path: str, key: bytes, body: bytes, wanted: Wanted) -> bytes:
    """The inner frame (3,072 bytes) of a body that stood at `path`. `key`: of the record.

    Raises Mismatch. Nothing that the verifier's own tables say about keys is believed before it was signed by the key
    that stands in the record.
    """
    layer = _opened(layer_keys, path, key, body)
    if layer.version != VERSION or len(layer.inner) != INNER or not compare_digest(layer.ref, wanted.ref):
        raise Mismatch(Detail.RECORD_MISMATCH)
    if layer.reporter_key not in (wanted.keys if wanted.number else wanted.keys[:1]):
        raise Mismatch(Detail.RECORD_MISMATCH)
    signers = _signers(wanted.reporter, wanted.keys)
    if wanted.stored and _terms_signed(wanted.stored.signed, signers) != wanted.stored.consent.terms:
        raise Mismatch(Detail.BAD_STATEMENT)
    if wanted.number:
        _check_name(_name(wanted.reporter, wanted.number), layer.inner, signers)
    return bytes(layer.inner)


def _opened(layer_keys: LayerKeys, path: str, key: bytes, body: bytes) -> VerifierLayer:
    try:
        return VerifierLayer.FromString(open_frame(layer_keys, unlock(path, key, body)))
    except (InvalidRecord, age.CannotOpen, DecodeError):
        raise Mismatch(Detail.RECORD_MISMATCH) from None


def _signers(reporter: Reporter, keys: list[bytes]) -> list[bytes]:
    """The reporter's keys, each introduced by a statement that the one before signed."""
    signers = keys[:1]
    for new in reporter.new_keys:
        if new.key not in keys[1:] or new.withdrawn:
            continue
        try:
            said = statements.verify(message_of(new.signed), signers[-1])
        except BadStatement:
            raise Mismatch(Detail.BAD_STATEMENT) from None
        if said.kind != statements.KEY_REPLACED or said.values["key"] != new.key:
            raise Mismatch(Detail.BAD_STATEMENT)
        signers.append(new.key)
    return signers


def _terms_signed(signed: Signed, signers: list[bytes]) -> Terms | None:
    """The terms of a consent that one of these keys signed; None for anything else."""
    for key in signers:
        try:
            said = statements.verify(message_of(signed), key)
        except BadStatement:
            continue
        return terms_of(said) if said.kind == statements.CONSENT else None
    return None


def _check_name(name: AddedName, inner: bytes, signers: list[bytes]) -> None:
    for key in signers:
        try:
            said = statements.verify(message_of(name.signed), key)
        except BadStatement:
            continue
        is_it = said.kind == statements.NAME_ADDED and said.values["number"] == name.number
        if is_it and compare_digest(said.values["inner"], sha256(inner).digest()):
            return
    raise Mismatch(Detail.RECORD_MISMATCH)


def _name(reporter: Reporter, number: int) -> AddedName:
    for name in reporter.names:
        if name.number == number:
            return name
    raise Mismatch(Detail.NO_NAME)
