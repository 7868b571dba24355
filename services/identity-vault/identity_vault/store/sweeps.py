"""Sweeps in PostgreSQL: how far one is, the lock on a record's row, and the order of rows on disk.

The role of the sweep sees paths and no keys.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Function, func, insert, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from chassis.db import sqlstate
from identity_vault.store.sweep_tables import sweeps
from identity_vault.store.tables import record_keys

# Tables whose rows came one with each frame or address.
ROWS = ("record_keys", "registrations", "links", "contacts")


# SQLSTATE lock_not_available: somebody had the table for four seconds.
_NOT_AVAILABLE = "55P03"


class Busy(Exception):
    """A table could not be had for a moment: try again."""


@dataclass(frozen=True, slots=True)
class SweepRow:
    """A sweep. `finished_on` is None while it is not finished."""

    number: int
    begun_on: date
    finished_on: date | None


class SweepTransaction:
    """All that a transaction of the sweep does."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def last(self) -> SweepRow | None:
        found = self._session.execute(select(sweeps).order_by(sweeps.c.number.desc()).limit(1)).first()
        return SweepRow(found.number, found.begun_on, found.finished_on) if found else None

    def begin(self, number: int, today: date) -> None:
        self._session.execute(insert(sweeps).values(number=number, begun_on=today))

    def finish(self, number: int, today: date) -> None:
        self._session.execute(update(sweeps).where(sweeps.c.number == number).values(finished_on=today))

    def left(self, number: int) -> list[str]:
        """The paths that this sweep has not come to."""
        return list(self._session.scalars(select(record_keys.c.path).where(record_keys.c.swept < number)))

    def counts(self, number: int) -> tuple[int, int]:
        """Records that this sweep made anew, and all there are."""
        done = func.count().filter(record_keys.c.swept == number)
        found = self._session.execute(select(done, func.count(record_keys.c.path))).one()
        return int(found[0]), int(found[1])

    def lock(self, path: str) -> bool:
        """Keep the eraser from this record until the transaction ends. False when it was erased."""
        row = select(record_keys.c.path).where(record_keys.c.path == path).with_for_update()
        return self._session.execute(row).first() is not None

    def made(self, path: str, number: int) -> None:
        self._session.execute(update(record_keys).where(record_keys.c.path == path).values(swept=number))

    def date_alike(self, table: str) -> None:
        """All rows of one of ROWS are written anew, in this transaction. Raises Busy."""
        self._call(func.date_rows_alike(table))

    def put_in_order(self, table: str) -> None:
        """The file of one of ROWS is written anew, in the order of its keyed hashes. Raises Busy."""
        self._call(func.put_rows_in_order(table))

    def _call(self, function: "Function[Any]") -> None:
        try:
            self._session.execute(select(function))
        except OperationalError as error:
            if sqlstate(error) == _NOT_AVAILABLE:
                raise Busy from None
            raise
