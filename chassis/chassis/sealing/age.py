"""age (X25519) through pyrage.

age adds a stanza of random size to each file ("grease"), so two ciphertexts of equal plaintexts differ in length. Where
the length itself must tell nothing, use `seal_fixed`: a frame of a constant size around the ciphertext.
"""

import secrets
from dataclasses import dataclass, field
from typing import BinaryIO

import pyrage

_CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
# Length prefix of a fixed frame, bytes.
_PREFIX = 4


class CannotOpen(Exception):
    """The key does not open this ciphertext, or the ciphertext was altered. Says no more on purpose."""


class TooLarge(ValueError):
    """The data does not fit the constant size."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A key pair: `secret` is "AGE-SECRET-KEY-1...", `recipient` is "age1..."."""

    secret: str = field(repr=False)
    recipient: str


def new_identity() -> Identity:
    """A fresh random key pair."""
    return identity_from_bytes(secrets.token_bytes(32))


def identity_from_bytes(scalar: bytes) -> Identity:
    """The key pair of 32 secret bytes."""
    if len(scalar) != 32:
        raise ValueError("an X25519 identity is 32 bytes")
    secret = _bech32("age-secret-key-", scalar).upper()
    return Identity(secret, recipient_of(secret))


def recipient_of(secret: str) -> str:
    """The public half of "AGE-SECRET-KEY-1...". Raises CannotOpen when that is not a key."""
    try:
        return str(pyrage.x25519.Identity.from_str(secret).to_public())
    except pyrage.IdentityError:
        raise CannotOpen("not an age identity") from None


def seal(recipient: str, data: bytes) -> bytes:
    """Encrypt `data` to one recipient. Raises ValueError when that is not an age recipient."""
    return bytes(pyrage.encrypt(data, [_recipient(recipient)]))


def open(secret: str, sealed: bytes) -> bytes:
    """Decrypt. Raises CannotOpen."""
    try:
        return bytes(pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(secret)]))
    except (pyrage.DecryptError, pyrage.IdentityError):
        raise CannotOpen("this key does not open it") from None


def seal_fixed(recipient: str, data: bytes, size: int) -> bytes:
    """Encrypt into a frame of exactly `size` bytes: length (4, big endian), ciphertext, random filling.

    `size` must leave 600 bytes over `data`, for age's own header. Raises TooLarge when it does not.
    """
    sealed = seal(recipient, data)
    room = size - _PREFIX - len(sealed)
    if room < 0 or len(data) + 600 > size:
        raise TooLarge("the frame is too small for this data")
    return len(sealed).to_bytes(_PREFIX, "big") + sealed + secrets.token_bytes(room)


def open_fixed(secret: str, framed: bytes) -> bytes:
    """Decrypt what `seal_fixed` made. Raises CannotOpen."""
    length = int.from_bytes(framed[:_PREFIX], "big")
    if len(framed) < _PREFIX + length:
        raise CannotOpen("the frame is cut")
    return open(secret, framed[_PREFIX : _PREFIX + length])


def seal_stream(recipient: str, source: BinaryIO, target: BinaryIO) -> None:
    """Encrypt a stream chunk by chunk, in constant memory."""
    pyrage.encrypt_io(source, target, [_recipient(recipient)])


def open_stream(secret: str, source: BinaryIO, target: BinaryIO) -> None:
    """Decrypt a stream chunk by chunk. Raises CannotOpen; what was written before must then be thrown away."""
    try:
        pyrage.decrypt_io(source, target, [pyrage.x25519.Identity.from_str(secret)])
    except (pyrage.DecryptError, pyrage.IdentityError):
        raise CannotOpen("this key does not open it") from None
    except OSError as error:
        if error.errno is not None:  # a fault of the source or of the target
            raise
        raise CannotOpen("the stream was altered or cut") from None  # pyrage tells it as an OSError without number


def _recipient(text: str) -> "pyrage.x25519.Recipient":
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise ValueError("not an age recipient") from None


def _bech32(prefix: str, data: bytes) -> str:
    """BIP 173, which age uses to write its keys."""
    bits = int.from_bytes(data, "big") << 4  # 256 bits, filled to 52 groups of five
    groups = [(bits >> 5 * (51 - place)) & 31 for place in range(52)]
    values = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + groups
    check = _polymod([*values, 0, 0, 0, 0, 0, 0]) ^ 1
    groups += [(check >> 5 * (5 - place)) & 31 for place in range(6)]
    return prefix + "1" + "".join(_CHARSET[group] for group in groups)


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATOR):
            check ^= generator if (top >> place) & 1 else 0
    return check
