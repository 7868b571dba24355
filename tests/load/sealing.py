"""The sealer: records a second by 8 callers, and a whole queue of intake's that leaves in slots, none lost.

Floors are raw KV v2 writes of the same size, by as many writers, in the same run. They are no goal: what sealing costs
(transport layer, record key, letters, restricted token) is to be known. `--records N` queues fewer than 100,000.
"""

import argparse
import base64
import hashlib
import itertools
import random
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import hvac
import psycopg

import intake
from chassis import logs
from chassis.clock import SystemClock
from chassis.db import Database
from chassis.health import Heartbeat
from chassis.migrations import upgrade
from chassis.rpc import channel
from intake.domain.slots import Planner
from intake.entrypoints.pump import Pace, Pump, run_pump
from intake.gateways.vault import SealerGateway
from intake.store.transaction import Transaction
from intake.usecases.keys import KeyBook
from local_platform.addresses import DatabaseAddress
from local_platform.ports import free_port
from local_platform.servers.databases import ensure_database
from local_platform.servers.postgres import Postgres
from paravent.identity_vault.v1.sealing_pb2 import SealRequest
from paravent_rpc.identity_vault.v1.sealing_pb2_grpc import SealingServiceStub
from tests.load.measure import Measure, measure
from tests.load.sealer import SERVER, Sealer, sealer
from tests.load.servers import scratch_folder

RECORDS = 1000
WARM = 100
CALLERS = 8
QUEUED = 100_000
# Records whose created_time is compared with the slot they took.
SAMPLE = 2000
# Bytes of a stored body.
_BODY = 4124
_CHUNK = 1000


def run(arguments: list[str] | None = None) -> list[Measure]:
    """`arguments`: ["--records", "2000"] for a shorter queue."""
    parser = argparse.ArgumentParser("sealing")
    parser.add_argument("--records", type=int, default=QUEUED)
    queued = parser.parse_args(arguments or []).records
    with sealer() as running:
        rates = [_round(running) for _ in range(3)]
        raw, sealed = (max(values) for values in zip(*rates, strict=True))
        found = [measure(f"sealing, {CALLERS} callers", sealed, "records/s", floor=raw)]
        return found + _queue(running, queued)


# --- many callers


def _round(running: Sealer) -> tuple[float, float]:
    requests = [SealRequest(record=running.frame().record, key_period=running.day) for _ in range(WARM + RECORDS)]
    with channel(running.address, running.tls, SERVER, deadline=30) as opened:
        stub = SealingServiceStub(opened)
        return _rate(_writer(running), range(WARM + RECORDS)), _rate(stub.Seal, requests)


def _rate(work: Callable[[object], object], items: list[SealRequest] | range, callers: int = CALLERS) -> float:
    with ThreadPoolExecutor(callers) as pool:
        list(pool.map(work, items[:WARM]))
        started = time.perf_counter()
        list(pool.map(work, items[WARM:]))
        return (len(items) - WARM) / (time.perf_counter() - started)


def _writer(running: Sealer) -> Callable[[object], object]:
    """The floor: the same write, without transport layer, record key, letters, path, gRPC or restricted token."""
    local = threading.local()
    body = {"version": 2, "record": base64.b64encode(secrets.token_bytes(_BODY)).decode()}

    def write(_item: object) -> None:
        client = getattr(local, "client", None)
        if client is None:
            client = local.client = running.client()
        client.secrets.kv.v2.create_or_update_secret(f"floor-{secrets.token_hex(32)}", body, 0, "identities")

    return write


# --- a queue, slot by slot


@dataclass
class Recording:
    """The line to the sealer, which writes down what took which slot."""

    line: SealerGateway
    paths: dict[bytes, str]
    order: list[str] = field(default_factory=list)

    def seal(self, record: bytes, key_period: date) -> None:
        self.line.seal(record, key_period)
        self.order.append(self.paths[_name(record)])

    def key_set(self) -> bytes:
        return b""  # covers are not wanted here

    def retire_transport_keys(self, before: date) -> None:
        self.line.retire_transport_keys(before)


def _queue(running: Sealer, count: int) -> list[Measure]:
    """Queue `count` frames, let the pump send them back to back, look at what stands in the vault."""
    with _intake() as address, scratch_folder() as folder:
        paths = _fill(running, address, count)
        line = SealerGateway(running.address, running.tls, SERVER)
        vault = Recording(line, paths)
        seconds = _drain(address, vault, folder, count)
        line.close()
        floor = _rate(_writer(running), range(WARM + RECORDS), callers=1)
        return [
            measure(f"queue of {count:,}: sealed slot by slot", count / seconds, "records/s", floor=floor),
            measure(f"queue of {count:,}: seconds", seconds, "s"),
            *_what_stands(running, address, vault),
        ]


def _fill(running: Sealer, address: DatabaseAddress, count: int) -> dict[bytes, str]:
    """Frames in the queue, as the portal leaves them; answers frame -> path of its record."""
    paths: dict[bytes, str] = {}
    with psycopg.connect(address.app_url) as connection:
        for start in range(0, count, _CHUNK):
            frames = [running.frame() for _ in range(min(_CHUNK, count - start))]
            columns = "COPY vault_queue (id, record, key_period, prompt) FROM STDIN"
            with connection.cursor().copy(columns) as copy:
                for frame in frames:
                    copy.write_row((secrets.token_bytes(16), frame.record, running.day, False))
            connection.commit()
            paths |= {_name(frame.record): frame.path for frame in frames}
            if len(paths) % 20_000 == 0:
                print(f"   {len(paths):,} frames queued", flush=True)
    return paths


def _drain(address: DatabaseAddress, vault: Recording, folder: Path, count: int) -> float:
    """Seconds until nothing waits; the pump runs in a thread of this process."""
    logs.configure("intake", "sealpump", level="CRITICAL")
    database = Database(address.app_url, name="bench-sealpump", pool_size=3)
    clock, stop = SystemClock(), threading.Event()
    uow = database.unit_of_work(lambda session: Transaction(session, clock))
    planner = Planner(0, random.SystemRandom(), time.monotonic)
    pump = Pump(uow, vault, bytes(32), clock, KeyBook(uow, bytes(32), clock), planner)
    arguments = (pump, database, Pace(3600, 0), clock, Heartbeat(folder, "bench"), stop)
    thread = threading.Thread(target=run_pump, args=arguments, daemon=True)
    started = told = time.perf_counter()
    thread.start()
    while len(vault.order) < count and thread.is_alive():
        time.sleep(0.05)
        if time.perf_counter() - told > 20:
            told = time.perf_counter()
            print(f"   {len(vault.order):,} sealed after {told - started:.0f} s", flush=True)
    seconds = time.perf_counter() - started
    stop.set()
    thread.join(20)
    database.close()
    return seconds


def _what_stands(running: Sealer, address: DatabaseAddress, vault: Recording) -> list[Measure]:
    """What was lost, what is there twice, and whether the records were made in the order of their slots."""
    client = running.client()
    stored = [path for path in client.list("identities/metadata")["data"]["keys"] if not path.startswith("floor-")]
    expected = set(vault.paths.values())
    with psycopg.connect(address.app_url) as connection:
        tables = ("vault_queue", "vault_waiting")
        waiting = sum(connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables)  # type: ignore
    with psycopg.connect(running.database.owner_url) as connection:
        keys = {path for (path,) in connection.execute("SELECT path FROM record_keys")}
        boxes = ("verifier_letters", "linker_letters", "courier_letters")
        letters = [connection.execute(f"SELECT count(*) FROM {box}").fetchone()[0] for box in boxes]  # type: ignore
    lost = len(expected - set(stored)) + len(expected - keys) + waiting
    twice = len(vault.order) - len(set(vault.order)) + sum(abs(count - len(keys)) for count in letters)
    return [
        measure("queue: lost", lost, "records", at_most=0),
        measure("queue: twice", twice, "records", at_most=0),
        measure("queue: out of the order of their slots", _out_of_order(client, vault.order), "records", at_most=0),
    ]


def _out_of_order(client: hvac.Client, order: list[str]) -> int:
    """Of a sample, how many were made before the one whose slot came before."""
    sample = order[:: max(1, len(order) // SAMPLE)]
    read = (client.secrets.kv.v2.read_secret_metadata(path, mount_point="identities") for path in sample)
    made = [answer["data"]["created_time"] for answer in read]
    return sum(_instant(later) < _instant(sooner) for sooner, later in itertools.pairwise(made))


def _instant(text: str) -> tuple[str, str]:
    """A moment as OpenBao writes it, with as many digits as it likes, so that moments compare."""
    whole, _, parts = text.rstrip("Z").partition(".")
    return whole, parts.ljust(9, "0")


def _name(record: bytes) -> bytes:
    return hashlib.sha256(record).digest()[:16]


@contextmanager
def _intake() -> Iterator[DatabaseAddress]:
    """Intake's database on a durable cluster of its own, as the pump finds it."""
    with scratch_folder() as folder:
        postgres = Postgres(folder / "postgres", free_port(), durable=True)
        try:
            address = ensure_database(postgres.start(), "intake")
            upgrade(Path(intake.__file__).parents[1] / "migrations", address.owner_url, address.app_role)
            yield address
        finally:
            postgres.discard()
