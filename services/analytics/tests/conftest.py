"""Analytics on a real database."""

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from analytics.domain.figures import Cell
from analytics.entrypoints.web.app import create
from analytics.settings import WebProcessSettings
from analytics.store import tables
from analytics.store.transaction import Transaction
from analytics.usecases.counting import count
from analytics.usecases.publishing import Publishing
from chassis.clock import FixedClock
from chassis.db import Database, UnitOfWork
from chassis.migrations import upgrade
from tests.support.clients import client
from tests.support.serving import serving

MIGRATIONS = Path(__file__).parents[1] / "migrations"


@pytest.fixture(scope="session")
def address(fresh_database):
    """The database of analytics, migrated."""
    made = fresh_database("analytics")
    upgrade(MIGRATIONS, made.owner_url, made.app_role)
    return made


@pytest.fixture
def database(address) -> Iterator[Database]:
    """Its tables, empty, as the application's role sees them."""
    owner = Database(address.owner_url, name="owner", pool_size=1)
    with owner.engine.begin() as connection:
        for table in reversed(tables.metadata.sorted_tables):
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
def publishing() -> Publishing:
    return Publishing(threshold=11, every=timedelta(days=7))


@pytest.fixture
def told(uow) -> Callable[..., None]:
    """Casework tells of so many reports in one cell."""

    def tell(number: int, month: str = "2026-11", act: str = "HARCELEMENT_MORAL", band: str = "50-349") -> None:
        with uow("test") as tx:
            count(tx, [(Cell(month, act, band), number)])

    return tell


@pytest.fixture
def site(address, database, uow) -> Iterator[httpx.Client]:
    """The public pages, served."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = WebProcessSettings(
            database_url=SecretStr(address.app_url), public_url=url, cookie_secure=False, state_dir=Path()
        )
        with (
            serving(create(settings, uow, database), listener),
            client(url) as visitor,
        ):
            yield visitor
