"""Processes of billing: `python -m billing {web,relay,migrate,seed}`."""

import sys
from functools import partial
from pathlib import Path

from chassis.roles import Roles

roles = Roles("billing")
MIGRATIONS = Path(__file__).parents[1] / "migrations"


@roles.role("web", private=True)
def web(_arguments: list[str]) -> None:
    """The managers' back office and the invitation page."""
    from billing.settings import Settings
    from chassis.web import serve

    serve("billing.entrypoints.web.app:build", Settings.load())


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


@roles.role("migrate")
def migrate(_arguments: list[str]) -> None:
    """Bring the database to its newest revision, as its owner."""
    from sqlalchemy import make_url

    from billing.settings import Settings, required
    from chassis.migrations import upgrade

    settings = Settings.load()
    app_role = make_url(settings.database_url.get_secret_value()).username
    upgrade(MIGRATIONS, required(settings.owner_url, "OWNER_URL"), app_role or "")


@roles.role("seed")
def seed(_arguments: list[str]) -> None:
    """Add the demonstration's data, as the database's owner."""
    from billing.reference import demo
    from billing.reference.communes import OfficialList
    from billing.settings import Settings, required
    from billing.store.transaction import Transaction
    from billing.usecases.demonstration import seed_demonstration
    from chassis.clock import SystemClock
    from chassis.db import Database
    from chassis.settings import SettingsError

    settings = Settings.load()
    if settings.oidc_issuer is None:
        raise SettingsError("settings: BILLING_OIDC_ISSUER is missing")
    clock = SystemClock()
    database = Database(required(settings.owner_url, "OWNER_URL"), name="billing.seed")
    uow = database.unit_of_work(partial(Transaction, clock=clock, signer=settings.signer()))
    added = seed_demonstration(uow, demo.load(), settings.oidc_issuer, OfficialList().by_insee_code, clock)
    sys.stdout.write(f"billing: {added} members added\n")


if __name__ == "__main__":
    sys.exit(roles.main())
