"""The identity record: three nested layers for identity-vault, of one size for everybody (design, section 5).

Each layer is a frame of constant size, because age's own output is not (chassis.sealing.age.seal_fixed).
"""

from chassis.sealing import age, receipts
from intake.domain.identity import Identity
from intake.store.tables import RECORD_SIZE
from intake.usecases.keys import VaultKeys
from paravent.identity_vault.v1 import record_pb2

VERSION = 1
# Bytes, from the inside out. The innermost layer has room for an identity and, later, a contact.
DISCLOSER_LAYER = 2048
INNER = 3072
SEALED_RECORD = 4096


def seal_record(keys: VaultKeys, ref: bytes, reporter_key: bytes, identity: Identity | None) -> bytes:
    """The record to queue: exactly RECORD_SIZE bytes, whether there is an identity or not.

    `reporter_key`: the reporter's Ed25519 public key, which stands here and nowhere else.
    """
    inner = age.seal_fixed(keys.discloser, _discloser_layer(ref, identity), INNER)
    verifier = record_pb2.VerifierLayer(version=VERSION, ref=ref, reporter_key=reporter_key, inner=inner)
    sealed = age.seal_fixed(keys.verifier, verifier.SerializeToString(deterministic=True), SEALED_RECORD)
    transport = record_pb2.TransportLayer(version=VERSION, locator=receipts.locator(ref, 0), sealed_record=sealed)
    return age.seal_fixed(keys.transport, transport.SerializeToString(deterministic=True), RECORD_SIZE)


def _discloser_layer(ref: bytes, identity: Identity | None) -> bytes:
    layer = record_pb2.DiscloserLayer(version=VERSION, ref=ref)
    if identity is not None:
        layer.identity.CopyFrom(_named(identity))
    room = DISCLOSER_LAYER - layer.ByteSize()
    # The padding field costs a tag and a length of two bytes, as long as it holds 128 bytes or more.
    layer.padding = bytes(room - 3)
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
