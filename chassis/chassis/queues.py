"""Queue tables: rows that wait for a plain process (opener, sender, pump), claimed with `FOR UPDATE SKIP LOCKED`.

`LISTEN/NOTIFY` wakes the process that waits for rows; polling is the fallback, since a notification sent while nobody
listens is gone.
"""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from sqlalchemy import ColumnElement, Engine, Row, Table, func, select
from sqlalchemy.orm import Session

from chassis.db import is_outage

# Seconds between two looks at `stop` while waiting, and the longest pause while PostgreSQL is away.
_SLICE = 0.25
_LONGEST_PAUSE = 5.0


def claim(
    session: Session,
    table: Table,
    limit: int,
    *,
    where: ColumnElement[bool] | None = None,
    order_by: Sequence[ColumnElement[Any]] = (),
) -> Sequence[Row[Any]]:
    """Up to `limit` rows that no other transaction holds, locked until this one ends: delete or mark them in it."""
    query = select(table).limit(limit).with_for_update(skip_locked=True)
    if where is not None:
        query = query.where(where)
    return session.execute(query.order_by(*(order_by or table.primary_key.columns))).all()


def notify(session: Session, channel: str) -> None:
    """Wake the listeners of a channel when the session's transaction commits. Carries no content."""
    session.execute(select(func.pg_notify(channel, "")))


class Listener:
    """Waits for notifications on one channel, on a connection of its own, which it opens again after an outage."""

    def __init__(self, engine: Engine, channel: str) -> None:
        self._engine = engine
        self._channel = channel
        self._connection: psycopg.Connection[Any] | None = None

    def wait(self, seconds: float, stop: threading.Event | None = None) -> bool:
        """Wait until notified (True), or until `seconds` have passed or `stop` is set (False).

        A connection that has just been opened answers True at once: what was notified before is not known.
        """
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0 and not (stop and stop.is_set()):
            try:
                if self._connection is None:
                    self._connection = self._listen()
                    return True
                if self._notified(self._connection, min(left, _SLICE)):
                    return True
            except psycopg.OperationalError:
                self.close()
                _rest(min(left, _SLICE), stop)
        return False

    def close(self) -> None:
        """Give the connection back. The next `wait` opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _listen(self) -> psycopg.Connection[Any]:
        arguments = self._engine.dialect.create_connect_args(self._engine.url)[1]
        arguments.pop("context", None)
        connection = psycopg.connect(**arguments, autocommit=True, connect_timeout=5)
        connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(self._channel)))
        return connection

    @staticmethod
    def _notified(connection: psycopg.Connection[Any], seconds: float) -> bool:
        return any(True for _ in connection.notifies(timeout=seconds, stop_after=1))


def work_off(work: Callable[[], int], listener: Listener, stop: threading.Event, *, poll: float = 5.0) -> None:
    """Call `work` (which answers how many rows it did) while it finds rows, else wait for the listener; until `stop`.

    While PostgreSQL is away it waits, longer each time up to 5 s. Any other error of `work` is raised.
    """
    pause = _SLICE
    while not stop.is_set():
        try:
            done = work()
        except Exception as error:
            if not is_outage(error):
                raise
            _rest(pause, stop)
            pause = min(pause * 2, _LONGEST_PAUSE)
            continue
        pause = _SLICE
        if not done:
            listener.wait(poll, stop)
    listener.close()


def _rest(seconds: float, stop: threading.Event | None) -> None:
    if stop is None:
        time.sleep(seconds)
    else:
        stop.wait(seconds)
