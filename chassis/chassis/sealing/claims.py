"""Codes: eight words with which a person joins a case, once.

Two persons get one: the presumed victim of a witness's report, from the witness; the reporter of an oral report, from
who took it down. A code looks like a receipt and opens nothing twice: who uses it leaves with a receipt of their own.
It is drawn by whoever gives it (intake for a witness, casework for an oral report), so no pepper stands behind it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from google.protobuf.message import DecodeError

from chassis.sealing import age, padding
from chassis.sealing.receipts import Receipt
from chassis.sealing.words import fold
from chassis.signing import BadSignature, check, sign
from paravent.intake.v1.content_pb2 import ClaimOffer, SignedOffer

_OFFER = b"paravent/offer/v1"
# Roles of who joins.
VICTIM, REPORTER = "victim", "reporter"
# Days for which a code can be used.
LIFE = 60


@dataclass(frozen=True, slots=True)
class CodeKeys:
    """What a code gives. `claim_id`: 16 bytes, by which the offer is found."""

    claim_id: bytes
    recipient: str
    identity: str = field(repr=False)


def derive(code: Receipt) -> CodeKeys:
    """Derive a code's keys. Its words are read and drawn as a receipt's are."""
    secret = "-".join(fold(word) for word in code.words).encode()
    pair = age.identity_from_bytes(_expand(secret, b"paravent/claim/v1/age", 32))
    return CodeKeys(_expand(secret, b"paravent/claim/v1/lookup", 16), pair.recipient, pair.secret)


def seal_offer(offer: ClaimOffer, *, report_id: bytes, recipient: str, signing_seed: bytes | None = None) -> bytes:
    """An offer, padded and sealed to a code. `signing_seed`: casework's; None for what a witness draws in intake."""
    content = offer.SerializeToString(deterministic=True)
    signature = sign(signing_seed, _OFFER, report_id, content) if signing_seed else b""
    signed = SignedOffer(offer=content, signature=signature)
    return age.seal(recipient, padding.pad_to_bucket(signed.SerializeToString(deterministic=True)))


def open_offer(envelope: bytes, *, report_id: bytes, identity: str, signers: Iterable[bytes]) -> ClaimOffer:
    """Open an offer. One that makes its holder the reporter must be signed by one of `signers`, casework's keys.

    Raises CannotOpen when it is not for this code, BadSignature when casework did not make it for this report.
    """
    try:
        signed = SignedOffer.FromString(padding.unpad(age.open(identity, envelope)))
        offer = ClaimOffer.FromString(signed.offer)
    except (DecodeError, ValueError):
        raise age.CannotOpen("not an offer") from None
    if offer.role not in (VICTIM, REPORTER) or len(offer.ref) != 16:
        raise age.CannotOpen("not an offer")
    if offer.role == REPORTER and not any(_holds(key, signed, report_id) for key in signers):
        raise BadSignature("no key of casework signed this offer")
    return offer


def _holds(key: bytes, signed: SignedOffer, report_id: bytes) -> bool:
    try:
        check(key, signed.signature, _OFFER, report_id, signed.offer)
    except BadSignature:
        return False
    return True


def _expand(secret: bytes, label: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=label).derive(secret)
