"""The values that stand in identity-vault's zone, and those that stand anywhere else."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import md5, sha1, sha256
from pathlib import Path
from typing import Any

from local_platform.demo import Demo
from tests.support import stores

# Shorter values are equal by chance.
SHORTEST = 8
_TOKEN = re.compile(r"[A-Za-z0-9_+/=-]{8,}")
# "=" stands inside no value, only after base64: "longest=0" of two PostgreSQL logs is a name and a short number.
_ASSIGNED = re.compile(r"=(?=[^=])")
# Letters of the shortest base64 text that matters.
_WORD = 20
# ConnectionRefusedError: a type's name, as logs tell it. One letters-only base64 text in hundreds looks so.
_TYPE = re.compile(r"(?:[A-Z]{1,4}[a-z]{3,}){2,}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# A long value is also cut in pieces where its own bytes say so, so that one ciphertext inside another is found,
# wherever it begins there.
_PIECE = 16
_CUT_BELOW = 16
# How every age file begins: the only thing that two ciphertexts share.
_AGE = b"age-encryption.org/v1\n-> X25519 "

# The signed journal, and what was erased.
_VAULT_FILES = ("vault-journal", "vault-erasure-ledger")

Values = dict[bytes, set[str]]


@dataclass
class Zones:
    """Value -> the places where it stands, on each side of the border."""

    vault: Values = field(default_factory=dict)
    others: Values = field(default_factory=dict)

    def add(self, more: "Zones") -> None:
        for mine, theirs in ((self.vault, more.vault), (self.others, more.others)):
            for value, places in theirs.items():
                mine.setdefault(value, set()).update(places)

    def without(self, earlier: "Zones") -> "Zones":
        """What is new since an earlier look: constants of the platform stood there before any report."""
        return Zones(
            {value: places for value, places in self.vault.items() if value not in earlier.vault},
            {value: places for value, places in self.others.items() if value not in earlier.others},
        )

    def joins(self) -> set[tuple[str, str]]:
        """(place in identity-vault's zone, place elsewhere) of every value that stands in both, or on one side as it is
        and on the other as a plain hash of it; never the value."""
        common = self.vault.keys() & self.others.keys()
        found = {(here, there) for value in common for here in self.vault[value] for there in self.others[value]}
        found |= {(here, there) for there, here in _by_hash(self.others, self.vault)}
        return found | set(_by_hash(self.vault, self.others))


def _by_hash(plain: Values, hashed: Values) -> Iterator[tuple[str, str]]:
    """(place of a value, place of its hash)."""
    for value, places in plain.items():
        for digest in (md5(value, usedforsecurity=False), sha1(value, usedforsecurity=False), sha256(value)):
            if there := hashed.get(digest.digest()):
                yield from ((here, other) for here in places for other in there)


def look(demo: Demo) -> Zones:
    """Every value of both zones: databases, OpenBao, journal, ledger, logs, traces, mails, names of blobs."""
    vault: Values = {}
    others: Values = {}
    for place, value in stores.values(demo, stores.VAULT):
        note(vault, place, value)
    for path, data in stores.records(demo):
        note(vault, "openbao path", path)
        note(vault, "openbao record", data)
    for service in stores.SHARED:
        for place, value in stores.values(demo, service):
            note(others, place, value)
    for name in ("intake-blobs", "casework-blobs"):
        for blob in demo.shared_folder(name).iterdir():
            note(others, f"name of a blob in {name}", blob.name)
    for side, path in _texts(demo):
        note(vault if side == stores.VAULT else others, str(path.name), path.read_text(errors="replace"))
    return Zones(vault, others)


def note(values: Values, place: str, value: Any) -> None:
    """Write down a value, in whatever form it comes, and the pieces of a long one."""
    for raw in _raw_forms(value):
        if len(raw) >= SHORTEST:
            values.setdefault(raw, set()).add(place)
            for piece in _pieces(raw):
                values.setdefault(piece, set()).add(place)


def _pieces(raw: bytes) -> Iterator[bytes]:
    for start in range(len(raw) - _PIECE):
        if raw[start] < _CUT_BELOW:
            piece = raw[start : start + _PIECE]
            if not _says_nothing(piece):
                yield piece


def _says_nothing(piece: bytes) -> bool:
    """Bytes of which every ciphertext has the same: how it begins, after its length, and the zeros that it ends in."""
    shared = piece in _AGE or any(_AGE.startswith(piece[start:]) for start in range(1, SHORTEST))
    return shared or len(piece.strip(b"\x00")) < SHORTEST


def _raw_forms(value: Any) -> Iterator[bytes]:
    if isinstance(value, (bytes, memoryview)):
        yield bytes(value)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _raw_forms(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _raw_forms(inner)
    elif isinstance(value, str):
        yield from _of_text(value)
    elif value is not None and not isinstance(value, (bool, int)):
        yield from _of_text(str(value))


def _of_text(text: str) -> Iterator[bytes]:
    """Each token of a text, whole and in its parts, as it stands and decoded. Days and plain words tell nothing."""
    for token in _TOKEN.findall(text):
        for value in _ASSIGNED.split(token):
            for part in {value, *re.split("[/=]", value)}:
                if _DAY.match(part) or _is_word(part):
                    continue
                yield part.encode()
                yield from _decoded(part)


def _is_word(part: str) -> bool:
    """Not 16 random bytes in base64, one in forty of which are letters only."""
    bare = re.sub("[-_/]", "", part)
    return bare.isalpha() and (len(bare) < _WORD or bare.islower() or bare.isupper() or bool(_TYPE.fullmatch(bare)))


def _decoded(token: str) -> Iterator[bytes]:
    bare = token.replace("-", "")
    if len(bare) % 2 == 0:
        try:
            yield binascii.unhexlify(bare)
        except binascii.Error:
            pass
        else:
            return
    for decode in (base64.b64decode, base64.urlsafe_b64decode):
        try:
            yield decode(token + "=" * (-len(token) % 4))
        except (binascii.Error, ValueError):
            continue


def _texts(demo: Demo) -> Iterable[tuple[str, Path]]:
    """(zone, file) of everything that is written as text."""
    for path in demo.layout.folder("logs").glob("*.log"):
        in_vault = path.name.startswith((stores.VAULT, "openbao", "vault-postgres"))
        yield (stores.VAULT if in_vault else "others"), path
    kept = [path for name in _VAULT_FILES for path in demo.stores()[name].rglob("*") if path.is_file()]
    kept += [path for path in demo.stores()["openbao"].rglob("*audit*") if path.is_file()]
    yield from ((stores.VAULT, path) for path in kept)
    for folder in (demo.layout.folder("mail"), demo.otlp):
        for path in folder.rglob("*"):
            if path.is_file():
                yield "others", path
