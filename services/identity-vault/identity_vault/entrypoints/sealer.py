"""The sealer process: plain threads, its gRPC server and its hourly count."""

import signal
import threading

from chassis import logs
from chassis.clock import Clock, SystemClock
from chassis.db import Database
from chassis.health import Health, Heartbeat
from chassis.rpc import Server, serve
from identity_vault.entrypoints.clock import run_until
from identity_vault.entrypoints.rpc import Locating, Sealing
from identity_vault.settings import SealerSettings
from identity_vault.store.transaction import Transaction
from identity_vault.usecases.counting import Tally
from identity_vault.usecases.ledger import RecordLedger
from identity_vault.usecases.ports import Records, RetirableKeys
from paravent_rpc.identity_vault.v1.sealing_pb2_grpc import (
    add_LocatingServiceServicer_to_server,
    add_SealingServiceServicer_to_server,
)

log = logs.get(__name__)


def start(
    settings: SealerSettings,
    keys: RetirableKeys,
    records: Records,
    sealed: Tally,
    database: Database,
    clock: Clock,
) -> Server:
    """Serve. Raises ServerRefused."""
    health = Health()
    health.add("records", records.ping)
    health.add("database", database.ping)
    path_key = settings.path_key_bytes()
    sealing = Sealing(
        keys,
        RecordLedger(database.unit_of_work(Transaction)),
        records,
        path_key=path_key,
        key_set=settings.key_set,
        sealed=sealed,
        clock=clock,
    )
    return serve(
        settings.tls,
        settings.sealer_port,
        [
            (add_SealingServiceServicer_to_server, sealing),
            (add_LocatingServiceServicer_to_server, Locating(path_key)),
        ],
        settings.allow,
        host=settings.sealer_host,
        health=health,
        probes=settings.probes,
        threads=settings.threads,
    )


def run(settings: SealerSettings, keys: RetirableKeys, records: Records) -> None:
    """Serve until SIGTERM or Ctrl-C; calls under way are answered first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    url = settings.database_url.get_secret_value()
    # As many connections as threads: half kept, half opened when needed.
    database = Database(url, name="identity-vault.sealer", pool_size=max(1, settings.threads // 2))
    sealed = Tally()
    server = start(settings, keys, records, sealed, database, SystemClock())
    log.info("sealer.started", port=server.port)
    try:
        run_until(
            stop, database.unit_of_work(Transaction), sealed, SystemClock(), Heartbeat(settings.state_dir, "sealer")
        )
    finally:
        server.stop()
        database.close()
        log.info("sealer.stopped")
