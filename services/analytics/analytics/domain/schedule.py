"""When figures are published: at set hours, whatever comes in between. The hour of a report must not show in them."""

from datetime import UTC, datetime, timedelta

_ORIGIN = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday: weekly publications fall on Mondays


def latest_slot(now: datetime, every: timedelta) -> datetime:
    """The last set hour at or before `now`."""
    return _ORIGIN + (now - _ORIGIN) // every * every


def is_due(published_at: datetime | None, now: datetime, every: timedelta) -> bool:
    """Has a set hour passed since the last publication?"""
    return published_at is None or published_at < latest_slot(now, every)
