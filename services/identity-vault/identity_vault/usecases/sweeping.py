"""The yearly sweep: every record is made anew, in random order, so that nothing at rest tells when it came.

A record is at every moment in its own place, on the stage, or in both: whoever looks in one place, the other, and the
first again finds it. The lock on its row of `record_keys` keeps the eraser away from the first step to the last; a row
that is gone means that the record was erased, and then nothing of it is put anywhere.
"""

import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Protocol

from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from identity_vault.store.sweeps import ROWS, Busy, SweepTransaction

# Tries to get a table for oneself, four seconds each, and the pause between two.
_TRIES = 10
_PAUSE = 2.0


class Shelf(Protocol):
    """A place for records, which are opaque here. Every method raises StoreAway."""

    def read(self, path: str) -> Mapping[str, object] | None: ...

    def put(self, path: str, content: Mapping[str, object]) -> bool:
        """False when something stands there: it stays as it is."""
        ...

    def destroy(self, path: str) -> None: ...


class Stage(Shelf, Protocol):
    """Where a record stands while its own place is empty."""

    def paths(self) -> list[str]: ...


class Sweep:
    """One process at a time runs it; `stop` ends it between two records."""

    def __init__(
        self, uow: UnitOfWork[SweepTransaction], records: Shelf, stage: Stage, clock: Clock, stop: threading.Event
    ) -> None:
        self._uow = uow
        self._records = records
        self._stage = stage
        self._clock = clock
        self._stop = stop

    def mend(self) -> int:
        """Put back what an interrupted sweep left on the stage; answers how many. Raises StoreAway."""
        left = self._stage.paths()
        for path in left:
            with self._uow("sweep_mend") as tx:
                self._mend(tx, path)
        return len(left)

    def number(self) -> int:
        """The sweep that is not finished; else a new one begins."""
        with self._uow("sweep_begin") as tx:
            last = tx.last()
            if last and last.finished_on is None:
                return last.number
            number = last.number + 1 if last else 1
            tx.begin(number, paris_day(self._clock.now()))
        return number

    def run(self, number: int, *, pause: float, tell: Callable[[int, int], None]) -> bool:
        """Bring a sweep to its end; False when it was stopped before. `tell`: how many of how many are done.

        What is sealed meanwhile waits for the next sweep. Raises StoreAway, Busy: run it again.
        """
        with self._uow("sweep_left") as tx:
            paths = tx.left(number)
        secrets.SystemRandom().shuffle(paths)
        for done, path in enumerate(paths):
            tell(done, len(paths))
            if self._stop.is_set():
                return False
            with self._uow("sweep_record") as tx:
                self._make_anew(tx, path, number)
            self._stop.wait(pause)
        tell(len(paths), len(paths))
        return self._end(number)

    def _make_anew(self, tx: SweepTransaction, path: str, number: int) -> None:
        if not self._mend(tx, path):
            return
        content = self._records.read(path)
        if content is not None:
            self._stage.put(path, content)
            self._records.destroy(path)
            # Without its row it was erased. A connection that broke is noticed here as well: the lock went with it.
            if tx.lock(path):
                self._records.put(path, content)
            self._stage.destroy(path)
        tx.made(path, number)

    def _mend(self, tx: SweepTransaction, path: str) -> bool:
        """Leave the record in its own place alone. False when it was erased: then it is nowhere."""
        if not tx.lock(path):
            self._records.destroy(path)
            self._stage.destroy(path)
            return False
        kept = self._stage.read(path)
        if kept is not None:
            if self._records.read(path) is None:
                self._records.put(path, kept)
            self._stage.destroy(path)
        return True

    def _end(self, number: int) -> bool:
        for table in ROWS:
            for step in (SweepTransaction.date_alike, SweepTransaction.put_in_order):
                self._patiently(lambda tx, step=step, table=table: step(tx, table))  # type: ignore[misc]
        with self._uow("sweep_end") as tx:
            tx.finish(number, paris_day(self._clock.now()))
        return True

    def _patiently(self, work: Callable[[SweepTransaction], None]) -> None:
        """A table that others use is tried again. Raises Busy."""
        for _ in range(_TRIES):
            try:
                with self._uow("sweep_rows") as tx:
                    work(tx)
            except Busy:
                self._stop.wait(_PAUSE)
            else:
                return
        raise Busy
