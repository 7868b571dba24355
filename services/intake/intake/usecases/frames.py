"""Frames for identity-vault: everything that goes there has the same parts of the same sizes, whatever it is for.

A named report, an anonymous one, a statement that a reporter signs later, a call-back, a cover that means nothing: each
is a record and three letters, sealed to four processes of identity-vault, in one transport layer (record.proto, whose
sizes are repeated here). Parts with nothing to say are filled as those of a cover are. age's own output varies in
length, so each layer is a frame of constant size (chassis.sealing.age.seal_fixed).
"""

import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from google.protobuf.message import Message

from chassis.sealing import age, padding, receipts
from intake.domain.identity import Identity
from intake.store.tables import FRAME_SIZE
from intake.usecases.keys import VaultKeys
from paravent.identity_vault.v1 import record_pb2
from paravent.identity_vault.v1.record_pb2 import (
    CallBack,
    ContactAddress,
    CourierLetter,
    LinkerLetter,
    LinkRegistration,
    Registration,
    SignedStatement,
    VerifierLetter,
)

VERSION = 1
# Bytes, from the inside out. The innermost layer has room for an identity, and filling.
DISCLOSER_LAYER = 2048
INNER = 3072
SEALED_RECORD = 4096
# (padded content, frame), bytes.
VERIFIER_LETTER = (2048, 2688)
SHORT_LETTER = (512, 1152)

_ID = 16


def report_frame(
    keys: VaultKeys, ref: bytes, reporter_key: bytes, identity: Identity | None, contact_email: str = ""
) -> bytes:
    """The frame of a report that is filed: FRAME_SIZE bytes, whether there is an identity, an address, or neither.

    `reporter_key`: the reporter's Ed25519 public key. `contact_email`: the address to which the courier may write.
    Raises ValueError for an identity or an address that does not fit.
    """
    locator, sealed, _ = named_record(keys, ref, 0, reporter_key, identity)
    contact_id = secrets.token_bytes(_ID) if contact_email else b""
    link = LinkRegistration(ref=ref, reporter_key=reporter_key, contact_id=contact_id)
    courier = CourierLetter()
    if contact_email:
        courier.address.CopyFrom(ContactAddress(contact_id=contact_id, email=contact_email))
    return _frame(
        keys,
        (locator, sealed),
        VerifierLetter(registration=Registration(ref=ref, reporter_key=reporter_key)),
        LinkerLetter(registration=link),
        courier,
    )


def statement_frame(
    keys: VaultKeys,
    *,
    verifier: SignedStatement | None = None,
    linker: SignedStatement | None = None,
    address: ContactAddress | None = None,
    record: tuple[bytes, bytes] | None = None,
) -> bytes:
    """The frame of something that a reporter signs after the report. Where there is nothing, a cover's part stands.

    `record`: locator and sealed record, when a name is added. Raises ValueError for what does not fit its letter.
    """
    ref, key = _nobody()
    if record is None:
        _, sealed, _ = named_record(keys, ref, 0, key, None)
        record = secrets.token_bytes(32), sealed
    letter = VerifierLetter(statement=verifier) if verifier else _cover_letter(ref, key)
    return _frame(
        keys,
        record,
        letter,
        LinkerLetter(statement=linker) if linker else LinkerLetter(),
        CourierLetter(address=address) if address else CourierLetter(),
    )


def call_back_frame(keys: VaultKeys, call_back: CallBack) -> bytes:
    """The frame of somebody's wish to be called: a cover whose courier letter says something. Raises ValueError."""
    return _cover(keys, CourierLetter(call_back=call_back))


def cover_frame(keys: VaultKeys) -> bytes:
    """A frame that means nothing, made as an anonymous report's is: of a report and a key that nobody has."""
    return _cover(keys, CourierLetter())


def named_record(
    keys: VaultKeys, ref: bytes, number: int, reporter_key: bytes, identity: Identity | None
) -> tuple[bytes, bytes, bytes]:
    """The `number`-th record of a report: its locator (32 bytes), the sealed record (4,096), its inner frame (3,072).

    A statement "name_added" holds the SHA-256 of the inner frame. Raises ValueError when the identity does not fit.
    """
    inner = age.seal_fixed(keys.discloser, _discloser_layer(ref, identity), INNER)
    layer = record_pb2.VerifierLayer(version=VERSION, ref=ref, reporter_key=reporter_key, inner=inner)
    sealed = age.seal_fixed(keys.verifier, layer.SerializeToString(deterministic=True), SEALED_RECORD)
    return receipts.locator(ref, number), sealed, inner


def _cover(keys: VaultKeys, courier: CourierLetter) -> bytes:
    ref, key = _nobody()
    locator, sealed, _ = named_record(keys, ref, 0, key, None)
    link = LinkerLetter(registration=LinkRegistration(ref=ref, reporter_key=key))
    return _frame(keys, (locator, sealed), _cover_letter(ref, key), link, courier)


def _nobody() -> tuple[bytes, bytes]:
    """The ref and the Ed25519 public key of no report: a point of the curve, as a reporter's is."""
    return secrets.token_bytes(_ID), Ed25519PrivateKey.generate().public_key().public_bytes_raw()


def _cover_letter(ref: bytes, key: bytes) -> VerifierLetter:
    return VerifierLetter(registration=Registration(ref=ref, reporter_key=key))


def _frame(
    keys: VaultKeys, record: tuple[bytes, bytes], verifier: VerifierLetter, linker: LinkerLetter, courier: CourierLetter
) -> bytes:
    locator, sealed = record
    transport = record_pb2.TransportLayer(
        version=VERSION,
        locator=locator,
        sealed_record=sealed,
        to_verifier=_letter(keys.verifier, verifier, VERIFIER_LETTER),
        to_linker=_letter(keys.linker, linker, SHORT_LETTER),
        to_courier=_letter(keys.courier, courier, SHORT_LETTER),
    )
    return age.seal_fixed(keys.transport, transport.SerializeToString(deterministic=True), FRAME_SIZE)


def _letter(recipient: str, letter: Message, sizes: tuple[int, int]) -> bytes:
    padded, frame = sizes
    return age.seal_fixed(recipient, padding.pad(letter.SerializeToString(deterministic=True), padded), frame)


def _discloser_layer(ref: bytes, identity: Identity | None) -> bytes:
    layer = record_pb2.DiscloserLayer(version=VERSION, ref=ref)
    if identity is not None:
        layer.identity.CopyFrom(_named(identity))
    room = DISCLOSER_LAYER - layer.ByteSize()
    # The padding field costs a tag and a length of two bytes, as long as it holds 128 bytes or more.
    layer.padding = bytes(max(room - 3, 0))
    filled = layer.SerializeToString(deterministic=True)
    if room - 3 < 128 or len(filled) != DISCLOSER_LAYER:
        raise ValueError("the identity does not fit its layer")
    return filled


def _named(identity: Identity) -> record_pb2.Identity:
    return record_pb2.Identity(
        given_name=identity.given_name,
        family_name=identity.family_name,
        position=identity.position,
        department=identity.department,
        phone=identity.phone,
        email=identity.email,
    )
