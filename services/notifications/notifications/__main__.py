"""Notifications' processes: `python -m notifications <role>`. Each is wired here."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from chassis.roles import Roles

if TYPE_CHECKING:
    from fastapi import FastAPI

    from chassis.db import Database, UnitOfWork
    from chassis.sealing.fields import FieldCipher
    from chassis.settings import ServiceSettings
    from notifications.gateways.smtp import SmtpServer
    from notifications.settings import PushSettings, SenderSettings
    from notifications.store.transaction import Transaction

roles = Roles("notifications")
MIGRATIONS = Path(__file__).parents[1] / "migrations"


@roles.role("worker", eventlet=True)
def worker(_arguments: list[str]) -> None:
    """Queues what the other services ask to be mailed."""
    from chassis.bus import run_worker
    from notifications.entrypoints.events import Worker
    from notifications.settings import Settings
    from notifications.store.tables import inbox

    settings = Settings.load()
    _, uow = _start("worker", settings, pool_size=10)
    run_worker(Worker, settings, uow, inbox=inbox)


@roles.role("sender")
def sender(_arguments: list[str]) -> None:
    """Mails what is queued."""
    from chassis.health import Heartbeat
    from chassis.stopping import on_termination
    from notifications.domain.retries import Retries
    from notifications.entrypoints import sender as process
    from notifications.settings import SenderSettings
    from notifications.usecases.letters import Addresses, Letters
    from notifications.usecases.sending import Sending

    settings = SenderSettings.load()
    database, uow = _start("sender", settings)
    addresses = Addresses(settings.office_url, settings.invitation_url, settings.billing_url, settings.space_url)
    retries = Retries(settings.retry_first, settings.retry_longest)
    sending = Sending(uow, _mail_server(settings), Letters(addresses), retries)
    heartbeat = Heartbeat(settings.state_dir, "notifications-sender")
    process.run(sending, database.engine, on_termination(), heartbeat, poll=settings.poll_seconds)


@roles.role("web")
def web(_arguments: list[str]) -> None:
    """The feed of public events."""
    from chassis.web import serve
    from notifications.entrypoints.web.settings import WebProcessSettings

    serve("notifications.__main__:build_web", WebProcessSettings.load())


def build_web() -> "FastAPI":
    """The web process's application, in whichever process serves it."""
    from notifications.entrypoints.web.app import create
    from notifications.entrypoints.web.settings import WebProcessSettings

    settings = WebProcessSettings.load()
    database, uow = _start("web", settings, pool_size=5)
    return create(settings, uow, database, per_minute=settings.requests_per_minute)


@roles.role("pusher", private=True)
def pusher(_arguments: list[str]) -> None:
    """Sends public events to webhooks. As many side by side as one likes."""
    from chassis.clock import SystemClock
    from chassis.health import Heartbeat
    from chassis.stopping import on_termination
    from notifications.domain.retries import Retries
    from notifications.entrypoints import pusher as process
    from notifications.gateways.webhook_client import WebhookClient
    from notifications.settings import PushSettings
    from notifications.usecases.pushing import Pushing

    settings = PushSettings.load()
    database, uow = _start("pusher", settings)
    client = WebhookClient(timeout=settings.webhook_timeout, private_allowed=settings.webhook_private)
    retries = Retries(settings.webhook_retry_first, settings.webhook_retry_longest)
    pushing = Pushing(uow, client, _cipher(settings), retries, SystemClock(), settings.webhook_attempts)
    heartbeat = Heartbeat(settings.state_dir, "notifications-pusher")
    process.run(pushing, database.engine, on_termination(), heartbeat, poll=settings.poll_seconds)
    client.close()


@roles.role("tokens")
def tokens(arguments: list[str]) -> int:
    """Who may read a feed: issue, list, revoke."""
    from notifications.entrypoints import cli
    from notifications.settings import Settings

    return cli.tokens(_start("tokens", Settings.load())[1], arguments)


@roles.role("webhooks", private=True)
def webhooks(arguments: list[str]) -> int:
    """Where events are pushed: add, list, stop, parked, retry."""
    from notifications.entrypoints import cli
    from notifications.settings import PushSettings

    settings = PushSettings.load()
    uow = _start("webhooks", settings)[1]
    return cli.webhooks(uow, _cipher(settings), arguments, allow_http=settings.webhook_private)


@roles.role("migrate")
def migrate(_arguments: list[str]) -> None:
    """Brings the database to its newest revision, as its owner."""
    from sqlalchemy import make_url

    from chassis.migrations import upgrade
    from notifications.settings import MigrateSettings

    settings = MigrateSettings.load()
    app_role = make_url(settings.database_url.get_secret_value()).username
    upgrade(MIGRATIONS, settings.owner_url.get_secret_value(), app_role or "")


def _cipher(settings: "PushSettings") -> "FieldCipher":
    from chassis.sealing.fields import FieldCipher

    return FieldCipher(bytes.fromhex(settings.webhook_key.get_secret_value()))


def _mail_server(settings: "SenderSettings") -> "SmtpServer":
    from notifications.gateways.smtp import SmtpServer

    return SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_from,
        sender_name=settings.smtp_sender_name,
        timeout=settings.smtp_timeout,
        starttls=settings.smtp_starttls,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
    )


def _start(role: str, settings: "ServiceSettings", *, pool_size: int = 2) -> "tuple[Database, UnitOfWork[Transaction]]":
    from chassis import logs, telemetry
    from chassis.clock import SystemClock
    from chassis.db import Database
    from notifications.store.transaction import Transaction

    logs.configure("notifications", role, level=settings.log_level)
    telemetry.configure("notifications", role, settings.otlp_endpoint)
    database = Database(settings.database_url.get_secret_value(), name=f"notifications-{role}", pool_size=pool_size)
    return database, database.unit_of_work(partial(Transaction, clock=SystemClock()))


if __name__ == "__main__":
    sys.exit(roles.main())
