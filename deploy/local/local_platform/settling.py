"""Has every event that was written been applied by its consumer? Reads outboxes and inboxes, as no service may."""

import time
from collections.abc import Mapping
from uuid import UUID

import psycopg

from chassis.bus import names
from chassis.bus.audiences import Audiences


def pending(urls: Mapping[str, str], audiences: Audiences, *, held: bool = False) -> int:
    """How many events of the last two days are written but not yet applied. `urls`: service -> its database.
    `held`: count those that wait for their release hour, too."""
    told = {service: _told(url, held=held) for service, url in urls.items() if audiences.told_by(service)}
    count = 0
    for service, url in urls.items():
        kinds = set(audiences.received_by(service))
        if kinds:
            mine = {event for kind in kinds for event in told.get(names.producer_of(kind), {}).get(kind, ())}
            count += len(mine - _applied(url))
    return count


def wait_until_applied(urls: Mapping[str, str], audiences: Audiences, *, within: float, held: bool = False) -> bool:
    """Wait until nothing is pending; False when that takes longer than `within` seconds."""
    deadline = time.monotonic() + within
    while pending(urls, audiences, held=held):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def _told(url: str, *, held: bool) -> dict[str, set[UUID]]:
    """Event type -> ids in the outbox, tombstones included."""
    told: dict[str, set[UUID]] = {}
    query = "SELECT type, id FROM outbox WHERE day >= current_date - 1 AND (%s OR NOT held)"
    with psycopg.connect(url) as connection:
        for kind, event in connection.execute(query, (held,)):
            told.setdefault(kind, set()).add(event)
    return told


def _applied(url: str) -> set[UUID]:
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute("SELECT event_id FROM inbox")}
