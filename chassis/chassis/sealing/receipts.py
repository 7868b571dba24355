"""The receipt: eight words, the only thing that opens a report again.

Eight words of 7,776 give 103 bits. Everything is derived from the *folded* words, never from their rank, so that
accents, capitals and separators do not matter and the list can be re-sorted. Of what is derived, intake stores the
lookup id and the age recipient only; the Ed25519 public key stands in identity-vault's zone only (design, section 5).
"""

import re
import secrets
from dataclasses import dataclass, field
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chassis.sealing import age
from chassis.sealing.words import WORDS, fold

LENGTH = 8


class NotAReceipt(ValueError):
    """What was typed is not eight words of the list. `faults` holds the places (1 to 8) of the unknown words."""

    def __init__(self, message: str, faults: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Receipt:
    """Eight words. Its text never shows in a repr."""

    words: tuple[str, ...] = field(repr=False)

    @classmethod
    def draw(cls) -> "Receipt":
        """Draw eight words, uniformly and independently."""
        return cls(tuple(secrets.choice(WORDS) for _ in range(LENGTH)))

    @classmethod
    def parse(cls, typed: str) -> "Receipt":
        """Read what a person typed: capitals, accents and separators are free. Raises NotAReceipt."""
        words = [word for word in re.split(r"[^a-z]+", fold(typed)) if word]
        known = _by_folded_word()
        faults = tuple(place for place, word in enumerate(words, 1) if word not in known)
        if len(words) != LENGTH:
            raise NotAReceipt("not eight words", faults)
        if faults:
            raise NotAReceipt("unknown words", faults)
        return cls(tuple(known[word] for word in words))

    @property
    def text(self) -> str:
        """The words, with spaces between."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class ReporterKeys:
    """What a receipt gives. `lookup_id`: 16 bytes. `signing_seed`, `verify_key`: Ed25519, 32 bytes each."""

    lookup_id: bytes
    recipient: str
    identity: str = field(repr=False)
    signing_seed: bytes = field(repr=False)
    verify_key: bytes = field(repr=False)


def derive(receipt: Receipt, pepper: bytes) -> ReporterKeys:
    """Derive the reporter's keys. `pepper`: the deployment's 32 secret bytes, kept outside databases and OpenBao."""
    if len(pepper) < 32:
        raise ValueError("the pepper is at least 32 bytes")
    secret = "-".join(fold(word) for word in receipt.words).encode()
    pair = age.identity_from_bytes(_expand(secret, pepper, b"paravent/receipt/v1/age", 32))
    seed = _expand(secret, pepper, b"paravent/receipt/v1/ed25519", 32)
    return ReporterKeys(
        lookup_id=_expand(secret, pepper, b"paravent/receipt/v1/lookup", 16),
        recipient=pair.recipient,
        identity=pair.secret,
        signing_seed=seed,
        verify_key=Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw(),
    )


def locator(ref: bytes, number: int) -> bytes:
    """Where the `number`-th identity record of a report stands: 32 bytes that only a holder of `ref` can tell."""
    if len(ref) != 16:
        raise ValueError("ref is 16 bytes")
    return _expand(ref, None, b"vault-locator/" + str(number).encode(), 32)


def _expand(secret: bytes, salt: bytes | None, label: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=label).derive(secret)


@cache
def _by_folded_word() -> dict[str, str]:
    return {fold(word): word for word in WORDS}
