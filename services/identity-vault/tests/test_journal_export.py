"""`journal export`, `verify`, `drop` as commands, on a real database and real files."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from chassis.db import Database
from chassis.signing import public_half
from identity_vault.domain.journal import Entry, Kind
from identity_vault.entrypoints import journal as command
from identity_vault.settings import JournalDropSettings, JournalSettings
from identity_vault.store.journal import Journal

SEED = bytes(range(32))
KEY = public_half(SEED).hex()
DAY = datetime(2026, 11, 28, 9, tzinfo=UTC)


@pytest.fixture
def settings(database) -> JournalSettings:
    url = SecretStr(database.process_urls["journal"])
    return JournalSettings(database_url=url, journal_key=SecretStr(SEED.hex()))


@pytest.fixture
def note(database):
    opened = Database(database.process_urls["verifier"], name="verifier")
    uow = opened.unit_of_work(Journal)

    def append(at: datetime, count: int = 1) -> None:
        for number in range(count):
            with uow("note") as journal:
                journal.append(Entry(Kind.DISCLOSURE, at + timedelta(seconds=number), subject=bytes([number])))

    yield append
    opened.close()


@pytest.fixture
def exported(settings, note: Callable[..., None], tmp_path: Path) -> Path:
    """Four days over the end of a month, 3 entries each."""
    for day in range(4):
        note(DAY + timedelta(days=day), 3)
        assert command.export(settings, tmp_path / "out", (DAY + timedelta(days=day)).date()) == 0
    return tmp_path / "out"


def verify(path: Path, key: str | None = KEY) -> subprocess.CompletedProcess[str]:
    """The command as a second body runs it: no settings, no secrets, no database."""
    arguments = [
        sys.executable,
        "-m",
        "identity_vault",
        "journal",
        "verify",
        str(path),
        *(["--key", key] if key else []),
    ]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("IDENTITY_VAULT", "PARAVENT"))}
    return subprocess.run(arguments, capture_output=True, text=True, env=env, check=False)


def test_a_good_export_verifies_without_database_or_settings(exported: Path) -> None:
    done = verify(exported)
    assert (done.returncode, done.stdout) == (0, "OK 12 entries, 2026-11-28 to 2026-12-01\n")
    one = verify(sorted(exported.iterdir())[2])
    assert (one.returncode, one.stdout.splitlines()[0]) == (0, "OK 3 entries, 2026-11-30 to 2026-11-30")
    assert "signatures were not checked" in verify(exported, key=None).stdout


def change(path: Path, edit: Callable[[list[str]], list[str]]) -> None:
    path.write_text("\n".join(edit(path.read_text().splitlines())) + "\n")


def edited(lines: list[str]) -> list[str]:
    row = json.loads(lines[1])
    row["entry"]["reason"] = "support"
    return [lines[0], json.dumps(row), *lines[2:]]


TAMPERINGS = {
    "edited": edited,
    "removed": lambda lines: [lines[0], *lines[2:]],
    "reordered": lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
    "inserted": lambda lines: [lines[0], lines[1].replace('"seq":5', '"seq":5,"x":1'), *lines[1:]],
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_the_first_bad_entry_of_a_tampered_export_is_named(exported: Path, what: str) -> None:
    second = sorted(exported.iterdir())[1]
    change(second, TAMPERINGS[what])
    for path in (exported, second):
        done = verify(path)
        assert (done.returncode, done.stdout) == (1, f"BAD 2026-11 5: {what}\n")


def test_another_key_and_a_missing_day_are_named(exported: Path) -> None:
    assert verify(exported, public_half(bytes(32)).hex()).stdout == "BAD 2026-11 1: signature\n"
    sorted(exported.iterdir())[1].unlink()
    assert verify(exported).stdout == "BAD 2026-11 4: removed\n"


def test_export_is_idempotent_and_writes_again_what_is_missing(exported: Path, settings) -> None:
    before = {path.name: path.read_bytes() for path in exported.iterdir()}
    sorted(exported.iterdir())[0].unlink()
    assert command.export(settings, exported, date(2026, 12, 1)) == 0
    assert {path.name: path.read_bytes() for path in exported.iterdir()} == before


def test_a_day_without_entries_has_a_checkpoint_too(exported: Path, settings) -> None:
    assert command.export(settings, exported, date(2026, 12, 2)) == 0
    assert len(list(exported.iterdir())) == 5
    assert verify(exported).stdout == "OK 12 entries, 2026-11-28 to 2026-12-02\n"


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE journal SET reason = 'support' WHERE segment = '2026-11' AND seq = 2", "BAD 2026-11 2: edited"),
        ("UPDATE journal SET subject = '' WHERE segment = '2026-12' AND seq = 3", "BAD 2026-12 3: edited"),
        ("UPDATE journal SET entry = '{}' WHERE segment = '2026-11' AND seq = 9", "BAD 2026-11 9: edited"),
        ("DELETE FROM journal WHERE segment = '2026-11' AND seq = 4", "BAD 2026-11 4: removed"),
        ("DELETE FROM journal WHERE segment = '2026-12'", "BAD 2026-12 1: removed"),
    ],
)
def test_nothing_is_signed_once_the_database_was_tampered_with(
    exported: Path, settings, database, capsys, statement: str, told: str
) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute(statement)
        assert command.export(settings, exported, date(2026, 12, 2)) == 1
        assert owner.execute("SELECT count(*) FROM journal_checkpoints").fetchone() == (4,)
    assert capsys.readouterr().out.endswith(f"{told}\n")


def test_a_month_is_dropped_when_old_and_signed_and_the_rest_still_verifies(
    exported: Path, settings, note, database, tmp_path: Path, capsys
) -> None:
    owner = JournalDropSettings(
        database_url=settings.database_url, owner_url=SecretStr(database.owner_url), journal_months=36
    )
    assert command.drop(owner, "2026-11", date(2029, 11, 30)) == 1
    assert command.drop(owner, "2026-12", date(2039, 12, 1)) == 1
    assert command.drop(owner, "2026-11", date(2029, 12, 1)) == 0
    assert command.drop(owner, "2026-12", date(2039, 12, 1)) == 1, "nothing newer is signed"
    note(DAY + timedelta(days=10))
    fresh = tmp_path / "fresh"
    assert command.export(settings, fresh, date(2026, 12, 8)) == 0
    assert "begins with checkpoint 4" in verify(fresh).stdout
    assert command.export(settings, exported, date(2026, 12, 8)) == 0
    assert verify(exported).stdout.startswith("OK 13 entries")
    assert "dropped 9 entries" in capsys.readouterr().out


def test_drop_is_for_the_owner_alone(exported: Path, settings, database) -> None:
    pretender = JournalDropSettings(
        database_url=settings.database_url,
        owner_url=SecretStr(database.process_urls["journal"]),
        journal_months=1,
    )
    with pytest.raises(Exception, match="permission denied"):
        command.drop(pretender, "2026-11", date(2030, 1, 1))


def test_a_rotation_is_noted(exported: Path, settings, capsys) -> None:
    assert command.note_rotation(settings, "exposed") == 0
    assert command.export(settings, exported, date(2026, 12, 2)) == 0
    assert "5 checkpoints, 13 entries" in capsys.readouterr().out
