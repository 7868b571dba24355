"""Every form in which a value could stand in a file: plain, encoded, reversed, compressed, hashed."""

import base64
import binascii
import bz2
import gzip
import hashlib
import json
import lzma
import quopri
import urllib.parse
import zlib
from collections.abc import Iterator

# Shorter needles would be found by chance.
SHORTEST = 6


def forms(value: str) -> Iterator[tuple[str, bytes]]:
    """(name of the form, bytes to look for) for one value, each at least SHORTEST bytes long."""
    seen: set[bytes] = set()
    for name, needle in _all_forms(value):
        if len(needle) >= SHORTEST and needle not in seen:
            seen.add(needle)
            yield name, needle


def _all_forms(value: str) -> Iterator[tuple[str, bytes]]:
    for case, text in (("", value), (" lower", value.lower()), (" upper", value.upper())):
        raw = text.encode()
        yield f"plain{case}", raw
        yield f"latin-1{case}", text.encode("latin-1", "replace")
        yield f"utf-16-le{case}", text.encode("utf-16-le")
        yield f"utf-16-be{case}", text.encode("utf-16-be")
        yield f"reversed{case}", text[::-1].encode()
        yield f"hex{case}", binascii.hexlify(raw)
        yield f"HEX{case}", binascii.hexlify(raw).upper()
        yield f"url{case}", urllib.parse.quote(text).encode()
        yield f"url-plus{case}", urllib.parse.quote_plus(text).encode()
        yield f"json{case}", json.dumps(text)[1:-1].encode()
        yield f"quoted-printable{case}", quopri.encodestring(raw).strip()
        yield from ((f"base64+{offset}{case}", part) for offset, part in _base64_parts(raw))
    yield from _hashes(value)


def _base64_parts(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """The part of the base64 text that does not depend on what stands before or after, at each of the three offsets."""
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + raw)
        first = -(-offset * 4 // 3)  # characters that mix with what stands before
        last = (offset + len(raw)) * 8 // 6  # whole characters before what stands behind
        part = encoded[first:last]
        yield offset, part
        yield offset, part.replace(b"+", b"-").replace(b"/", b"_")


def _hashes(value: str) -> Iterator[tuple[str, bytes]]:
    for text in {value, value.lower(), value.strip()}:
        for algorithm in ("md5", "sha1", "sha256"):
            digest = hashlib.new(algorithm, text.encode(), usedforsecurity=False).digest()
            yield algorithm, digest
            yield f"{algorithm} hex", digest.hex().encode()
            yield f"{algorithm} HEX", digest.hex().upper().encode()
            yield f"{algorithm} base64", base64.b64encode(digest).rstrip(b"=")


def unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Whatever compressed stream begins in `data`, opened: gzip, zlib, bzip2, xz."""
    view = memoryview(data)
    for name, magic, opener in _STREAMS:
        start = data.find(magic)
        while start != -1:
            content = opener(view[start:])
            if content:
                yield f"{name}@{start}", content
            start = data.find(magic, start + 1)


def _gunzip(data: memoryview) -> bytes:
    return _inflate(data, zlib.MAX_WBITS | 16)


def _unzlib(data: memoryview) -> bytes:
    return _inflate(data, zlib.MAX_WBITS)


def _inflate(data: memoryview, bits: int) -> bytes:
    try:
        return zlib.decompressobj(bits).decompress(data, 1 << 24)
    except zlib.error:
        return b""


def _bunzip(data: memoryview) -> bytes:
    try:
        return bz2.BZ2Decompressor().decompress(data, 1 << 24)
    except OSError:
        return b""


def _unxz(data: memoryview) -> bytes:
    try:
        return lzma.LZMADecompressor().decompress(data, 1 << 24)
    except lzma.LZMAError:
        return b""


_STREAMS = (
    ("gzip", b"\x1f\x8b\x08", _gunzip),
    ("zlib", b"\x78\x9c", _unzlib),
    ("zlib", b"\x78\xda", _unzlib),
    ("zlib", b"\x78\x01", _unzlib),
    ("bzip2", b"BZh9", _bunzip),
    ("xz", b"\xfd7zXZ\x00", _unxz),
)


def planted_forms(value: str) -> Iterator[tuple[str, bytes]]:
    """One leak of each kind, for the test of the audit itself."""
    raw = value.encode()
    yield "plain", b"x" + raw + b"x"
    for offset in range(3):
        yield f"base64 at offset {offset}", base64.b64encode(b"..."[:offset] + raw + b" and more")
    yield "hexadecimal", raw.hex().encode()
    yield "URL", urllib.parse.urlencode({"q": value}).encode()
    yield "JSON", json.dumps({"name": value}).encode()
    yield "quoted-printable", quopri.encodestring(b"Nom: " + raw)
    yield "UTF-16", value.encode("utf-16")
    yield "reversed", value[::-1].encode()
    yield "gzip", gzip.compress(b"before " + raw + b" after")
    yield "zlib", zlib.compress(b"before " + raw + b" after")
    yield "bzip2", bz2.compress(b"before " + raw + b" after")
    yield "xz", lzma.compress(b"before " + raw + b" after")
    for algorithm in ("md5", "sha1", "sha256"):
        yield algorithm, hashlib.new(algorithm, raw, usedforsecurity=False).hexdigest().encode()
    yield "upper case", value.upper().encode()
