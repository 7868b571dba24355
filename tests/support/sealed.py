"""What is sealed of each report, seen by somebody who has every key of the platform at once, as nobody may."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from chassis.sealing import age, padding, receipts
from chassis.sealing.receipts import Receipt, ReporterKeys
from identity_vault.usecases.bodies import unlock
from local_platform.demo import Demo
from paravent.identity_vault.v1.record_pb2 import DiscloserLayer, Identity, VerifierLayer
from paravent.intake.v1.content_pb2 import ReporterCopy
from tests.support import stores


@dataclass(frozen=True)
class Record:
    """One identity record, opened to its inside. `version`: how often it was written."""

    path: str
    version: int
    created_time: str
    ref: bytes = field(repr=False)
    identity: Identity | None = field(repr=False)


def refs(demo: Demo, words: Iterable[str]) -> list[bytes]:
    """The refs of these receipts' reports, from the reporters' own copies. Raises AssertionError for one without."""
    pepper = bytes.fromhex((demo.secrets("intake.web") / "intake_pepper").read_text().strip())
    with stores.connect(demo, "intake") as connection:
        return [_ref(connection, receipts.derive(Receipt.parse(one), pepper)) for one in words]


def records_of(demo: Demo, words: Iterable[str]) -> "Counter[bytes]":
    """How many stored records these receipts' reports have: covers are of other refs."""
    known = set(refs(demo, words))
    return Counter(record.ref for record in records(demo) if record.ref in known)


def records(demo: Demo) -> Iterator[Record]:
    """Every stored record, covers among them. Raises AssertionError when a layer does not belong to the next."""
    keys = dict(stores.rows(demo, stores.VAULT, "SELECT path, key FROM record_keys"))
    verifier, discloser = _secrets(demo, "verifier"), _secrets(demo, "discloser")
    for path, data in stores.records(demo):
        sealed = unlock(path, keys[path], stores.body_of(data))
        outer = VerifierLayer.FromString(_open(verifier, sealed))
        inner = DiscloserLayer.FromString(_open(discloser, outer.inner))
        assert inner.ref == outer.ref
        meta = data["metadata"]
        identity = inner.identity if inner.HasField("identity") else None
        yield Record(path, meta["version"], meta["created_time"], outer.ref, identity)


def _ref(connection: "psycopg.Connection[tuple[bytes]]", reporter: ReporterKeys) -> bytes:
    query = "SELECT reporter_envelope FROM reports WHERE lookup_id = %s"
    row = connection.execute(query, (reporter.lookup_id,)).fetchone()
    assert row is not None, "a receipt without a report"
    return bytes(ReporterCopy.FromString(padding.unpad(age.open(reporter.identity, bytes(row[0])))).ref)


def _secrets(demo: Demo, process: str) -> list[str]:
    folder: Path = demo.shared_folder(f"vault-{process}-keys")
    return [file.read_text().strip() for file in folder.glob("*.key")]


def _open(keys: list[str], framed: bytes) -> bytes:
    for key in keys:
        try:
            return age.open_fixed(key, framed)
        except age.CannotOpen:
            continue
    raise AssertionError("no key opens this layer")
