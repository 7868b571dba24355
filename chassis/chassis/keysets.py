"""Key sets: public keys that a consumer may trust because the deployment's root key stands behind them.

root (offline) signs issuing keys; an issuing key signs versioned key sets. A consumer holds the root's public key and
refuses what is unsigned, out of date or older than what it has.
"""

from datetime import date

from google.protobuf.message import DecodeError

from chassis.signing import BadSignature, check, public_half, sign
from paravent.keys.v1.keys_pb2 import IssuingKey, KeySet, KeyUse, PublicKey, SignedKeySet

_ISSUING = b"paravent/issuing-key/v1"
_KEY_SET = b"paravent/key-set/v1"


class KeySetRefused(Exception):
    """The key set must not be used; the message says which check failed."""


def certify(root_seed: bytes, issuer: str, issuing_seed: bytes, *, valid_from: date, valid_until: date) -> SignedKeySet:
    """Sign an issuing key with the root's. Answers a SignedKeySet that holds the certificate only."""
    issuing = IssuingKey(
        issuer=issuer,
        public_key=public_half(issuing_seed),
        valid_from=valid_from.isoformat(),
        valid_until=valid_until.isoformat(),
    ).SerializeToString(deterministic=True)
    return SignedKeySet(issuing_key=issuing, issuing_key_signature=sign(root_seed, _ISSUING, issuing))


def publish(certificate: SignedKeySet, issuing_seed: bytes, version: int, keys: list[PublicKey]) -> bytes:
    """A serialised SignedKeySet of these keys, under an issuing key that the root certified."""
    issuer = IssuingKey.FromString(certificate.issuing_key).issuer
    content = KeySet(issuer=issuer, version=version, keys=keys).SerializeToString(deterministic=True)
    signed = SignedKeySet()
    signed.CopyFrom(certificate)
    signed.key_set = content
    signed.key_set_signature = sign(issuing_seed, _KEY_SET, content)
    return signed.SerializeToString(deterministic=True)


def verify(signed: bytes, root_key: bytes, *, issuer: str, today: date, newer_than: int = 0) -> KeySet:
    """The key set, once the whole chain holds. Raises KeySetRefused.

    `newer_than`: version that the consumer already has; an older or equal one is refused.
    """
    try:
        envelope = SignedKeySet.FromString(signed)
        check(root_key, envelope.issuing_key_signature, _ISSUING, envelope.issuing_key)
        issuing = IssuingKey.FromString(envelope.issuing_key)
        check(issuing.public_key, envelope.key_set_signature, _KEY_SET, envelope.key_set)
        keys = KeySet.FromString(envelope.key_set)
    except (BadSignature, DecodeError):
        raise KeySetRefused("the chain of signatures does not hold") from None
    if issuing.issuer != issuer or keys.issuer != issuer:
        raise KeySetRefused("signed by another issuer")
    if not issuing.valid_from <= today.isoformat() <= issuing.valid_until:
        raise KeySetRefused("the issuing key is out of its dates")
    if keys.version <= newer_than:
        raise KeySetRefused("not newer than the set at hand")
    return keys


def find(keys: KeySet, use: KeyUse | int, period: str, cdg_id: str = "") -> str | None:
    """The value of the key for this use, period and CdG; None when the set has none."""
    for key in keys.keys:
        if key.use == use and key.period == period and key.cdg_id == cdg_id:
            return key.value
    return None
