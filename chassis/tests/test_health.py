"""Alive and ready, said without detail."""

import os
import time

from chassis.health import Health, Heartbeat


def test_a_process_without_checks_is_ready():
    assert Health().ready()


def test_a_failing_check_makes_it_not_ready_and_its_message_is_not_logged(capsys):
    health = Health()
    health.add("database", lambda: int("Canari"))
    assert not health.ready()
    output = capsys.readouterr().out
    assert '"check": "database"' in output
    assert "Canari" not in output


def test_it_is_ready_again_once_the_check_passes():
    answers = iter([OSError(), None])

    def check() -> None:
        if answer := next(answers):
            raise answer

    health = Health()
    health.add("broker", check)
    assert not health.ready()
    assert health.ready()


def test_frequent_probes_do_not_repeat_the_checks():
    asked = []
    health = Health()
    health.add("database", lambda: asked.append(1))
    assert all(health.ready() for _ in range(10))
    assert len(asked) == 1


def test_a_loop_that_beats_is_alive_and_one_that_hangs_is_not(tmp_path):
    heart = Heartbeat(tmp_path / "state", "relay")
    assert not heart.alive()
    heart.beat()
    assert heart.path == tmp_path / "state" / "relay.alive"
    assert heart.alive(within=30)
    old = time.time() - 60
    os.utime(heart.path, (old, old))
    assert not heart.alive(within=30)


def test_a_process_that_stops_on_purpose_leaves_no_sign_of_life(tmp_path):
    heart = Heartbeat(tmp_path, "relay")
    heart.beat()
    heart.stop()
    heart.stop()
    assert not heart.alive()
