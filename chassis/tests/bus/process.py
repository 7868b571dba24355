"""The sample service's processes: `process.py {worker,relay} OPTIONS_JSON`."""

import json
import sys
from typing import Any

from chassis.roles import Roles

roles = Roles("casework")


@roles.role("worker", eventlet=True)
def worker(arguments: list[str]) -> None:
    from sample import Transaction, Worker, inbox

    from chassis.bus import RetryLadder, run_worker
    from chassis.db import Database

    options = json.loads(arguments[0])
    # Twice the usual pool: the handler of ReportSubmitted takes a second connection to count its attempts.
    database = Database(options["database_url"], name="worker", pool_size=12)
    run_worker(
        Worker(database),
        _settings("worker", options),
        database.unit_of_work(Transaction),
        inbox=inbox,
        ladder=RetryLadder(tuple(options["ladder"])),
        stop_within=3,
    )


@roles.role("relay")
def relay(arguments: list[str]) -> None:
    from sample import outbox, relay_state

    from chassis.db import Database
    from chassis.relay import ReleaseSchedule, run_relay

    options = json.loads(arguments[0])
    settings = _settings("relay", options)
    database = Database(options["database_url"], name="relay")
    release = ReleaseSchedule.parse(options["release"])
    run_relay(settings, database, outbox, options["producer"], release, state=relay_state)


def _settings(role: str, options: dict[str, Any]) -> Any:
    from chassis import logs
    from chassis.settings import ServiceSettings

    logs.configure("casework", role)
    return ServiceSettings.model_validate(options)


if __name__ == "__main__":
    sys.exit(roles.main())
