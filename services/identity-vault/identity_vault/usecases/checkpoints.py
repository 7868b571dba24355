"""Signing the journal: what a second body gets each day, so that nobody here can change what was."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import Any

import rfc8785

from chassis.signing import BadSignature, check, sign
from identity_vault.domain.journal import (
    BEGINNING,
    Check,
    Checkpoint,
    Entry,
    Fault,
    InvalidEntry,
    Part,
    Place,
    Row,
    parse,
    read_checkpoint,
    verify,
    verify_chain,
)

_LABEL = b"paravent/journal-checkpoint/v1"


class Tampered(Exception):
    """The journal does not hold: nothing is signed."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.place.segment} {fault.place.seq} {fault.what}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database holds: checkpoints, oldest first, of segments still there; rows; what a dropped one left."""

    checkpoints: Sequence[Checkpoint] = field(repr=False)
    rows: Sequence[Row] = field(repr=False)
    opening: bytes = field(default=BEGINNING, repr=False)


def checker(public_key: bytes) -> Check:
    """Tells whether a checkpoint was signed with this key's private half."""

    def holds(content: bytes, signature: bytes) -> bool:
        try:
            check(public_key, signature, _LABEL, content)
        except BadSignature:
            return False
        return True

    return holds


def check_kept(kept: Kept, holds: Check) -> None:
    """Raises Tampered with the first bad entry."""
    signed = [Part(rows_of(kept.rows, one), one) for one in kept.checkpoints]
    fault = verify(signed, holds) or _first_gap(kept)
    if fault is None:
        new, opening = unsigned(kept)
        fault = verify_chain(new, opening)
    if fault:
        raise Tampered(fault)


def unsigned(kept: Kept) -> tuple[list[Row], bytes]:
    """The rows after the last checkpoint, and the hash that the first of them follows."""
    if not kept.checkpoints:
        return list(kept.rows), kept.opening
    last = kept.checkpoints[-1]
    end = Place(last.first.segment, last.first.seq + len(last.hashes))
    return [row for row in kept.rows if row.place >= end], last.closing


def sign_new(kept: Kept, seed: bytes, today: date) -> list[Checkpoint]:
    """Checkpoints of what is new, one for each month; one without entries when there was none today yet."""
    rows, opening = unsigned(kept)
    last = kept.checkpoints[-1] if kept.checkpoints else None
    made: list[Checkpoint] = []
    for segment, months in groupby(rows, lambda row: row.place.segment):
        group = list(months)
        first = Place(segment, group[0].place.seq)
        last = _signed(last, today, first, opening, tuple(row.hash for row in group), seed)
        opening = last.closing
        made.append(last)
    if not made and last and last.day != today.isoformat():
        first = Place(last.first.segment, last.first.seq + len(last.hashes))
        made.append(_signed(last, today, first, opening, (), seed))
    return made


def _signed(
    before: Checkpoint | None, today: date, first: Place, opening: bytes, hashes: tuple[bytes, ...], seed: bytes
) -> Checkpoint:
    number, previous = (before.number + 1, before.digest()) if before else (1, BEGINNING)
    bare = Checkpoint(number, today.isoformat(), first, opening, hashes, previous)
    return replace(bare, signature=sign(seed, _LABEL, bare.canonical()))


def rows_of(rows: Sequence[Row], checkpoint: Checkpoint) -> list[Row]:
    """Those that a checkpoint is about."""
    segment, start = checkpoint.first
    end = start + len(checkpoint.hashes)
    return [row for row in rows if row.place.segment == segment and start <= row.place.seq < end]


def _first_gap(kept: Kept) -> Fault | None:
    """A row that no checkpoint is about, before the last one's: slipped in."""
    covered = {Place(one.first.segment, one.first.seq + n) for one in kept.checkpoints for n in range(len(one.hashes))}
    last = max(covered, default=Place("", 0))
    slipped = (row.place for row in kept.rows if row.place < last and row.place not in covered)
    return next((Fault(place, "inserted") for place in slipped), None)


def file_name(checkpoint: Checkpoint) -> str:
    return f"{checkpoint.number:06d}-{checkpoint.day}.jsonl"


def file_content(part: Part) -> bytes:
    """One line for each entry, then one for the checkpoint; each RFC 8785."""
    assert part.checkpoint
    lines = [rfc8785.dumps(_row_out(row)) for row in part.rows]
    signature = part.checkpoint.signature.hex()
    lines.append(rfc8785.dumps({"checkpoint": json.loads(part.checkpoint.canonical()), "signature": signature}))
    return b"\n".join(lines) + b"\n"


def read_file(data: bytes) -> Part:
    """The rows and the checkpoint of a file. A line that cannot be read is a row of nothing, which no hash fits."""
    rows: list[Row] = []
    checkpoint = None
    for line in data.splitlines():
        try:
            content = json.loads(line)
            if "checkpoint" in content:
                checkpoint = read_checkpoint(content["checkpoint"], bytes.fromhex(content["signature"]))
                continue
            rows.append(_row_in(content))
        except (InvalidEntry, KeyError, TypeError, ValueError):
            rows.append(Row(Place("", 0), line, b"", b""))
    return Part(rows, checkpoint)


def _row_out(row: Row) -> dict[str, Any]:
    return {
        "segment": row.place.segment,
        "seq": row.place.seq,
        "entry": json.loads(row.entry),
        "previous": row.previous.hex(),
        "hash": row.hash.hex(),
    }


def _row_in(content: dict[str, object]) -> Row:
    if set(content) != {"segment", "seq", "entry", "previous", "hash"}:
        raise InvalidEntry("not a row")
    entry: Entry = parse(content["entry"])
    place = Place(str(content["segment"]), int(str(content["seq"])))
    return Row(place, entry.canonical(), bytes.fromhex(str(content["previous"])), bytes.fromhex(str(content["hash"])))
