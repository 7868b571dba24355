"""Delays grow, and stop growing."""

from datetime import timedelta

from notifications.domain.retries import Retries


def test_delays_double_up_to_the_longest():
    retries = Retries(timedelta(seconds=10), timedelta(minutes=2))
    assert [retries.after(n).seconds for n in range(1, 7)] == [10, 20, 40, 80, 120, 120]


def test_ten_thousand_attempts_are_no_overflow():
    assert Retries(timedelta(seconds=1), timedelta(hours=1)).after(10_000) == timedelta(hours=1)
