"""The relay: sends what the outbox holds, at least once, and scrubs it once the broker has it.

A plain process, one active per service. Rows leave in batches in the order of their random ids, so never in the order
of writing. A row is marked only when the broker has confirmed it *and* has not returned it: what no queue takes stays,
is told in the log, and is tried again later without holding up the rest.
"""

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from amqp import Connection as BrokerConnection
from amqp.exceptions import AMQPError
from sqlalchemy import Connection, Row, Table, and_, func, not_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis import logs
from chassis.bus import connections, names, topology
from chassis.bus.envelope import Envelope
from chassis.bus.publisher import CONFIRM_TIMEOUT, Outgoing, Publisher, Sent, outgoing
from chassis.clock import Clock, SystemClock
from chassis.db import Database, is_outage
from chassis.health import Heartbeat
from chassis.locks import Leadership
from chassis.outbox import CHANNEL
from chassis.queues import Listener
from chassis.release import ReleaseSchedule, relay_state_table
from chassis.settings import ServiceSettings, SettingsError
from chassis.stopping import on_termination

__all__ = ["Relay", "ReleaseSchedule", "relay_state_table", "run_relay"]

log = logs.get(__name__)

BATCH = 400
# Seconds: how long an idle relay waits for a notification; between two looks at held events that need not wait (these
# do not notify); between two tries of a stand-by; between tries while a server is away (first, cap).
_POLL, _POLL_HELD, _STAND_BY = 1.0, 0.1, 1.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
# Seconds before an event type that no queue took is tried again: first, cap.
_UNROUTABLE_FIRST, _UNROUTABLE_LONGEST = 1.0, 15.0


def run_relay(
    settings: ServiceSettings,
    database: Database,
    table: Table,
    producer: str,
    release: ReleaseSchedule | None = None,
    *,
    state: Table | None = None,
) -> None:
    """Relay a service's outbox until SIGTERM. One relay per service is active; others stand by.

    `release` says when held events leave (default: at once). A schedule other than "immediate" needs `state`: the
    service's `relay_state_table(metadata)`, which remembers the last release across restarts.
    """
    if settings.amqp_url is None:
        raise SettingsError("settings: AMQP_URL: a relay needs a broker")
    relay = Relay(
        settings.amqp_url.get_secret_value(), database, table, producer, release or ReleaseSchedule(), state=state
    )
    relay.run(on_termination(), Heartbeat(settings.state_dir, f"{producer}-relay"))


class Relay:
    """One service's relay."""

    def __init__(
        self,
        amqp_url: str,
        database: Database,
        table: Table,
        producer: str,
        release: ReleaseSchedule,
        *,
        state: Table | None = None,
        clock: Clock | None = None,
        confirm_timeout: float = CONFIRM_TIMEOUT,
    ) -> None:
        if not release.immediate and state is None:
            raise ValueError("a release schedule needs the service's relay_state table")
        self._engine = database.engine
        self._rows = _Rows(table, held_too=release.immediate)
        self._releases = _Releases(table, state, producer, release, clock or SystemClock())
        self._broker = _Broker(amqp_url, producer, confirm_timeout)
        self._producer = producer
        self._unroutable = _Backoff()
        self._poll = _POLL_HELD if release.immediate else _POLL

    def run(self, stop: threading.Event, heartbeat: Heartbeat | None = None) -> None:
        """Send until `stop`. While a server is away it waits and tries again."""
        leadership = Leadership(self._engine, f"relay:{self._producer}")
        listener = Listener(self._engine, CHANNEL)
        pause = _FIRST_PAUSE
        log.info("relay.started", producer=self._producer)
        while not stop.is_set():
            if heartbeat is not None:
                heartbeat.beat()
            try:
                if not leadership.hold():
                    stop.wait(_STAND_BY)
                elif not self.send_batch():
                    listener.wait(self._poll, stop)
                pause = _FIRST_PAUSE
            except Exception as error:
                self._broker.close()
                if not (is_outage(error) or isinstance(error, (OSError, AMQPError))):
                    raise
                log.warning("relay.paused", delay=pause, exc_info=error)
                stop.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
        self._broker.close()
        listener.close()
        leadership.release()
        if heartbeat is not None:
            heartbeat.stop()

    def close(self) -> None:
        """Leave the broker."""
        self._broker.close()

    def send_batch(self) -> int:
        """Send one batch; answer how many events the broker took."""
        self._releases.release(self._engine.begin)
        with self._engine.begin() as connection:
            rows = self._rows.take(connection, BATCH, self._unroutable.waiting())
            if not rows:
                return 0
            sent = self._broker.publish([_outgoing(row, self._producer) for row in rows])
            self._rows.scrub(connection, sent.confirmed)
        self._tell(rows, sent)
        return len(sent.confirmed)

    def _tell(self, rows: Sequence[Row[Any]], sent: Sent) -> None:
        log.debug("relay.sent", count=len(sent.confirmed))
        if sent.refused:
            log.warning("relay.refused", count=len(sent.refused))
        for kind in {row.type for row in rows}:
            returned = sum(row.type == kind and str(row.id) in sent.unroutable for row in rows)
            if returned:
                log.error("relay.unroutable", event_type=kind, count=returned, delay=self._unroutable.fail(kind))
            else:
                self._unroutable.forget(kind)


class _Rows:
    """The outbox as the relay sees it."""

    def __init__(self, table: Table, *, held_too: bool) -> None:
        self._table = table
        free = and_(table.c.payload.is_not(None), not_(table.c.held))
        self._conditions = [free, table.c.held] if held_too else [free]

    def take(self, connection: Connection, limit: int, without: Sequence[str]) -> list[Row[Any]]:
        """Lock up to `limit` rows that may leave, of other types than `without`."""
        rows: list[Row[Any]] = []
        for condition in self._conditions:
            query = select(self._table).where(condition).order_by(self._table.c.id).limit(limit - len(rows))
            if without:
                query = query.where(self._table.c.type.not_in(without))
            rows += connection.execute(query.with_for_update(skip_locked=True)).all()
            if len(rows) == limit:
                break
        return rows

    def scrub(self, connection: Connection, event_ids: set[str]) -> None:
        """The broker has them: what stays is a tombstone (id, type, day)."""
        if event_ids:
            ids = [uuid.UUID(event_id) for event_id in event_ids]
            gone = {"payload": None, "signature": None, "traceparent": None, "held": False}
            connection.execute(update(self._table).where(self._table.c.id == func.any(ids)).values(gone))


class _Releases:
    """Frees held events when a release instant has passed, all together."""

    def __init__(
        self, table: Table, state: Table | None, producer: str, schedule: ReleaseSchedule, clock: Clock
    ) -> None:
        self._table = table
        self._state = state
        self._producer = producer
        self._schedule = schedule
        self._clock = clock
        self._known: datetime | None = None

    def release(self, begin: Callable[[], Any]) -> None:
        if self._state is None or self._schedule.immediate:
            return
        now = self._clock.now()
        if self._known is not None and not self._schedule.due(self._known, now):
            return
        with begin() as connection:
            self._known = self._last(connection, self._state)
            if not self._schedule.due(self._known, now):
                return
            freed = connection.execute(update(self._table).where(self._table.c.held).values(held=False)).rowcount
            own = self._state.c.producer == self._producer
            connection.execute(update(self._state).where(own).values(released_at=now))
        self._known = now
        log.info("relay.released", count=freed)

    def _last(self, connection: Connection, state: Table) -> datetime:
        """The last release; on the very first look, now: nothing leaves before a set hour."""
        first = upsert(state).values(producer=self._producer, released_at=self._clock.now())
        connection.execute(first.on_conflict_do_nothing())
        own = state.c.producer == self._producer
        last: datetime = connection.execute(select(state.c.released_at).where(own).with_for_update()).scalar_one()
        return last


class _Broker:
    """The connection to the broker, opened when needed and again after an error."""

    def __init__(self, amqp_url: str, producer: str, confirm_timeout: float) -> None:
        self._amqp_url = amqp_url
        self._producer = producer
        self._confirm_timeout = confirm_timeout
        self._connection: BrokerConnection | None = None
        self._publisher: Publisher | None = None

    def publish(self, batch: list[Outgoing]) -> Sent:
        if self._publisher is None:
            self._connection = connections.connect(self._amqp_url)
            topology.declare_producer(self._connection, self._producer)
            self._publisher = Publisher(self._connection, confirm_timeout=self._confirm_timeout)
        return self._publisher.publish(names.events_exchange(self._producer), batch)

    def close(self) -> None:
        connection, self._connection, self._publisher = self._connection, None, None
        if connection is not None:
            connections.drop(connection)


class _Backoff:
    """Event types that no queue took, and when to try them again."""

    def __init__(self) -> None:
        self._types: dict[str, tuple[float, float]] = {}

    def fail(self, kind: str) -> float:
        """Wait longer than the last time; answer how long, in seconds."""
        _, last = self._types.get(kind, (0.0, _UNROUTABLE_FIRST / 2))
        delay = min(last * 2, _UNROUTABLE_LONGEST)
        self._types[kind] = (time.monotonic() + delay, delay)
        return delay

    def forget(self, kind: str) -> None:
        self._types.pop(kind, None)

    def waiting(self) -> list[str]:
        now = time.monotonic()
        return [kind for kind, (until, _) in self._types.items() if until > now]


def _outgoing(row: Row[Any], producer: str) -> Outgoing:
    event = Envelope(row.id, producer, row.type, row.payload, row.signature, row.traceparent)
    return outgoing(event)
