"""One worker process: events handled per second, against the same transactions without bus or inbox logic."""

import os
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import date

from sqlalchemy import func, insert, select

from chassis.bus import connections, names, topology
from chassis.bus.envelope import Envelope
from chassis.bus.publisher import Publisher, outgoing
from chassis.db import Database
from paravent.casework.v1.events_pb2 import AttentionNeeded
from tests.load.bench_tables import handled, inbox, metadata
from tests.load.measure import Measure, best_of, measure
from tests.load.servers import Bus, bus

EVENTS = 6000
# Events already handled when the clock starts: the process has warmed up.
WARM = 400
_TYPE = AttentionNeeded.DESCRIPTOR.full_name


def run() -> list[Measure]:
    with bus() as servers:
        topology.declare(servers.amqp_url, "notifications", [AttentionNeeded])
        raw = best_of(3, lambda: _raw(_database(servers)))
        rate = best_of(3, lambda: _handled(servers))
    return [measure("handler, one worker process", rate, "events/s", floor=raw, at_least=300)]


def _database(servers: Bus) -> Database:
    database = Database(servers.database("handler").owner_url, name="bench")
    metadata.create_all(database.engine)
    return database


def _raw(database: Database) -> float:
    """The floor: both rows in one transaction, on one connection, one after the other."""
    started = time.perf_counter()
    with database.engine.connect() as connection:
        for _ in range(EVENTS):
            with connection.begin():
                connection.execute(
                    insert(inbox).values(consumer="notifications", event_id=uuid.uuid4(), day=date(2026, 11, 21))
                )
                connection.execute(insert(handled).values(person_id=str(uuid.uuid4())))
    rate = EVENTS / (time.perf_counter() - started)
    database.close()
    return rate


def _handled(servers: Bus) -> float:
    _publish(servers.amqp_url)
    address = servers.database("handler")
    database = Database(address.owner_url, name="bench")
    metadata.create_all(database.engine)
    with tempfile.TemporaryDirectory() as state:
        own = {"DATABASE_URL": address.owner_url, "AMQP_URL": servers.amqp_url, "STATE_DIR": state}
        command = [sys.executable, "-W", "ignore", "-m", "tests.load.bench_worker", "worker"]
        process = subprocess.Popen(command, env=os.environ | own, stdout=subprocess.DEVNULL)
        try:
            rate = _watch(database)
        finally:
            process.terminate()
            process.wait(30)
    database.close()
    return rate


def _watch(database: Database) -> float:
    started, first = 0.0, 0
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with database.engine.connect() as connection:
            done = connection.execute(select(func.count()).select_from(handled)).scalar_one()
        now = time.perf_counter()
        if done >= WARM and not started:
            started, first = now, done
        if done == EVENTS:
            return (done - first) / (now - started)
        time.sleep(0.02)
    raise AssertionError(f"{done} of {EVENTS} events were handled in 120 s")


def _publish(amqp_url: str) -> None:
    connection = connections.connect(amqp_url)
    messages = [outgoing(Envelope(uuid.uuid4(), "casework", _TYPE, _payload(), None, None)) for _ in range(EVENTS)]
    Publisher(connection).publish(names.events_exchange("casework"), messages)
    connections.close(connection)


def _payload() -> bytes:
    return AttentionNeeded(person_id=str(uuid.uuid4()), reason=2).SerializeToString()
