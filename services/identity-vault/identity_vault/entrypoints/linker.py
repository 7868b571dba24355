"""The linker process: its letters, its batches at fixed hours, its gRPC server."""

import threading
from collections.abc import Callable

from chassis import logs
from chassis.clock import Clock, paris_day
from chassis.db import Database, UnitOfWork
from chassis.health import Health, Heartbeat
from chassis.release import ReleaseSchedule
from chassis.rpc import Server, serve
from chassis.timers import take_turn
from identity_vault.entrypoints.linker_rpc import Reach
from identity_vault.entrypoints.loop import Loop, run_loops
from identity_vault.reach_settings import LinkerSettings
from identity_vault.store.linker_transaction import LinkerTransaction
from identity_vault.store.reach_keys import RowKeys
from identity_vault.usecases.erasing_links import LinkErasure, forget_links
from identity_vault.usecases.layer import LayerKeys
from identity_vault.usecases.letters import Postman
from identity_vault.usecases.linking import apply, tidy
from identity_vault.usecases.ringing import Courier, CourierAway, Ringing
from paravent.identity_vault.v1.record_pb2 import LinkerLetter
from paravent_rpc.identity_vault.v1.reach_pb2_grpc import add_ReachServiceServicer_to_server

log = logs.get(__name__)

_LOCK = "identity-vault/linker-batch"
# Seconds between two looks at the clock.
_LOOK = 1.0
_TIDY = 3600.0


class Linker:
    """One linker process, wired over a database, keys and a courier."""

    def __init__(
        self, settings: LinkerSettings, database: Database, keys: LayerKeys, courier: Courier, clock: Clock
    ) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        row_keys = RowKeys(*settings.row_keys())
        self._uow: UnitOfWork[LinkerTransaction] = database.unit_of_work(
            lambda session: LinkerTransaction(session, row_keys)
        )
        self._keys = keys
        self._erasures: UnitOfWork[LinkErasure] = database.unit_of_work(lambda session: LinkErasure(session, row_keys))
        self.postman = Postman(
            self._uow, keys, LinkerLetter, lambda tx, letter: apply(tx, letter, paris_day(clock.now()))
        )
        self.ringing = Ringing(self._uow, keys, courier, clock, days_between=settings.days_between_mails)

    def serve(self) -> Server:
        """Raises ServerRefused."""
        health = Health()
        health.add("database", self._database.ping)
        return serve(
            self._settings.tls,
            self._settings.linker_port,
            [(add_ReachServiceServicer_to_server, Reach(self.ringing))],
            self._settings.allow,
            host=self._settings.linker_host,
            health=health,
            probes=self._settings.probes,
            threads=self._settings.threads,
        )

    def erase(self) -> int:
        """Forget the links of reports whose erasure is due."""
        return forget_links(self._erasures, self._keys)

    def tidy(self) -> int:
        with self._uow("tidy_linker") as tx:
            tidy(tx, paris_day(self._clock.now()))
        return 0

    def batch(self) -> None:
        """One batch, by one process at a time. While the courier is away, everything stays for the next one."""
        try:
            take_turn(_LOCK, self._database.engine, self.ringing.batch)
        except CourierAway:
            log.warning("batch.courier_away")

    def run(self, stop: threading.Event, heart: Heartbeat) -> None:
        """Serve and work until `stop`. Raises ServerRefused."""
        server = self.serve()
        log.info("linker.started", port=server.port)
        schedule = ReleaseSchedule.parse(self._settings.courier_hours)
        loops = [
            Loop("letters", self.postman.work, stop, every=self._settings.poll_seconds),
            Loop("batches", at_hours(schedule, self._clock, self.batch), stop, every=_LOOK),
            Loop("erasures", self.erase, stop, every=self._settings.poll_seconds),
            Loop("tidy", self.tidy, stop, every=_TIDY),
        ]
        try:
            run_loops(loops, stop, heart)
        finally:
            server.stop()
            log.info("linker.stopped")


def at_hours(schedule: ReleaseSchedule, clock: Clock, work: Callable[[], None]) -> Callable[[], int]:
    """A turn that calls `work` when one of the set hours has passed since the last turn.

    The last hour is in memory only: one that passes while no linker runs is left out, and its mails leave at the next.
    """
    last = clock.now()

    def turn() -> int:
        nonlocal last
        now = clock.now()
        if schedule.due(last, now):
            last = now
            work()
        return 0

    return turn
