"""When held events leave."""

import datetime as dt

import pytest

from chassis.clock import PARIS
from chassis.release import ReleaseSchedule


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        ("2026-11-20T06:00", "2026-11-20T06:59", False),
        ("2026-11-20T06:00", "2026-11-20T07:00", True),
        ("2026-11-20T07:00", "2026-11-20T12:59", False),
        ("2026-11-20T12:59", "2026-11-20T18:00", True),
        ("2026-11-20T19:00", "2026-11-21T06:59", False),
        ("2026-11-20T18:59", "2026-11-21T00:30", True),
        ("2026-10-01T19:00", "2026-11-20T01:00", True),
        ("2026-10-24T19:00", "2026-10-25T06:59", False),  # the clocks go back in between
        ("2026-10-24T19:00", "2026-10-25T07:00", True),
    ],
)
def test_a_release_is_due_once_a_set_hour_has_passed(last, now, due):
    schedule = ReleaseSchedule.parse("hours:07:00,13:00,19:00")
    assert schedule.due(at(last), at(now)) is due
    assert schedule.due(at(last).astimezone(dt.UTC), at(now).astimezone(dt.UTC)) is due


def test_a_release_every_few_seconds():
    schedule = ReleaseSchedule.parse("every:5")
    assert not schedule.due(at("2026-11-20T07:00:00"), at("2026-11-20T07:00:04"))
    assert schedule.due(at("2026-11-20T07:00:00"), at("2026-11-20T07:00:05"))


@pytest.mark.parametrize("text", ["", "never", "immediate:5", "every:", "every:0", "hours:", "hours:25:00", "hours:7h"])
def test_a_schedule_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        ReleaseSchedule.parse(text)
