"""The sealer as a process: it starts only when it is whole, stops gently, and keeps its count."""

import json
import signal
import subprocess
from datetime import UTC, datetime

import psycopg
import pytest

from chassis.clock import FixedClock
from chassis.db import Database
from chassis.testing import eventually
from identity_vault.entrypoints.clock import write_count
from identity_vault.store.transaction import Transaction
from identity_vault.usecases.counting import Tally
from local_platform.ports import free_port

LAYERS = ("verifier", "discloser", "linker", "courier")
CLOCK = FixedClock(datetime(2026, 11, 22, 23, 30, tzinfo=UTC))


def counts(database) -> list[tuple]:
    with psycopg.connect(database.owner_url) as owner:
        return owner.execute("SELECT day::text, count FROM seal_counts").fetchall()


def test_a_sealer_seals_and_writes_its_count_when_told_to_stop(
    process, settings, connect_as, new_writer, database, stored
):
    port = free_port()
    running = process("sealer", IDENTITY_VAULT_SEALER_PORT=str(port))
    eventually((settings.state_dir / "sealer.alive").exists, within=20)
    stub = connect_as(port)
    for _ in range(3):
        stub.Seal(new_writer().record())
    running.send_signal(signal.SIGTERM)
    output, _ = running.communicate(timeout=15)
    assert running.returncode == 0
    assert [json.loads(line)["event"] for line in output.splitlines()] == ["sealer.started", "sealer.stopped"]
    assert len(stored()) == 3
    assert [count for _, count in counts(database)] == [3]
    assert not (settings.state_dir / "sealer.alive").exists()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"IDENTITY_VAULT_ALLOW": '{"/paravent.identity_vault.v1.SealingService/Seal": ["x.y"]}'}, "allow-list"),
        ({"IDENTITY_VAULT_PATH_KEY": "abcd"}, "IDENTITY_VAULT_PATH_KEY"),
        ({"IDENTITY_VAULT_OPENBAO_ADDRESS": "", "PARAVENT_SECRETS": "/nowhere"}, "PARAVENT_SECRETS"),
    ],
)
def test_a_sealer_that_is_set_wrong_does_not_start(process, wrong, told):
    refused: subprocess.Popen = process("sealer", **wrong)
    _, error = refused.communicate(timeout=20)
    assert refused.returncode == 2
    assert told in error
    assert "Traceback" not in error


def test_an_unknown_step_of_keys_tells_what_there_is(process, tmp_path):
    folders = {f"IDENTITY_VAULT_{name.upper()}_KEYS_DIR": str(tmp_path / name) for name in LAYERS}
    wrong = process("keys", "everything", **folders)
    _, error = wrong.communicate(timeout=20)
    assert wrong.returncode == 2
    assert "transport|verifier|discloser|linker|courier|publish" in error


@pytest.fixture
def uow(database):
    opened = Database(database.app_url, name="test")
    yield opened.unit_of_work(Transaction)
    opened.close()


def test_counts_of_a_day_add_up_in_paris_time(uow, database):
    tally = Tally()
    for count in (3, 4, 0):
        tally.add(count)
        write_count(uow, tally, CLOCK)
    assert counts(database) == [("2026-11-23", 7)]


def test_a_count_survives_an_outage_of_the_database(uow, database):
    away = Database("postgresql://nobody@127.0.0.1:9/none", name="test")
    tally = Tally()
    tally.add(5)
    write_count(away.unit_of_work(Transaction), tally, CLOCK)
    write_count(uow, tally, CLOCK)
    assert counts(database) == [("2026-11-23", 5)]
    away.close()
