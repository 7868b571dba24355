"""The journal: what was done with identities, each entry chained to the one before by its hash.

Entries stand in monthly segments, so that an old one can be dropped; the first entry of a segment carries the last hash
of the segment before. A checkpoint repeats the hashes of the entries since the one before, and is signed: who holds the
checkpoints finds any entry that was edited, removed, moved or slipped in, even when every later hash was made anew.
"""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import rfc8785

VERSION = 1
HASH = 32
# What the very first entry follows.
BEGINNING = bytes(HASH)
_LABEL = b"paravent/journal/v1"
_SECOND = "%Y-%m-%dT%H:%M:%SZ"


class Kind(StrEnum):
    """Everything that the journal tells. Sealed records are not in it: they are a daily count."""

    CONSENT_RECORDED = "consent_recorded"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONSENT_HASTENED = "consent_hastened"
    CONSENT_REFUSED = "consent_refused"
    DISCLOSURE = "disclosure"
    DISCLOSURE_REFUSED = "disclosure_refused"
    NAME_ADDED = "name_added"
    NAME_WITHDRAWN = "name_withdrawn"
    KEY_REPLACED = "key_replaced"
    REGISTRATION_CONFLICT = "registration_conflict"
    PASSKEY_REGISTERED = "passkey_registered"
    PASSKEY_WITHDRAWN = "passkey_withdrawn"
    RECOVERY_ASKED = "recovery_asked"
    RECOVERY_SIGNED = "recovery_signed"
    RECOVERY_REFUSED = "recovery_refused"
    RECOVERY_ENDED = "recovery_ended"
    ORDER_CREATED = "order_created"
    ORDER_SIGNED = "order_signed"
    ORDER_CARRIED_OUT = "order_carried_out"
    ORDER_REFUSED = "order_refused"
    EXTENSION_CREATED = "extension_created"
    EXTENSION_SIGNED = "extension_signed"
    NOTICE_EXTENDED = "notice_extended"
    ERASURE_ASKED = "erasure_asked"
    ERASURE_SIGNED = "erasure_signed"
    ERASURE_UNDONE = "erasure_undone"
    ERASED = "erased"
    KEY_ROTATED = "key_rotated"
    ALARM = "alarm"


# Why, as a code. A reason that is not in this list is a fault of ours: words go into `sealed`.
REASONS = frozenset(
    {
        "",
        # what a disclosure is for (chassis.sealing.statements.PURPOSES)
        *("meeting", "support", "protection", "inquiry", "procedure"),
        # what a refusal says (chassis.rpc.Detail)
        *("bad-id-token", "bad-passkey", "passkey-waits", "unknown-handle", "not-yet", "expired", "used", "withdrawn"),
        *("other-addressee", "bad-statement", "record-mismatch", "no-record", "no-name", "limit-reached", "bad-order"),
        *("not-a-custodian", "invalid-record", "denied", "no-consent", "replayed", "unknown-key", "store-away"),
        # why a passkey is withdrawn, or somebody's word that it is lost counts no more
        *("lost", "owner", "wrong-codes", "asked-again"),
        # why something is erased (ErasureOrder.reason), and on whose word
        *("retention", "reporter", "court", "custodians", "lost-receipt"),
        # what an operator signed for
        *("undo", "confirm"),
        # judicial demands
        *("denunciation", "requisition"),
        # what an alarm is about
        *("per-addressee", "per-cdg", "out-of-hours", "burst", "burst-confirmed", "unreadable"),
        # why a key was rotated
        *("yearly", "exposed"),
    }
)


class InvalidEntry(ValueError):
    """Not an entry of this version. Says no more on purpose."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `at`: aware, to the second. `subject`: the tag of a report, or of whose passkeys it is
    about, `actor`: of who did it; both empty where there is none. `reason`: a code of REASONS. `sealed`: words for the
    DPO, encrypted to their key.
    """

    kind: Kind
    at: datetime
    subject: bytes = field(default=b"", repr=False)
    actor: bytes = field(default=b"", repr=False)
    reason: str = ""
    sealed: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        if self.at.tzinfo is None or self.reason not in REASONS:
            raise InvalidEntry("an aware instant and a known reason are needed")

    @property
    def month(self) -> str:
        """YYYY-MM, UTC."""
        return self.at.astimezone(UTC).strftime("%Y-%m")

    def canonical(self) -> bytes:
        """The bytes that are chained: RFC 8785."""
        content = {
            "v": VERSION,
            "kind": self.kind.value,
            "at": self.at.astimezone(UTC).strftime(_SECOND),
            "subject": _out(self.subject),
            "actor": _out(self.actor),
            "reason": self.reason,
            "sealed": _out(self.sealed),
        }
        data: bytes = rfc8785.dumps(content)
        return data


def parse(content: Any) -> Entry:
    """The entry of a JSON object. Raises InvalidEntry."""
    try:
        if content["v"] != VERSION or len(content) != 7:
            raise InvalidEntry("another version")
        at = datetime.strptime(content["at"], _SECOND).replace(tzinfo=UTC)
        subject, actor, sealed = (_in(content[name]) for name in ("subject", "actor", "sealed"))
        return Entry(Kind(content["kind"]), at, subject, actor, content["reason"], sealed)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InvalidEntry("not an entry") from None


class Place(NamedTuple):
    """Where an entry stands: segment YYYY-MM, and number in it from 1."""

    segment: str
    seq: int


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in its place. `entry`: canonical bytes."""

    place: Place
    entry: bytes = field(repr=False)
    previous: bytes = field(repr=False)
    hash: bytes = field(repr=False)

    def digest(self) -> bytes:
        """What its hash must be."""
        return chain(self.place, self.previous, self.entry)


def chain(place: Place, previous: bytes, entry: bytes) -> bytes:
    """SHA-256 over place, previous hash and entry, each after its length."""
    parts = (_LABEL, place.segment.encode(), place.seq.to_bytes(8, "big"), previous, entry)
    return hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).digest()


def follow(last: Row | None, entry: Entry, *, closing: tuple[str, bytes] | None = None) -> Row:
    """The row of an entry appended after `last`.

    `closing`: segment and last hash of what was dropped, when nothing is left. A segment never goes back: an entry of a
    month that is over joins the newest segment.
    """
    segment, previous = (last.place.segment, last.hash) if last else closing or ("", BEGINNING)
    if last and entry.month <= segment:
        place = Place(segment, last.place.seq + 1)
    else:
        place = Place(max(entry.month, segment), 1)
    data = entry.canonical()
    return Row(place, data, previous, chain(place, previous, data))


class Fault(NamedTuple):
    """The first bad entry, and what became of it: edited, removed, reordered, inserted, signature."""

    place: Place
    what: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What was in the journal on a day: the hashes of the entries of one segment since the checkpoint before.

    `first`: the place of the first of them. `previous`: SHA-256 of the checkpoint before, BEGINNING for the first.
    """

    number: int
    day: str
    first: Place
    opening: bytes = field(repr=False)
    hashes: tuple[bytes, ...] = field(repr=False)
    previous: bytes = field(repr=False)
    signature: bytes = field(default=b"", repr=False)

    def canonical(self) -> bytes:
        """The bytes that are signed: RFC 8785."""
        content: dict[str, Any] = {
            "v": VERSION,
            "number": self.number,
            "day": self.day,
            "segment": self.first.segment,
            "seq": self.first.seq,
            "opening": self.opening.hex(),
            "hashes": [value.hex() for value in self.hashes],
            "previous": self.previous.hex(),
        }
        data: bytes = rfc8785.dumps(content)
        return data

    def digest(self) -> bytes:
        return hashlib.sha256(self.canonical()).digest()

    @property
    def closing(self) -> bytes:
        """The hash of the last entry so far."""
        return self.hashes[-1] if self.hashes else self.opening


def read_checkpoint(content: Any, signature: bytes) -> Checkpoint:
    """The checkpoint of a JSON object. Raises InvalidEntry."""
    try:
        if content["v"] != VERSION or len(content) != 8:
            raise InvalidEntry("another version")
        first = Place(str(content["segment"]), int(content["seq"]))
        hashes = tuple(bytes.fromhex(value) for value in content["hashes"])
        opening, previous = bytes.fromhex(content["opening"]), bytes.fromhex(content["previous"])
        return Checkpoint(int(content["number"]), str(content["day"]), first, opening, hashes, previous, signature)
    except (KeyError, TypeError, ValueError):
        raise InvalidEntry("not a checkpoint") from None


class Part(NamedTuple):
    """The rows that an exported file holds, in its order, and the checkpoint that closes it; None when it is gone."""

    rows: Sequence[Row]
    checkpoint: Checkpoint | None


# Is this the signature of these bytes?
Check = Callable[[bytes, bytes], bool]


def verify(parts: Sequence[Part], holds: Check | None, *, whole: bool = True) -> Fault | None:
    """The first bad entry of an export; None when there is none.

    `holds`: None where the key is not known: then signatures count for nothing. `whole`: the first part must open a
    segment (older ones may have been dropped).
    """
    before: Checkpoint | None = None
    for part in parts:
        checkpoint = part.checkpoint
        if checkpoint is None:
            return Fault(_after(before, part), "signature")
        fault = _link_fault(before, checkpoint, holds, whole=whole) or _rows_fault(part.rows, checkpoint)
        if fault:
            return fault
        before = checkpoint
    return None


def _after(before: Checkpoint | None, part: Part) -> Place:
    if before:
        return Place(before.first.segment, before.first.seq + len(before.hashes))
    return part.rows[0].place if part.rows else Place("", 0)


def _link_fault(before: Checkpoint | None, checkpoint: Checkpoint, holds: Check | None, *, whole: bool) -> Fault | None:
    if holds and not holds(checkpoint.canonical(), checkpoint.signature):
        return Fault(checkpoint.first, "signature")
    if before is None:
        return Fault(Place(checkpoint.first.segment, 1), "removed") if whole and checkpoint.first.seq != 1 else None
    follows = Place(before.first.segment, before.first.seq + len(before.hashes))
    if checkpoint.number <= before.number:
        return Fault(checkpoint.first, "reordered")
    linked = checkpoint.previous == before.digest() and checkpoint.number == before.number + 1
    starts = checkpoint.first == follows or (checkpoint.first.seq == 1 and checkpoint.first.segment > follows.segment)
    return None if linked and starts and checkpoint.opening == before.closing else Fault(follows, "removed")


def _rows_fault(rows: Sequence[Row], checkpoint: Checkpoint) -> Fault | None:
    """Compare the rows, one by one, with what was signed."""
    segment, start = checkpoint.first
    last = checkpoint.opening
    signed = set(checkpoint.hashes)
    for index, expected in enumerate(checkpoint.hashes):
        place = Place(segment, start + index)
        rest = rows[index:]
        if not rest:
            return Fault(place, "removed")
        if not _is(rest[0], place, last, expected):
            return Fault(place, _what(rest, expected, signed))
        last = expected
    extra = len(rows) > len(checkpoint.hashes)
    return Fault(Place(segment, start + len(checkpoint.hashes)), "inserted") if extra else None


def _is(row: Row, place: Place, previous: bytes, expected: bytes) -> bool:
    return row.place == place and row.previous == previous and row.hash == row.digest() == expected


def _what(rest: Sequence[Row], expected: bytes, signed: set[bytes]) -> str:
    """What became of the entry that was to come first in `rest`."""
    elsewhere = any(row.digest() == expected for row in rest[1:])
    if rest[0].digest() in signed and rest[0].digest() != expected:
        return "reordered" if elsewhere else "removed"
    return "inserted" if elsewhere else "edited"


def verify_chain(rows: Sequence[Row], opening: bytes) -> Fault | None:
    """The first bad one of rows that no checkpoint covers yet. Who can write anew every later hash is not found."""
    last = opening
    for index, row in enumerate(rows):
        before = rows[index - 1] if index else None
        if before and row.place != Place(row.place.segment, before.place.seq + 1 if _same(before, row) else 1):
            return Fault(Place(row.place.segment, before.place.seq + 1 if _same(before, row) else 1), "removed")
        if row.hash != row.digest():
            return Fault(row.place, "edited")
        if row.previous != last:
            return Fault(before.place if before else row.place, "edited")
        last = row.hash
    return None


def _same(before: Row, row: Row) -> bool:
    return before.place.segment == row.place.segment


def _out(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode()


def _in(value: str) -> bytes:
    return base64.b64decode(value, altchars=b"-_", validate=True)
