"""Units of work: named transactions, retried where PostgreSQL says that trying again may help."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Generic, TypeVar

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

T = TypeVar("T")
R = TypeVar("R")

# SQLSTATE: serialization_failure, deadlock_detected.
_RETRIED = {"40001", "40P01"}
_ATTEMPTS = 5


class UnitOfWork(Generic[T]):
    """Opens transactions over one database and hands out the service's own view of them.

    Used as `with uow("submit_report") as tx:`; the block commits at its end and rolls back on any exception.
    """

    def __init__(self, engine: Engine, view: Callable[[Session], T]) -> None:
        self._engine = engine
        self._view = view

    @contextmanager
    def _transaction(self, name: str) -> Iterator[T]:
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            session.info["unit"] = name
            yield self._view(session)

    def __call__(self, name: str) -> AbstractContextManager[T]:
        return self._transaction(name)

    def run(self, name: str, work: Callable[[T], R]) -> R:
        """Do `work` in one transaction, again (at most 5 times) after a serialization failure or a deadlock."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with self._transaction(name) as tx:
                    return work(tx)
            except DBAPIError as error:
                if attempt == _ATTEMPTS or sqlstate(error) not in _RETRIED:
                    raise
                time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 (spreads retries, no secret)
        raise AssertionError("unreachable")


class Database:
    """One PostgreSQL database, as one role. Bound parameters never stand in an error."""

    def __init__(self, url: str, *, name: str, pool_size: int = 5) -> None:
        self.engine = create_engine(
            with_driver(url),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"application_name": name, "connect_timeout": 5},
        )

    def unit_of_work(self, view: Callable[[Session], T]) -> UnitOfWork[T]:
        """The unit of work of a service; `view` makes its Transaction (repositories, outbox) from a session."""
        return UnitOfWork(self.engine, view)

    def ping(self) -> None:
        """Raise OperationalError unless the database answers."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        self.engine.dispose()


def is_outage(error: BaseException) -> bool:
    """Is it the database that is away (and not this statement that is wrong)?"""
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    # No SQLSTATE: no connection. 08 connection, 53 resources, 57 shutdown or crash of the server; but 57014 is a
    # statement that took too long, and would again.
    state = sqlstate(error) or "08"
    return isinstance(error, OperationalError) and state != "57014" and state[:2] in {"08", "53", "57"}


def sqlstate(error: DBAPIError) -> str | None:
    """The SQLSTATE of an error, None when the server did not answer."""
    return getattr(error.orig, "sqlstate", None)


def with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
