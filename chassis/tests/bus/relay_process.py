"""A relay for the tests, in a process of its own: `relay_process.py SETTINGS_JSON`."""

import json
import sys
from pathlib import Path

from pydantic import SecretStr
from worker_process import outbox, relay_state

from chassis.db import Database
from chassis.relay import ReleaseSchedule, run_relay
from chassis.roles import Roles
from chassis.settings import ServiceSettings

roles = Roles("relay")


@roles.role("relay")
def relay(arguments: list[str]) -> None:
    options = json.loads(arguments[0])
    database = Database(options["database_url"], name="relay")
    settings = ServiceSettings(
        database_url=SecretStr(options["database_url"]),
        amqp_url=SecretStr(options["amqp_url"]),
        state_dir=Path(options["state_dir"]),
    )
    release = ReleaseSchedule.parse(options["release"])
    sys.stdout.write("relay.started\n")
    sys.stdout.flush()
    run_relay(settings, database, outbox, options["producer"], release, state=relay_state)


if __name__ == "__main__":
    sys.exit(roles.main(["relay", *sys.argv[1:]]))
