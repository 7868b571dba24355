"""Parked events in the hands of the person on duty."""

import json
import subprocess
import sys

import pytest

from chassis.testing import eventually


@pytest.fixture
def cli(broker, tmp_path):
    """Run the command; answers (exit status, output). The broker's address stands in a secrets folder."""
    (tmp_path / "casework_amqp_url").write_text(broker.amqp_url + "\n")

    def run(*words: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "chassis.bus.cli", "parked", *words],
            env={"PARAVENT_SECRETS": str(tmp_path)},
            capture_output=True,
            text=True,
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    return run


def test_a_parked_event_is_listed_shown_without_its_content_and_replayed(broker, rows, start_worker, cli):
    start_worker()
    report_id = broker.report("fail")
    (parked,) = eventually(broker.parked, within=15)
    status, listed = cli("list", "casework")
    assert status == 0
    assert parked.key in listed
    assert "builtins.LookupError" in listed
    assert "1 parked" in listed
    status, shown = cli("show", "casework", parked.key)
    assert json.loads(shown)["attempts"] == 4
    assert report_id.hex() not in shown
    assert "fail" not in shown.replace('"failed"', "")
    rows.repair()
    assert cli("replay", "casework", parked.key) == (0, "1 replayed\n")
    eventually(lambda: rows.applied() == [report_id])
    assert cli("list", "casework") == (0, "0 parked\n")


def test_a_replay_that_fails_again_climbs_the_whole_ladder_again(broker, rows, start_worker, cli):
    start_worker()
    broker.report("fail")
    eventually(broker.parked, within=15)
    assert cli("replay", "casework", "--reason", "failed")[0] == 0
    eventually(lambda: rows.count("tried") == 8, within=15)
    (parked,) = eventually(broker.parked)
    assert parked.attempts == 4


def test_purging_asks_for_a_yes_and_takes_only_what_was_named(broker, start_worker, cli):
    start_worker()
    broker.report("refuse")
    broker.report("refuse")
    broker.habilitation(None)
    eventually(lambda: len(broker.parked()) == 3)
    assert cli("purge", "casework", "--reason", "unsigned")[0] == 2
    assert cli("purge", "casework", "--yes")[0] == 2
    assert cli("purge", "casework", "--reason", "unsigned", "--yes") == (0, "1 purged\n")
    assert {message.reason for message in broker.parked()} == {"period_unknown"}
    assert cli("purge", "casework", "unknown-key", "--yes") == (1, "0 purged\n")
    assert cli("purge", "casework", "--all", "--yes") == (0, "2 purged\n")


def test_looking_often_loses_nothing(broker, start_worker):
    start_worker()
    broker.report("refuse")
    eventually(broker.parked)
    for _ in range(60):
        assert len(eventually(broker.parked)) == 1


def test_a_service_without_an_address_is_told_so(cli):
    status, output = cli("list", "billing")
    assert status == 2
    assert "BILLING_AMQP_URL" in output
