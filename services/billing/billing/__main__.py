"""Processes of billing: `python -m billing {web,worker,relay,clock,printer,migrate,found,seed}`. Each is wired here."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from chassis.roles import Roles

if TYPE_CHECKING:
    from fastapi import FastAPI

    from billing.settings import Settings
    from billing.store.transaction import Transaction
    from chassis.clock import Clock
    from chassis.db import Database, UnitOfWork

roles = Roles("billing")
MIGRATIONS = Path(__file__).parents[1] / "migrations"


@roles.role("web", private=True)
def web(_arguments: list[str]) -> None:
    """The managers' back office and the invitation page."""
    from billing.settings import Settings
    from chassis.web import serve

    serve("billing.__main__:build_web", Settings.load())


def build_web() -> "FastAPI":
    """The web process's application, in whichever process serves it."""
    from billing.entrypoints.web.app import make
    from billing.gateways.accounting_files import AccountingFiles
    from billing.gateways.press import WeasyPress
    from billing.settings import Settings
    from chassis import logs, telemetry
    from chassis.clock import SystemClock

    settings = Settings.load()
    logs.configure("billing", "web", level=settings.log_level)
    telemetry.configure("billing", "web", settings.otlp_endpoint)
    return make(settings, SystemClock(), WeasyPress(), AccountingFiles())


@roles.role("relay")
def relay(_arguments: list[str]) -> None:
    """Send the outbox. Billing's events leave at once: none of them tells of a report."""
    from billing.settings import Settings
    from billing.store.tables import outbox
    from chassis import logs, telemetry
    from chassis.db import Database
    from chassis.relay import run_relay

    settings = Settings.load()
    logs.configure("billing", "relay", level=settings.log_level)
    telemetry.configure("billing", "relay", settings.otlp_endpoint)
    database = Database(settings.database_url.get_secret_value(), name="billing.relay")
    run_relay(settings, database, outbox, producer="billing")


@roles.role("worker", eventlet=True)
def worker(_arguments: list[str]) -> None:
    """Quote the services that casework orders; keep what it counts."""
    from billing.entrypoints.events import Worker
    from billing.settings import Settings
    from billing.store.order_tables import inbox
    from chassis.bus import run_worker

    settings = Settings.load()
    _, uow = _start("worker", settings, pool_size=10)
    run_worker(Worker, settings, uow, inbox=inbox)


@roles.role("clock")
def clock(_arguments: list[str]) -> None:
    """Do what a day's coming demands: memberships that begin and end, reminders, calls in hand."""
    from billing.settings import Settings
    from billing.usecases.duties import run_duties
    from chassis.clock import SystemClock
    from chassis.health import Heartbeat
    from chassis.stopping import on_termination
    from chassis.timers import every

    settings, stop, now = Settings.load(), on_termination(), SystemClock()
    database, uow = _start("clock", settings)
    beat = Heartbeat(settings.state_dir, "billing-clock")

    def turn() -> None:
        run_duties(uow, now)
        beat.beat()

    every(settings.clock_seconds, "billing-clock", database.engine, turn, stop=stop)
    database.close()


@roles.role("printer")
def printer(_arguments: list[str]) -> None:
    """Print what waits to be printed. As many side by side as there are cores to spare."""
    from billing.entrypoints.printer import run_printer
    from billing.gateways.press import WeasyPress
    from billing.settings import Settings
    from chassis.health import Heartbeat
    from chassis.stopping import on_termination

    settings, stop = Settings.load(), on_termination()
    database, uow = _start("printer", settings)
    run_printer(uow, WeasyPress(), Heartbeat(settings.state_dir, "billing-printer"), stop)
    database.close()


@roles.role("migrate")
def migrate(_arguments: list[str]) -> None:
    """Bring the database to its newest revision, as its owner."""
    from sqlalchemy import make_url

    from billing.settings import Settings, required
    from chassis.migrations import upgrade

    settings = Settings.load()
    app_role = make_url(settings.database_url.get_secret_value()).username
    upgrade(MIGRATIONS, required(settings.owner_url, "OWNER_URL"), app_role or "")


@roles.role("found")
def found(arguments: list[str]) -> int:
    """Set up a consortium from a file, as the database's owner; with `--check`, only say what that would do."""
    from billing.entrypoints import founding
    from billing.settings import Settings
    from chassis.clock import SystemClock

    paths = [each for each in arguments if each != "--check"]
    if len(paths) != 1:
        sys.stderr.write(founding.USAGE)
        return 2
    path = Path(paths[0])

    def beside(name: str) -> bytes | None:
        return file.read_bytes() if (file := path.parent / name).is_file() else None

    try:
        content = path.read_bytes()
    except OSError as error:
        sys.stderr.write(f"{paths[0]}: {error.strerror}\n")
        return 2
    settings, clock = Settings.load(), SystemClock()
    database, uow = _as_owner("found", settings)
    status, said = founding.run(uow, content, settings.oidc_issuer, clock, check="--check" in arguments, beside=beside)
    database.close()
    sys.stdout.write(said)
    return status


@roles.role("seed")
def seed(_arguments: list[str]) -> None:
    """Add the demonstration's data, as the database's owner; a year of calls and invoices where that is asked for."""
    from billing.reference import demo
    from billing.reference.communes import OfficialList
    from billing.settings import Settings
    from billing.usecases.demonstration import seed_demonstration
    from chassis.clock import SystemClock
    from chassis.settings import SettingsError

    settings = Settings.load()
    if settings.oidc_issuer is None:
        raise SettingsError("settings: BILLING_OIDC_ISSUER is missing")
    clock, (database, uow) = SystemClock(), _as_owner("seed", settings)
    shipped = demo.load()
    added = seed_demonstration(uow, shipped, settings.oidc_issuer, OfficialList().by_insee_code, clock)
    told = False
    if settings.demonstration_year:
        from billing.domain.habilitation import Account
        from billing.usecases.demonstration_year import tell_year

        with uow("who_tells_the_year") as tx:
            manager = tx.parties.manager(Account(settings.oidc_issuer, shipped.manager))
        if manager is not None:
            told = tell_year(partial(_units, database, settings), manager, clock)
    database.close()
    sys.stdout.write(f"billing: {added} members added{', a year told' if told else ''}\n")


def _start(role: str, settings: "Settings", *, pool_size: int = 5) -> "tuple[Database, UnitOfWork[Transaction]]":
    """Logs, telemetry, database and units of work of a plain process."""
    from billing.store.transaction import Transaction
    from chassis import logs, telemetry
    from chassis.clock import SystemClock
    from chassis.db import Database

    logs.configure("billing", role, level=settings.log_level)
    telemetry.configure("billing", role, settings.otlp_endpoint)
    database = Database(settings.database_url.get_secret_value(), name=f"billing.{role}", pool_size=pool_size)
    make = partial(Transaction, clock=SystemClock(), signer=settings.signer())
    return database, database.unit_of_work(make)


def _as_owner(role: str, settings: "Settings") -> "tuple[Database, UnitOfWork[Transaction]]":
    """Units of work of a task that writes what the service's own role may only read."""
    from billing.settings import required
    from chassis.clock import SystemClock
    from chassis.db import Database

    database = Database(required(settings.owner_url, "OWNER_URL"), name=f"billing.{role}")
    return database, _units(database, settings, SystemClock())


def _units(database: "Database", settings: "Settings", clock: "Clock") -> "UnitOfWork[Transaction]":
    from billing.store.transaction import Transaction

    return database.unit_of_work(partial(Transaction, clock=clock, signer=settings.signer()))


if __name__ == "__main__":
    sys.exit(roles.main())
