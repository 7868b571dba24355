"""The relay alone: 50,000 outbox rows to the broker, against raw pipelined confirms of the same messages."""

import secrets
import time
import uuid
from datetime import date

from amqp import Connection
from sqlalchemy import MetaData, Table, func, insert, select

from chassis.bus import connections, names, topology
from chassis.bus.envelope import Envelope
from chassis.bus.publisher import Publisher, outgoing
from chassis.db import Database
from chassis.outbox import outbox_table
from chassis.relay import Relay, ReleaseSchedule
from paravent.casework.v1.events_pb2 import AttentionNeeded
from tests.load.measure import Measure, best_of, measure
from tests.load.servers import Bus, bus

ROWS = 50_000
IN_FLIGHT = 400
_TYPE = AttentionNeeded.DESCRIPTOR.full_name


def run() -> list[Measure]:
    """Events per second of one relay, and its ratio to raw confirms."""
    with bus() as servers:
        topology.declare(servers.amqp_url, "notifications", [AttentionNeeded])
        connection = connections.connect(servers.amqp_url)
        raw = best_of(3, lambda: _emptied(connection, _raw(servers)))
        relayed = best_of(3, lambda: _emptied(connection, _relayed(servers)))
        connections.close(connection)
    return [measure("relay, 50,000 rows", relayed, "events/s", floor=raw, at_least=5000, ratio_at_least=0.5)]


def _emptied(connection: Connection, rate: float) -> float:
    """The rate, once the queue is empty again: a long queue slows the next run."""
    channel = connection.channel()
    arrived = channel.queue_purge(names.queue("notifications", _TYPE))
    channel.close()
    if arrived != ROWS:
        raise AssertionError(f"{arrived} of {ROWS} events arrived")
    return rate


def _payload() -> bytes:
    return AttentionNeeded(person_id=str(uuid.uuid4()), reason=2).SerializeToString()


def _raw(servers: Bus) -> float:
    """The floor: the same messages with the same number in flight, from memory."""
    connection = connections.connect(servers.amqp_url)
    publisher = Publisher(connection)
    messages = [outgoing(Envelope(uuid.uuid4(), "casework", _TYPE, _payload(), None, None)) for _ in range(ROWS)]
    started = time.perf_counter()
    for first in range(0, ROWS, IN_FLIGHT):
        publisher.publish(names.events_exchange("casework"), messages[first : first + IN_FLIGHT])
    rate = ROWS / (time.perf_counter() - started)
    connections.close(connection)
    return rate


def _relayed(servers: Bus) -> float:
    database, table = _filled(servers)
    relay = Relay(servers.amqp_url, database, table, "casework", ReleaseSchedule())
    started = time.perf_counter()
    while relay.send_batch():
        pass
    rate = ROWS / (time.perf_counter() - started)
    with database.engine.connect() as connection:
        left = connection.execute(select(func.count()).where(table.c.payload.is_not(None))).scalar_one()
    database.close()
    if left:
        raise AssertionError(f"{left} events were not sent")
    return rate


def _filled(servers: Bus) -> tuple[Database, Table]:
    metadata = MetaData()
    table = outbox_table(metadata)
    database = Database(servers.database("relay").owner_url, name="bench")
    metadata.create_all(database.engine)
    rows = [
        {"id": uuid.uuid4(), "type": _TYPE, "day": date(2026, 11, 21), "held": False, "payload": _payload()}
        for _ in range(ROWS)
    ]
    secrets.SystemRandom().shuffle(rows)
    with database.engine.begin() as connection:
        connection.execute(insert(table), rows)
    return database, table
