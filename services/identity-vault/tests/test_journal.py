"""The journal: chained, signed, and every tampering named at its first bad entry."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import ProgrammingError

from chassis.db import Database, UnitOfWork
from chassis.signing import BadSignature, check, public_half, sign
from identity_vault.domain.journal import (
    BEGINNING,
    Checkpoint,
    Entry,
    Fault,
    InvalidEntry,
    Kind,
    Part,
    Place,
    Row,
    chain,
    follow,
    verify,
    verify_chain,
)
from identity_vault.store.journal import Journal

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SEED = bytes(range(32))
LABEL = b"test"


def holds(content: bytes, signature: bytes) -> bool:
    try:
        check(public_half(SEED), signature, LABEL, content)
    except BadSignature:
        return False
    return True


def signed(checkpoint: Checkpoint) -> Checkpoint:
    return replace(checkpoint, signature=sign(SEED, LABEL, checkpoint.canonical()))


def export(sizes: list[int]) -> list[Part]:
    """One part a day with so many entries, over the end of a month."""
    parts: list[Part] = []
    last: Row | None = None
    previous = BEGINNING
    for day, size in enumerate(sizes):
        at = datetime(2026, 11, 28, tzinfo=UTC) + timedelta(days=day)
        rows = []
        for number in range(size):
            last = follow(last, Entry(Kind.DISCLOSURE, at + timedelta(seconds=number), subject=bytes([day, number])))
            rows.append(last)
        if rows:
            opening, hashes = rows[0].previous, tuple(row.hash for row in rows)
            made = Checkpoint(len(parts) + 1, at.date().isoformat(), rows[0].place, opening, hashes, previous)
            parts.append(Part(rows, signed(made)))
            previous = made.digest()
    return parts


exports = st.lists(st.integers(1, 6), min_size=1, max_size=6).map(export)


def rewritten(rows: list[Row], start: int) -> list[Row]:
    """As somebody would who can write anew all hashes from one entry on."""
    new = rows[:start]
    for row in rows[start:]:
        previous = new[-1].hash if new else rows[0].previous
        place = Place(row.place.segment, new[-1].place.seq + 1 if new else rows[0].place.seq)
        new.append(Row(place, row.entry, previous, chain(place, previous, row.entry)))
    return new


@st.composite
def tampered(draw: Any) -> tuple[list[Part], Fault]:
    """An export of which one part was tampered with, and where the first bad entry is."""
    parts = draw(exports)
    index = draw(st.integers(0, len(parts) - 1))
    rows, checkpoint = list(parts[index].rows), parts[index].checkpoint
    assert checkpoint
    at = draw(st.integers(0, len(rows) - 1))
    place = rows[at].place
    what = draw(st.sampled_from(["edited", "removed", "reordered", "inserted", "truncated"]))
    forged = Entry(Kind.ALARM, NOON, subject=b"forged").canonical()
    if what == "edited":
        rows[at] = replace(rows[at], entry=forged)
    elif what == "removed":
        del rows[at]
    elif what == "truncated":
        rows, what = rows[:at], "removed"
    elif what == "inserted":
        rows.insert(at, replace(rows[at], entry=forged))
    elif at + 1 < len(rows):
        other = draw(st.integers(at + 1, len(rows) - 1))
        rows[at], rows[other] = rows[other], rows[at]
    else:
        what = "removed"
        del rows[at]
    if draw(st.booleans()) and what in ("edited", "inserted"):
        rows = rewritten(rows, at)
        what = "edited"  # once every hash is new, an insertion is a series of edits
    parts[index] = Part(rows, checkpoint)
    return parts, Fault(place, what)


@given(exports)
def test_an_untouched_export_is_good(parts: list[Part]) -> None:
    assert verify(parts, holds) is None


@settings(max_examples=400)
@given(tampered())
def test_any_tampering_is_found_and_its_first_entry_named(case: tuple[list[Part], Fault]) -> None:
    parts, expected = case
    assert verify(parts, holds) == expected


@given(exports, st.data())
def test_a_checkpoint_made_by_another_key_is_found(parts: list[Part], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(parts) - 1))
    rows, checkpoint = parts[index]
    assert checkpoint
    parts[index] = Part(rows, replace(checkpoint, signature=sign(bytes(32), LABEL, checkpoint.canonical())))
    assert verify(parts, holds) == Fault(checkpoint.first, "signature")


@given(st.lists(st.integers(1, 4), min_size=3, max_size=6).map(export), st.data())
def test_a_day_taken_out_is_found(parts: list[Part], data: st.DataObject) -> None:
    index = data.draw(st.integers(1, len(parts) - 2))
    gone = parts.pop(index).checkpoint
    before = parts[index - 1].checkpoint
    assert gone
    assert before
    expected = Place(before.first.segment, before.first.seq + len(before.hashes))
    assert verify(parts, holds) == Fault(expected, "removed")


def test_old_segments_may_be_dropped_whole() -> None:
    parts = export([2, 3, 1, 2, 2])  # 28, 29, 30 November; 1, 2 December
    assert verify(parts[3:], holds) is None
    assert verify(parts[1:], holds) == Fault(Place("2026-11", 1), "removed")


def test_a_segment_begins_with_the_last_hash_of_the_one_before() -> None:
    parts = export([1, 1, 1, 1])
    assert parts[3].rows[0].place == Place("2026-12", 1)
    assert parts[3].rows[0].previous == parts[2].rows[-1].hash


def test_entries_without_a_checkpoint_are_held_by_their_chain() -> None:
    rows = [row for part in export([3, 3, 2, 3]) for row in part.rows]
    assert verify_chain(rows, BEGINNING) is None
    edited = [*rows[:4], replace(rows[4], entry=rows[5].entry), *rows[5:]]
    assert verify_chain(edited, BEGINNING) == Fault(rows[4].place, "edited")
    again = replace(rows[4], entry=rows[5].entry)
    again = replace(again, hash=again.digest())
    assert verify_chain([*rows[:4], again, *rows[5:]], BEGINNING) == Fault(rows[4].place, "edited")
    assert verify_chain([*rows[:4], *rows[5:]], BEGINNING) == Fault(rows[4].place, "removed")


def test_an_entry_needs_an_aware_instant_and_a_reason_of_the_list() -> None:
    with pytest.raises(InvalidEntry):
        Entry(Kind.ALARM, datetime(2026, 11, 22))  # noqa: DTZ001
    with pytest.raises(InvalidEntry):
        Entry(Kind.ALARM, NOON, reason="because Camille asked")


@pytest.fixture
def as_process(database):
    opened: list[Database] = []

    def make(process: str) -> UnitOfWork[Journal]:
        made = Database(database.process_urls[process], name=process)
        opened.append(made)
        return made.unit_of_work(Journal)

    yield make
    for made in opened:
        made.close()


def test_verifier_and_eraser_append_to_one_chain(as_process) -> None:
    verifier, eraser = as_process("verifier"), as_process("eraser")
    for number in range(6):
        with (verifier, eraser)[number % 2]("append") as journal:
            kind = (Kind.DISCLOSURE, Kind.ERASED)[number % 2]
            place = journal.append(Entry(kind, NOON, subject=bytes([number]), reason="retention"))
            assert place == Place("2026-11", number + 1)
    with verifier("read") as journal:
        rows = journal.of_segment("2026-11")
        assert journal.counts("2026-11") == {"disclosure": 3, "erased": 3}
        assert [row.place.seq for row in journal.of_subject(bytes([4]))] == [5]
        assert journal.segments() == ["2026-11"]
    assert verify_chain(rows, BEGINNING) is None


def test_an_entry_of_a_month_that_is_over_joins_the_newest_segment(as_process) -> None:
    with as_process("verifier")("append") as journal:
        journal.append(Entry(Kind.ALARM, NOON + timedelta(days=30)))
        assert journal.append(Entry(Kind.ALARM, NOON)) == Place("2026-12", 2)


@pytest.mark.parametrize("process", ["verifier", "eraser", "discloser", "linker", "courier", "journal"])
def test_nobody_changes_or_deletes_an_entry(database, as_process, process: str) -> None:
    with as_process("verifier")("append") as journal:
        journal.append(Entry(Kind.ALARM, NOON, reason="burst"))
    with psycopg.connect(database.process_urls[process], autocommit=True) as connection:
        for statement in ("UPDATE journal SET reason = ''", "DELETE FROM journal", "TRUNCATE journal"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_the_discloser_sees_what_happened_but_not_to_whom(database, as_process) -> None:
    with as_process("verifier")("append") as journal:
        journal.append(Entry(Kind.DISCLOSURE, NOON, subject=b"tag", reason="meeting"))
    with as_process("discloser")("count") as journal:
        assert journal.counts("2026-11") == {"disclosure": 1}
        with pytest.raises(ProgrammingError):
            journal.of_subject(b"tag")
