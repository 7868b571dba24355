"""Notifications on a real database, mailing to a sink."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from chassis.clock import FixedClock
from chassis.db import Database, UnitOfWork
from chassis.migrations import upgrade
from local_platform.ports import HOST, free_port
from notifications.domain.retries import Retries
from notifications.gateways.smtp import SmtpServer
from notifications.store import public_tables, tables
from notifications.store.transaction import Transaction
from notifications.usecases.letters import Addresses, Letters
from notifications.usecases.sending import Sending

MIGRATIONS = Path(__file__).parents[1] / "migrations"
OFFICE = "https://bureau.example.org/"
INVITATION = "https://conventions.example.org/invitation"
BILLING = "https://conventions.example.org/"
SPACE = "https://conventions.example.org/espace/entrer"


@pytest.fixture(scope="session")
def address(fresh_database):
    """The database of notifications, migrated."""
    made = fresh_database("notifications")
    upgrade(MIGRATIONS, made.owner_url, made.app_role)
    return made


@pytest.fixture
def database(address) -> Iterator[Database]:
    """Its tables, empty, as the application's role sees them."""
    owner = Database(address.owner_url, name="owner", pool_size=1)
    with owner.engine.begin() as connection:
        for table in reversed(public_tables.metadata.sorted_tables):
            connection.execute(table.delete())
    owner.close()
    database = Database(address.app_url, name="tests", pool_size=3)
    yield database
    database.close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 20, 9, 30, tzinfo=UTC))


@pytest.fixture
def uow(database: Database, clock: FixedClock) -> UnitOfWork[Transaction]:
    return database.unit_of_work(partial(Transaction, clock=clock))


@pytest.fixture
def uow_of(database: Database, address, clock: FixedClock) -> Iterator[Callable[[str], UnitOfWork[Transaction]]]:
    """The unit of work of a process that has a database role of its own."""
    opened: list[Database] = []

    def open_as(process: str) -> UnitOfWork[Transaction]:
        opened.append(Database(address.process_urls[process], name=process, pool_size=3))
        return opened[-1].unit_of_work(partial(Transaction, clock=clock))

    yield open_as
    for one in opened:
        one.close()


@pytest.fixture
def rows(database: Database) -> Callable[[], list[Any]]:
    """The rows of the queue, in the order of their day."""

    def read() -> list[Any]:
        with database.engine.connect() as connection:
            return list(connection.execute(select(tables.deliveries).order_by(tables.deliveries.c.id)))

    return read


@pytest.fixture
def sending(uow: UnitOfWork[Transaction], mailbox) -> Sending:
    return make_sending(uow, mailbox.host, mailbox.port)


@pytest.fixture
def sending_to(uow: UnitOfWork[Transaction]) -> Callable[[int], Sending]:
    """Sends to the server of a port."""
    return lambda port: make_sending(uow, HOST, port)


@pytest.fixture
def server_saying() -> Iterator[Callable[[str], int]]:
    """A mail server that gives this answer to every recipient; answers its port."""
    running: list[Controller] = []

    def start(reply: str) -> int:
        class Handler:
            async def handle_RCPT(self, *_arguments: Any) -> str:
                return reply

        controller = Controller(Handler(), hostname=HOST, port=free_port())
        controller.start()
        running.append(controller)
        return controller.port

    yield start
    for controller in running:
        controller.stop()


def make_sending(uow: UnitOfWork[Transaction], host: str, port: int) -> Sending:
    server = SmtpServer(host, port, sender="ne-pas-repondre@example.org", sender_name="Espace de travail", timeout=5)
    retries = Retries(timedelta(seconds=10), timedelta(minutes=10))
    return Sending(uow, server, Letters(Addresses(OFFICE, INVITATION, BILLING, SPACE)), retries)
