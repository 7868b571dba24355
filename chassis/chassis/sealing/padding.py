"""Padding, so that a length tells little.

Padmé (Nikitin et al., PETS 2019): a length L leaks at most O(log log L) bits, for at most 12 % more bytes.
"""

# Shorter texts all look alike.
SMALLEST_BUCKET = 1024
_END = b"\x80"


def bucket(length: int) -> int:
    """The padded size for `length` bytes of content (the end mark included), at least SMALLEST_BUCKET."""
    needed = max(length + 1, SMALLEST_BUCKET)
    exponent = needed.bit_length() - 1
    low_bits = exponent - exponent.bit_length()
    mask = (1 << low_bits) - 1
    return (needed + mask) & ~mask


def pad(data: bytes, size: int) -> bytes:
    """Fill to exactly `size` bytes: content, 0x80, zeros. Raises ValueError when the content does not fit."""
    if len(data) + 1 > size:
        raise ValueError("the content does not fit its padded size")
    return data + _END + bytes(size - len(data) - 1)


def pad_to_bucket(data: bytes) -> bytes:
    """Fill to the bucket of the content's length."""
    return pad(data, bucket(len(data)))


def unpad(padded: bytes) -> bytes:
    """Take the filling off. Raises ValueError when there is no end mark."""
    content = padded.rstrip(b"\x00")
    if not content.endswith(_END):
        raise ValueError("not padded content")
    return content[:-1]
