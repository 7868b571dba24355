"""Signatures of privileged events: a broker password is not enough to appoint a referent.

The signature covers a domain tag, the event's id, its type and its payload, each with its length, so that no signed
event can be read as another one.
"""

import uuid
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_EVENT = b"paravent/event/v1"


class BadSignature(Exception):
    """The signature is missing, unknown or wrong."""


def framed(domain: bytes, *parts: bytes) -> bytes:
    """What is signed: the domain and each part, each after its length (8 bytes, big endian)."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in (domain, *parts))


def sign(seed: bytes, domain: bytes, *parts: bytes) -> bytes:
    """Ed25519 over the framed parts; 64 bytes."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(framed(domain, *parts))


def check(public_key: bytes, signature: bytes, domain: bytes, *parts: bytes) -> None:
    """Raises BadSignature unless `signature` is `public_key`'s over the framed parts."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, framed(domain, *parts))
    except (InvalidSignature, ValueError):
        raise BadSignature("the signature does not hold") from None


def public_half(seed: bytes) -> bytes:
    """The Ed25519 public key (32 bytes) of a seed (32 bytes)."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


class EventSigner:
    """Signs the privileged events of one producer."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed

    @classmethod
    def from_hex(cls, text: str) -> "EventSigner":
        """From a seed file's content: 64 hexadecimal digits."""
        return cls(bytes.fromhex(text.strip()))

    def __repr__(self) -> str:
        return "EventSigner(•••)"

    def sign(self, event_id: uuid.UUID, type_name: str, payload: bytes) -> bytes:
        return sign(self._seed, _EVENT, event_id.bytes, type_name.encode(), payload)


class EventVerifier:
    """Verifies privileged events by their producer's public key."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = dict(keys)

    @classmethod
    def from_files(cls, files: Mapping[str, Path]) -> "EventVerifier":
        """Producer -> file with its Ed25519 public key in hexadecimal (settings `trusted_signers`)."""
        return cls({producer: bytes.fromhex(path.read_text().strip()) for producer, path in files.items()})

    def check(
        self, producer: str, event_id: uuid.UUID, type_name: str, payload: bytes, signature: bytes | None
    ) -> None:
        """Raises BadSignature."""
        key = self._keys.get(producer)
        if key is None or not signature:
            raise BadSignature("a privileged event without a signature that can be checked")
        check(key, signature, _EVENT, event_id.bytes, type_name.encode(), payload)
