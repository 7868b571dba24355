"""Analytics' processes: `python -m analytics {web,worker,publish,migrate}`. Each is wired here."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from chassis.roles import Roles

if TYPE_CHECKING:
    from fastapi import FastAPI

    from analytics.settings import PublishingSettings
    from analytics.store.transaction import Transaction
    from analytics.usecases.publishing import Publishing
    from chassis.db import Database, UnitOfWork
    from chassis.settings import ServiceSettings

roles = Roles("analytics")
MIGRATIONS = Path(__file__).parents[1] / "migrations"


@roles.role("web")
def web(_arguments: list[str]) -> None:
    """The published figures, for everybody."""
    from analytics.settings import WebProcessSettings
    from chassis.web import serve

    serve("analytics.__main__:build_web", WebProcessSettings.load())


def build_web() -> "FastAPI":
    """The web process's application, in whichever process serves it."""
    from analytics.entrypoints.web.app import create
    from analytics.settings import WebProcessSettings

    settings = WebProcessSettings.load()
    database, uow = _start("web", settings, pool_size=5)
    return create(settings, uow, database)


@roles.role("worker", eventlet=True)
def worker(_arguments: list[str]) -> None:
    """Counts what casework tells, and publishes at set hours."""
    from analytics.entrypoints.events import Worker
    from analytics.settings import PublishingSettings
    from analytics.store.tables import inbox
    from chassis.bus import run_worker

    settings = PublishingSettings.load()
    _, uow = _start("worker", settings, pool_size=10)
    run_worker(Worker(_publishing(settings)), settings, uow, inbox=inbox)


@roles.role("publish")
def publish(_arguments: list[str]) -> int:
    """Publishes now, out of turn."""
    from analytics.entrypoints.events import PUBLICATION_LOCK
    from analytics.settings import PublishingSettings
    from chassis.locks import lock_transaction

    settings = PublishingSettings.load()
    _, uow = _start("publish", settings)
    with uow("publish_now") as tx:
        if not lock_transaction(tx.session, PUBLICATION_LOCK):
            sys.stderr.write("analytics: a publication is under way\n")
            return 1
        _publishing(settings).publish_now(tx)
    sys.stdout.write("analytics: published\n")
    return 0


@roles.role("migrate")
def migrate(_arguments: list[str]) -> None:
    """Brings the database to its newest revision, as its owner."""
    from sqlalchemy import make_url

    from analytics.settings import MigrateSettings
    from chassis.migrations import upgrade

    settings = MigrateSettings.load()
    app_role = make_url(settings.database_url.get_secret_value()).username
    upgrade(MIGRATIONS, settings.owner_url.get_secret_value(), app_role or "")


def _publishing(settings: "PublishingSettings") -> "Publishing":
    from datetime import timedelta

    from analytics.usecases.publishing import Publishing

    return Publishing(settings.threshold, timedelta(seconds=settings.publish_seconds))


def _start(role: str, settings: "ServiceSettings", *, pool_size: int = 2) -> "tuple[Database, UnitOfWork[Transaction]]":
    from analytics.store.transaction import Transaction
    from chassis import logs, telemetry
    from chassis.clock import SystemClock
    from chassis.db import Database

    logs.configure("analytics", role, level=settings.log_level)
    telemetry.configure("analytics", role, settings.otlp_endpoint)
    database = Database(settings.database_url.get_secret_value(), name=f"analytics-{role}", pool_size=pool_size)
    return database, database.unit_of_work(partial(Transaction, clock=SystemClock()))


if __name__ == "__main__":
    sys.exit(roles.main())
