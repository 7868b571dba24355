"""The relay: sends what the outbox holds, at least once, and scrubs it once the broker has it."""

from sqlalchemy import Table

from chassis.db import Database
from chassis.release import ReleaseSchedule, relay_state_table
from chassis.settings import ServiceSettings

__all__ = ["ReleaseSchedule", "relay_state_table", "run_relay"]


def run_relay(
    settings: ServiceSettings,
    database: Database,
    table: Table,
    producer: str,
    release: ReleaseSchedule | None = None,
    *,
    state: Table | None = None,
) -> None:
    """Relay a service's outbox until SIGTERM. One relay per service is active; others stand by.

    `release` says when held events leave (default: at once). A schedule other than "immediate" needs `state`: the
    service's `relay_state_table(metadata)`, which remembers the last release across restarts.
    """
    raise NotImplementedError
