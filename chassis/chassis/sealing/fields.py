"""Encryption of single fields under a key that the caller holds: AES-256-GCM, bound to the field's place."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chassis.sealing.age import CannotOpen

_NONCE = 12


class FieldCipher:
    """Seals fields under one 32-byte key.

    `context` names the place ("cases/<id>/text"): a ciphertext moved to another row or column does not open there.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("a field key is 32 bytes")
        self._cipher = AESGCM(key)

    def __repr__(self) -> str:
        return "FieldCipher(•••)"

    def seal(self, context: str, data: bytes) -> bytes:
        """Nonce (12 bytes), ciphertext, tag."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, data, context.encode())

    def open(self, context: str, sealed: bytes) -> bytes:
        """Raises CannotOpen for another key, another context or altered bytes."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode())
        except (InvalidTag, ValueError):
            raise CannotOpen("this key does not open this field here") from None
