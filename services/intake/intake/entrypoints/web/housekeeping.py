"""What a web process does beside answering: closing sessions in time, sweeping what nobody can use."""

import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI

from chassis import logs
from chassis.db import Database, is_outage
from intake.entrypoints.web.portal import Portal
from intake.entrypoints.web.state import LIFETIME
from intake.usecases.sessions import sweep_sessions
from intake.usecases.sweeping import OrphanSweep, sweep_offers

# Seconds between two rounds; sessions end at most that much late.
_ROUND = 30.0

log = logs.get(__name__)


def keep_house(portal: Portal, database: Database) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """A lifespan that keeps house in a thread while the application serves."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        stop = threading.Event()
        thread = threading.Thread(target=_rounds, args=(portal, stop), name="housekeeping", daemon=True)
        thread.start()
        yield
        stop.set()
        thread.join()
        database.close()

    return lifespan


def _rounds(portal: Portal, stop: threading.Event) -> None:
    sweep = OrphanSweep(portal.uow, portal.blobs)
    look_at = 0.0
    portal.blobs.sweep()
    while not stop.is_set():
        try:
            _end_sessions(portal)
            sweep_offers(portal.uow, portal.clock)
            if time.monotonic() >= look_at:
                look_at = time.monotonic() + LIFETIME.total_seconds()
                sweep.look()
        except Exception as error:
            if not is_outage(error):
                log.error("housekeeping.failed", exc_info=error)
        stop.wait(_ROUND)


def _end_sessions(portal: Portal) -> None:
    due = portal.ends.due()
    if due:
        with portal.uow("end_sessions") as tx:
            tx.sessions.end(due)
    sweep_sessions(portal.uow, portal.clock)
