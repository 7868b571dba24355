"""`python -m intake <role>`: each role wires its own process, and loads only what it works with."""

from pathlib import Path
from typing import TYPE_CHECKING

from chassis.roles import Roles

if TYPE_CHECKING:
    from fastapi import FastAPI

roles = Roles("intake")


@roles.role("web", private=True)
def web(_: list[str]) -> None:
    """The reporters' portal."""
    from chassis.web import serve
    from intake.entrypoints.web.settings import PortalSettings

    settings = PortalSettings.load()
    settings.pepper_bytes(), settings.state_key_bytes(), settings.root_key()  # missing: said before anything starts
    serve("intake.__main__:build_web", settings)


def build_web() -> "FastAPI":
    """The factory that `serve` calls in each of its processes."""
    from chassis import logs, telemetry
    from chassis.clock import SystemClock
    from intake.entrypoints.web.app import make_app
    from intake.entrypoints.web.settings import PortalSettings
    from intake.gateways.reporter_view import ReporterViewGateway

    settings = PortalSettings.load()
    # The minute of a request would be the minute of a report: no spans, and lines to the hour.
    logs.configure("intake", "web", level=settings.log_level, coarse_time=True)
    telemetry.silent()
    vault = None
    if settings.tls and settings.verifier_address and settings.linker_address:
        verifier = (settings.verifier_address, settings.verifier_name)
        vault = ReporterViewGateway(verifier, (settings.linker_address, settings.linker_name), settings.tls)
    return make_app(settings, SystemClock(), vault)


@roles.role("worker", eventlet=True)
def worker(_: list[str]) -> None:
    """Applies the events of the others."""
    from chassis import logs, telemetry
    from chassis.bus import run_worker
    from chassis.clock import SystemClock
    from chassis.db import Database
    from intake.entrypoints.events import Worker
    from intake.settings import Settings
    from intake.store.tables import inbox
    from intake.store.transaction import Transaction

    settings, clock = Settings.load(), SystemClock()
    logs.configure("intake", "worker", level=settings.log_level)
    telemetry.configure("intake", "worker", settings.otlp_endpoint)
    database = Database(settings.database_url.get_secret_value(), name="intake-worker", pool_size=10)
    uow = database.unit_of_work(lambda session: Transaction(session, clock))
    run_worker(Worker(settings.root_key(), clock), settings, uow, inbox=inbox)


@roles.role("relay")
def relay(_: list[str]) -> None:
    """Sends what the outbox holds, at the hours of release. A report that declares a danger leaves at once: no trace
    of it, and lines to the hour."""
    from chassis import logs, telemetry
    from chassis.db import Database
    from chassis.relay import ReleaseSchedule, run_relay
    from intake.settings import Settings
    from intake.store.tables import outbox, relay_state

    settings = Settings.load()
    logs.configure("intake", "relay", level=settings.log_level, coarse_time=True)
    telemetry.silent()
    database = Database(settings.database_url.get_secret_value(), name="intake-relay", pool_size=2)
    release = ReleaseSchedule.parse(settings.release)
    run_relay(settings, database, outbox, "intake", release, state=relay_state)


@roles.role("sealpump")
def sealpump(_: list[str]) -> None:
    """Sends one frame to identity-vault in each slot. No trace: nothing may tie its work to a request."""
    import random
    import time

    from chassis import logs, telemetry
    from chassis.clock import SystemClock
    from chassis.db import Database
    from chassis.health import Heartbeat
    from chassis.stopping import on_termination
    from intake.domain.slots import Planner
    from intake.entrypoints.pump import Pace, Pump, run_pump
    from intake.gateways.vault import SealerGateway
    from intake.settings import Settings
    from intake.store.transaction import Transaction
    from intake.usecases.keys import KeyBook

    settings, clock, stop = Settings.load(), SystemClock(), on_termination()
    logs.configure("intake", "sealpump", level=settings.log_level, coarse_time=True)
    telemetry.silent()
    database = Database(settings.database_url.get_secret_value(), name="intake-sealpump", pool_size=3)
    uow = database.unit_of_work(lambda session: Transaction(session, clock))
    vault = SealerGateway(settings.sealer_address, settings.tls, settings.sealer_name)
    planner = Planner(settings.seal_delay_seconds, random.SystemRandom(), time.monotonic)
    keys = KeyBook(uow, settings.root_key(), clock)
    pump = Pump(uow, vault, settings.root_key(), clock, keys, planner)
    pace = Pace(settings.pump_seconds, settings.slot_seconds)
    run_pump(pump, database, pace, clock, Heartbeat(settings.state_dir, "intake-sealpump"), stop)
    vault.close()


@roles.role("migrate")
def migrate(_: list[str]) -> None:
    """Brings the database to its newest revision."""
    from chassis.migrations import upgrade
    from chassis.settings import SettingsError
    from intake.settings import Settings

    settings = Settings.load()
    if settings.owner_url is None:
        raise SettingsError("settings: INTAKE_OWNER_URL: missing")
    folder = Path(__file__).parents[1] / "migrations"
    upgrade(folder, settings.owner_url.get_secret_value(), settings.app_role)


if __name__ == "__main__":
    raise SystemExit(roles.main())
