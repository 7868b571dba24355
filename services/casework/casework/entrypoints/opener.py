"""The opener's loops: reports first, then who joins, then what is said; beside them files and identity-vault."""

import threading
import time
from collections.abc import Callable

from casework.entrypoints.vault import VaultCalls
from casework.store import files, inbound
from casework.store.transaction import Transaction
from casework.usecases import repairing
from casework.usecases.copying import Copying, copy_file
from casework.usecases.hearing import open_messages
from casework.usecases.joining import open_voices, settle_old_cases
from casework.usecases.opening import Opening, open_reports
from casework.usecases.ports import KeysAway
from chassis import logs
from chassis.db import Database, UnitOfWork, is_outage
from chassis.health import Heartbeat
from chassis.queues import Listener, work_off

log = logs.get(__name__)

# Seconds: fallback for lost notifications; between two looks at what waits for something else; while OpenBao is away.
POLL = 5.0
_REMINDER = 15.0
_PAUSE = 2.0
# Two looks at the queue are this far apart: what comes meanwhile shares one transaction, at a quarter of the cost.
_GATHER = 0.05


class Opener:
    """Opens what the worker queued, until `stop` is set."""

    def __init__(
        self,
        database: Database,
        uow: UnitOfWork[Transaction],
        opening: Opening,
        copying: Copying,
        calls: VaultCalls,
        *,
        batch: int = 24,
    ) -> None:
        self._database = database
        self._uow = uow
        self._opening = opening
        self._copying = copying
        self._calls = calls
        self._batch = batch
        self._reminded = time.monotonic()
        self._looked = 0.0
        self._settled = False

    def run(self, stop: threading.Event, heartbeat: Heartbeat | None = None) -> None:
        log.info("opener.started")
        faults: list[BaseException] = []
        beside = [
            threading.Thread(target=self._beside, args=(run, stop, faults), name=name)
            for name, run in (("copier", self._copy), ("caller", self._call))
        ]
        for thread in beside:
            thread.start()
        try:
            self._loop(inbound.CHANNEL, lambda: self._open(stop), stop, heartbeat)
        finally:
            stop.set()
            for thread in beside:
                thread.join()
        if faults:
            raise faults[0]

    def _beside(
        self, run: Callable[[threading.Event], None], stop: threading.Event, faults: list[BaseException]
    ) -> None:
        """A thread that dies takes the process with it: the supervisor starts all of them again."""
        try:
            run(stop)
        except BaseException as fault:
            faults.append(fault)
            stop.set()

    def _copy(self, stop: threading.Event) -> None:
        self._loop(files.CHANNEL, self._copy_one, stop)

    def _call(self, stop: threading.Event) -> None:
        self._calls.run(self._database, stop)

    def _copy_one(self) -> int:
        """A store that is away, or full, must not keep reports from being opened."""
        try:
            return copy_file(self._uow, self._copying)
        except Exception as error:
            if isinstance(error, KeysAway) or is_outage(error):
                raise
            log.error("opener.copy_failed", exc_info=True)
            raise KeysAway from None

    def _loop(
        self, channel: str, work: Callable[[], int], stop: threading.Event, heartbeat: Heartbeat | None = None
    ) -> None:
        def turn() -> int:
            if heartbeat:
                heartbeat.beat()
            try:
                return work()
            except KeysAway:
                log.warning("opener.keys_away", exc_info=True)
            stop.wait(_PAUSE)
            return 0

        work_off(turn, Listener(self._database.engine, channel), stop, poll=POLL)

    def _open(self, stop: threading.Event) -> int:
        self._remind()
        stop.wait(max(0.0, self._looked + _GATHER - time.monotonic()))
        self._looked = time.monotonic()
        self._settled = self._settled or not settle_old_cases(self._uow, self._opening, self._batch)
        opened = open_reports(self._uow, self._opening, self._batch)
        opened += open_voices(self._uow, self._opening, self._batch)
        opened += open_messages(self._uow, self._opening, self._batch)
        return opened if self._settled else opened + 1

    def _remind(self) -> None:
        if time.monotonic() - self._reminded > _REMINDER:
            self._reminded = time.monotonic()
            repairing.awaken(self._uow)
