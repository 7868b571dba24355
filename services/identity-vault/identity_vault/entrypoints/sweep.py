"""`sweep run | status | mend`: the yearly re-creation of records. It runs once and ends; killed, it is run again."""

import sys
import time
from collections.abc import Callable

from chassis import logs
from chassis.clock import SystemClock
from chassis.db import Database, is_outage
from chassis.locks import advisory_lock
from chassis.stopping import on_termination
from identity_vault.settings import SweepSettings, SweepStatusSettings
from identity_vault.store.sweeps import Busy, SweepTransaction
from identity_vault.usecases.ports import StoreAway
from identity_vault.usecases.sweeping import Shelf, Stage, Sweep

USAGE = "run | status | mend"
# Seconds between two lines of progress.
_TELL = 10.0


Connect = Callable[[SweepSettings], tuple[Shelf, Stage]]


def run(arguments: list[str], connect: Connect) -> int:
    """Exit status: 1 when something is left to do, 2 for what is not a command."""
    logs.configure("identity-vault", "sweep", level="ERROR", coarse_time=True)
    if arguments == ["status"]:
        return _status(SweepStatusSettings.load())
    if arguments not in (["run"], ["mend"]):
        sys.stderr.write(f"usage: python -m identity_vault sweep {USAGE}\n")
        return 2
    settings = SweepSettings.load()
    database = _database(settings)
    try:
        with advisory_lock(database.engine, "sweep") as held:
            if not held:
                _say("another sweep is running")
                return 1
            return _sweep(settings, database, connect, only_mend=arguments == ["mend"])
    except StoreAway:
        _say("OpenBao is away, or refuses: nothing is lost, run it again")
    except Busy:
        _say("the database is busy: run it again")
    except Exception as error:
        if not is_outage(error):
            raise
        _say("the database is away: nothing is lost, run it again")
    finally:
        database.close()
    return 1


def _sweep(settings: SweepSettings, database: Database, connect: Connect, *, only_mend: bool) -> int:
    stop = on_termination()
    work = Sweep(database.unit_of_work(SweepTransaction), *connect(settings), SystemClock(), stop)
    mended = work.mend()
    if mended or only_mend:
        _say(mended, "records put back that an interrupted sweep had left on the stage")
    if only_mend:
        return 0
    number = work.number()
    if work.run(number, pause=1 / settings.sweep_per_second, tell=_Progress(number)):
        _say("sweep", number, "is finished: have the AppRole's secret id destroyed now")
        return 0
    _say("sweep", number, "was stopped: run it again to go on")
    return 1


def _status(settings: SweepStatusSettings) -> int:
    database = _database(settings)
    try:
        with database.unit_of_work(SweepTransaction)("sweep_status") as tx:
            last = tx.last()
            done, records = tx.counts(last.number if last else 0)
    finally:
        database.close()
    if last is None:
        _say("no sweep yet;", records, "records")
        return 0
    end = f"finished {last.finished_on}" if last.finished_on else "not finished"
    _say(f"sweep {last.number} begun {last.begun_on}, {end}; {done} of {records} records made anew")
    return 0


class _Progress:
    """A line from time to time, and the last one always."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._next = time.monotonic()

    def __call__(self, done: int, records: int) -> None:
        if done == records or time.monotonic() >= self._next:
            self._next = time.monotonic() + _TELL
            share = 100 * done // records if records else 100
            _say(f"sweep {self._number}: {done} of {records} ({share} %)")


def _database(settings: SweepStatusSettings) -> Database:
    return Database(settings.database_url.get_secret_value(), name="identity-vault.sweep", pool_size=2)


def _say(*words: object) -> None:
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")
    sys.stdout.flush()
