"""Publications fall at set hours."""

from datetime import UTC, datetime, timedelta

from analytics.domain.schedule import is_due, latest_slot

WEEK = timedelta(days=7)
FRIDAY = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)


def test_weekly_publications_fall_on_mondays():
    assert latest_slot(FRIDAY, WEEK) == MONDAY


def test_a_publication_is_due_once_per_set_hour():
    assert is_due(None, FRIDAY, WEEK)
    assert is_due(MONDAY - timedelta(seconds=1), FRIDAY, WEEK)
    assert not is_due(MONDAY, FRIDAY, WEEK)
    assert not is_due(FRIDAY - timedelta(hours=1), FRIDAY, WEEK)


def test_the_past_before_the_first_monday_has_set_hours_too():
    assert latest_slot(datetime(2025, 12, 31, tzinfo=UTC), WEEK) == datetime(2025, 12, 29, tzinfo=UTC)
