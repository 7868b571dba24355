"""The sealer process: plain threads, its gRPC server and its hourly count."""

import signal
import threading

from chassis import logs
from chassis.clock import SystemClock
from chassis.db import Database
from chassis.health import Health, Heartbeat
from chassis.rpc import Server, serve
from identity_vault.entrypoints.clock import run_until
from identity_vault.entrypoints.rpc import Sealing
from identity_vault.settings import SealerSettings
from identity_vault.store.transaction import Transaction
from identity_vault.usecases.counting import Tally
from identity_vault.usecases.ports import Records, TransportKeys
from paravent_rpc.identity_vault.v1.sealing_pb2_grpc import add_SealingServiceServicer_to_server

log = logs.get(__name__)


def start(settings: SealerSettings, keys: TransportKeys, records: Records, sealed: Tally) -> Server:
    """Serve. Raises ServerRefused."""
    health = Health()
    health.add("records", records.ping)
    sealing = Sealing(keys, records, path_key=settings.path_key_bytes(), key_set=settings.key_set, sealed=sealed)
    return serve(
        settings.tls,
        settings.sealer_port,
        [(add_SealingServiceServicer_to_server, sealing)],
        settings.allow,
        host=settings.sealer_host,
        health=health,
        probes=settings.probes,
        threads=settings.threads,
    )


def run(settings: SealerSettings, keys: TransportKeys, records: Records) -> None:
    """Serve until SIGTERM or Ctrl-C; calls under way are answered first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    database = Database(settings.database_url.get_secret_value(), name="identity-vault.sealer", pool_size=1)
    sealed = Tally()
    server = start(settings, keys, records, sealed)
    log.info("sealer.started", port=server.port)
    try:
        run_until(
            stop, database.unit_of_work(Transaction), sealed, SystemClock(), Heartbeat(settings.state_dir, "sealer")
        )
    finally:
        server.stop()
        database.close()
        log.info("sealer.stopped")
