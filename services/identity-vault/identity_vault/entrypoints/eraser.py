"""The eraser process: takes orders over gRPC, and works them off turn by turn."""

import signal
import threading
import time
from typing import Any

import grpc
import requests
from hvac.exceptions import VaultError

from chassis import logs
from chassis.clock import SystemClock
from chassis.db import Database, UnitOfWork, is_outage
from chassis.health import Health, Heartbeat
from chassis.rpc import Call, Detail, Refused, Server, serve
from chassis.timers import take_turn
from identity_vault.domain.erasure import FRAME, Rules
from identity_vault.settings import EraserSettings
from identity_vault.store.eraser_transaction import EraserTransaction
from identity_vault.usecases.destroying import Eraser, ErasureLedger, Shredder
from identity_vault.usecases.operating import Operators
from identity_vault.usecases.ports import StoreAway
from paravent.identity_vault.v1 import erasure_pb2
from paravent_rpc.identity_vault.v1.erasure_pb2_grpc import (
    ErasureServiceServicer,
    add_ErasureServiceServicer_to_server,
)

log = logs.get(__name__)

_BEAT = 5.0
# Orders of one call: a month's retention of a large member is far below.
_LARGEST_CALL = 500


class Erasing(ErasureServiceServicer):
    """ErasureService: see erasure.proto."""

    def __init__(self, uow: UnitOfWork[EraserTransaction]) -> None:
        self._uow = uow

    def Erase(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        frames = list(request.orders)
        if len(frames) > _LARGEST_CALL or any(len(frame) != FRAME for frame in frames):
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, Detail.INVALID_RECORD)
        try:
            self._uow.run("erasure_add", lambda tx: tx.orders.add(frames))
        except Exception as error:
            if not is_outage(error):
                raise
            raise Refused(grpc.StatusCode.UNAVAILABLE, Detail.STORE_AWAY) from None
        return erasure_pb2.EraseResponse()


def make_eraser(settings: EraserSettings, database: Database, shredder: Shredder, ledger: ErasureLedger) -> Eraser:
    rules = Rules(grace=settings.erasure_grace_days, limit=settings.erasure_daily_limit)
    return Eraser(database.unit_of_work(EraserTransaction), shredder, ledger, SystemClock(), rules)


def start(settings: EraserSettings, database: Database, shredder: Shredder) -> Server:
    """Serve. Raises ServerRefused."""
    health = Health()
    health.add("records", shredder.ping)
    health.add("database", database.ping)
    return serve(
        settings.tls,
        settings.eraser_port,
        [(add_ErasureServiceServicer_to_server, Erasing(database.unit_of_work(EraserTransaction)))],
        settings.eraser_allow,
        host=settings.eraser_host,
        health=health,
        probes=settings.probes,
        threads=4,
    )


def run(settings: EraserSettings, shredder: Shredder, ledger: ErasureLedger) -> None:
    """Serve and erase until SIGTERM or Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    database = Database(settings.database_url.get_secret_value(), name="identity-vault.eraser")
    eraser = make_eraser(settings, database, shredder, ledger)
    operators = Operators(database.unit_of_work(EraserTransaction), settings.operators(), SystemClock())
    server = start(settings, database, shredder)
    log.info("eraser.started", port=server.port)
    heart = Heartbeat(settings.state_dir, "eraser")
    try:
        _replay_first(eraser, database, stop, heart)
        _run_until(stop, eraser, operators, database, heart, settings.erasure_turn_seconds)
    finally:
        server.stop()
        database.close()
        heart.stop()
        log.info("eraser.stopped")


def _replay_first(eraser: Eraser, database: Database, stop: threading.Event, heart: Heartbeat) -> None:
    """Whoever restored a backup need not remember the ledger: it is read at every start."""
    while not stop.is_set() and not take_turn("eraser", database.engine, eraser.replay):
        heart.beat()
        stop.wait(_BEAT)


def _run_until(
    stop: threading.Event,
    eraser: Eraser,
    operators: Operators,
    database: Database,
    heart: Heartbeat,
    seconds: float,
) -> None:
    next_turn = time.monotonic()
    while not stop.is_set():
        heart.beat()
        if time.monotonic() >= next_turn:
            next_turn = time.monotonic() + seconds
            _turn(eraser, operators, database)
        stop.wait(min(_BEAT, seconds))


def _turn(eraser: Eraser, operators: Operators, database: Database) -> None:
    def work() -> None:
        operators.turn()
        eraser.turn()

    try:
        take_turn("eraser", database.engine, work)
    except (StoreAway, VaultError, requests.RequestException) as error:
        log.warning("eraser.away", exc_info=error)
