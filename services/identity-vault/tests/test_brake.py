"""The brake on what fails: how many, within what time, and how much it remembers."""

from datetime import UTC, datetime, timedelta

from identity_vault.domain import brake
from identity_vault.domain.brake import Brake

NOW = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_beyond_its_number_a_key_is_braked_and_no_other():
    held = Brake(3, MINUTE)
    assert [held.failed(b"a", NOW) for _ in range(5)] == [False, False, False, True, True]
    assert not held.failed(b"b", NOW)


def test_what_failed_a_minute_ago_counts_no_more():
    held = Brake(3, MINUTE)
    for _ in range(3):
        held.failed(b"a", NOW)
    assert held.failed(b"a", NOW + MINUTE - timedelta(seconds=1))
    assert not held.failed(b"a", NOW + 3 * MINUTE)


def test_a_steady_flood_stays_braked():
    held = Brake(3, MINUTE)
    braked = [held.failed(b"a", NOW + timedelta(seconds=second)) for second in range(300)]
    assert all(braked[3:])


def test_it_remembers_a_bounded_number_of_keys_and_the_newest(monkeypatch):
    monkeypatch.setattr(brake, "_MOST", 10)
    held = Brake(1, MINUTE)
    for number in range(100):
        held.failed(b"%d" % number, NOW)
    assert len(held._failures) == 10
    assert held.failed(b"99", NOW)
    assert not held.failed(b"0", NOW)
