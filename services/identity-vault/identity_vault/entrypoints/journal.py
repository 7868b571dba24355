"""`journal export [FOLDER] | verify PATH [--key PUB] | key | drop YYYY-MM`.

`verify` needs neither database nor settings: a second body runs it on what it was given.
"""

import sys
from datetime import UTC, date
from pathlib import Path

from chassis import logs
from chassis.clock import SystemClock, paris_day
from chassis.db import Database
from chassis.signing import public_half
from identity_vault.domain.journal import Entry, Fault, Kind, Part, verify
from identity_vault.settings import JournalDropSettings, JournalSettings
from identity_vault.store.checkpoints import Checkpoints
from identity_vault.store.journal import Journal
from identity_vault.usecases.checkpoints import (
    Kept,
    Tampered,
    check_kept,
    checker,
    file_content,
    file_name,
    read_file,
    rows_of,
    sign_new,
)

USAGE = "rotated {yearly|exposed} | export [FOLDER] | verify FILE_OR_FOLDER [--key PUBLIC_KEY] | key | drop YYYY-MM"


def run(arguments: list[str]) -> int:
    """Exit status: 0, 1 when something does not hold or may not be done, 2 for what is not a command."""
    logs.configure("identity-vault", "journal", level="ERROR", coarse_time=True)
    match arguments:
        case ["export", *folders] if len(folders) < 2:
            settings = JournalSettings.load()
            folder = Path(folders[0]) if folders else settings.journal_folder
            return export(settings, folder, paris_day(SystemClock().now()))
        case ["verify", path]:
            return verify_path(Path(path), None)
        case ["verify", path, "--key", key]:
            return verify_path(Path(path), key)
        case ["rotated", "yearly" | "exposed" as reason]:
            return note_rotation(JournalSettings.load(), reason)
        case ["key"]:
            _say(public_half(JournalSettings.load().seed()).hex())
            return 0
        case ["drop", segment]:
            return drop(JournalDropSettings.load(), segment, SystemClock().now().astimezone(UTC).date())
    sys.stderr.write(f"usage: python -m identity_vault journal {USAGE}\n")
    return 2


def export(settings: JournalSettings, folder: Path, today: date) -> int:
    """Verify, sign what is new, write what the folder lacks. Again on the same day, it changes nothing."""
    database = Database(settings.database_url.get_secret_value(), name="identity-vault.journal")
    try:
        kept = _signed(database, settings.seed(), today)
    except Tampered as tampered:
        return _tell(tampered.fault)
    finally:
        database.close()
    folder.mkdir(parents=True, exist_ok=True)
    for checkpoint in kept.checkpoints:
        content = file_content(Part(rows_of(kept.rows, checkpoint), checkpoint))
        path = folder / file_name(checkpoint)
        if not path.exists():
            _write(path, content)
        elif path.read_bytes() != content:
            return _tell(verify([read_file(path.read_bytes())], None, whole=False) or Fault(checkpoint.first, "edited"))
    _say("OK", len(kept.checkpoints), "checkpoints,", len(kept.rows), "entries")
    return 0


def note_rotation(settings: JournalSettings, reason: str) -> int:
    """A key was rotated: whoever did it says so, since the keys are made where there is no database."""
    database = Database(settings.database_url.get_secret_value(), name="identity-vault.journal")
    try:
        with database.unit_of_work(Journal)("journal_note") as journal:
            journal.append(Entry(Kind.KEY_ROTATED, SystemClock().now(), reason=reason))
    finally:
        database.close()
    return 0


def _signed(database: Database, seed: bytes, today: date) -> Kept:
    """What the database holds, with checkpoints up to now. Raises Tampered before anything is signed."""
    with database.unit_of_work(Checkpoints)("journal_export") as tx:
        tx.lock()
        kept = Kept(tx.all(), tx.rows(), tx.opening())
        check_kept(kept, checker(public_half(seed)))
        new = sign_new(kept, seed, today)
        for checkpoint in new:
            tx.add(checkpoint)
    return Kept([*kept.checkpoints, *new], kept.rows, kept.opening)


def verify_path(path: Path, key: str | None) -> int:
    """Say OK, or name the first bad entry. `key`: hexadecimal, or a file that holds it."""
    holds = checker(_key(key)) if key else None
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    parts = [read_file(file.read_bytes()) for file in files]
    if not parts:
        _say("nothing to verify")
        return 1
    fault = verify(parts, holds, whole=path.is_dir())
    if fault:
        return _tell(fault)
    first, last = parts[0].checkpoint, parts[-1].checkpoint
    assert first
    assert last
    _say(f"OK {sum(len(part.rows) for part in parts)} entries, {first.day} to {last.day}")
    if first.number > 1:
        _say(f"begins with checkpoint {first.number}: what was before is not here")
    if holds is None:
        _say("signatures were not checked: no --key was given")
    return 0


def drop(settings: JournalDropSettings, segment: str, today: date) -> int:
    """Delete a month that is old enough and wholly signed; otherwise say why not."""
    months = today.year * 12 + today.month - settings.journal_months
    oldest = f"{(months - 1) // 12:04d}-{(months - 1) % 12 + 1:02d}"
    if segment >= oldest:
        _say(f"kept: months before {oldest} may be dropped")
        return 1
    database = Database(settings.owner_url.get_secret_value(), name="identity-vault.journal")
    try:
        with database.unit_of_work(Checkpoints)("journal_drop") as tx:
            tx.lock()
            rows, signed = tx.rows(), tx.all()
            present = [row for row in rows if row.place.segment == segment]
            if not present or rows[0].place.segment != segment:
                _say("kept: only the oldest month that is there may be dropped")
                return 1
            if not signed or signed[-1].first.segment <= segment:
                _say("kept: nothing after it is signed yet")
                return 1
            _say("dropped", tx.drop(segment, present[-1].hash, today), "entries")
    finally:
        database.close()
    return 0


def _key(text: str) -> bytes:
    path = Path(text)
    return bytes.fromhex((path.read_text() if path.is_file() else text).strip())


def _tell(fault: Fault) -> int:
    _say(f"BAD {fault.place.segment} {fault.place.seq}: {fault.what}")
    return 1


def _write(path: Path, content: bytes) -> None:
    draft = path.with_suffix(".new")
    draft.write_bytes(content)
    draft.replace(path)


def _say(*words: object) -> None:
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")
