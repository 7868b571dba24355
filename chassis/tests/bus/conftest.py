"""A casework worker in a process of its own, with a broker and a database that can be cut off."""

import importlib.util
import json
import signal
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest
from amqp import Connection
from amqp.exceptions import NotFound
from sqlalchemy import Table, func, insert, select

from chassis.bus import connections, names, topology
from chassis.bus.envelope import Envelope
from chassis.bus.parked import Parked, ParkedQueue
from chassis.bus.publisher import Outgoing, Publisher, Sent, outgoing
from chassis.bus.retries import RetryLadder
from chassis.db import Database
from chassis.signing import EventSigner, public_half
from chassis.testing import eventually
from paravent.billing.v1.events_pb2 import HabilitationBound
from paravent.intake.v1.events_pb2 import ReportSubmitted

HERE = Path(__file__).parent
LADDER = (0.3, 0.6, 1.2)
DELAYS = RetryLadder(LADDER).milliseconds
REPORT = "paravent.intake.v1.ReportSubmitted"
SEED = bytes(range(32))


class Cable:
    """A TCP line to a server: it can be cut (connections refused), frozen (nothing answers) and mended."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "", parts.port or 0)
        self._open: list[socket.socket] = []
        self._flowing = threading.Event()
        self._flowing.set()
        self._listener: socket.socket | None = None
        self.port = 0
        self.mend()
        self.url = url.replace(f"@{parts.hostname}:{parts.port}/", f"@127.0.0.1:{self.port}/")

    def cut(self) -> None:
        """Close every connection, refuse new ones."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._open.clear()

    def mend(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port), reuse_port=False)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def freeze(self) -> None:
        self._flowing.clear()

    def thaw(self) -> None:
        self._flowing.set()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near = listener.accept()[0]
                far = socket.create_connection(self._target)
                self._open += [near, far]
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._flowing.wait()
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@dataclass
class Broker:
    """What the tests do on the broker themselves."""

    amqp_url: str
    signer: EventSigner = field(default_factory=lambda: EventSigner(SEED))

    def connection(self) -> Connection:
        return connections.connect(self.amqp_url)

    def publish(self, *messages: Outgoing, exchange: str = "intake.events") -> Sent:
        with self.connection() as connection:
            return Publisher(connection).publish(exchange, messages)

    def report(self, order: str = "ok", event_id: uuid.UUID | None = None, **headers: Any) -> bytes:
        """Publish a ReportSubmitted; answer its report id."""
        report_id = uuid.uuid4().bytes
        payload = ReportSubmitted(report_id=report_id, cdg_id=order).SerializeToString()
        event = Envelope(event_id or uuid.uuid4(), "intake", REPORT, payload)
        self.publish(outgoing(event, **headers))
        return report_id

    def habilitation(self, sign: Callable[..., bytes] | None) -> str:
        """Publish a HabilitationBound, signed by `sign` or not at all; answer its id."""
        event = HabilitationBound(habilitation_id=uuid.uuid4().hex)
        payload, kind, event_id = event.SerializeToString(), "paravent.billing.v1.HabilitationBound", uuid.uuid4()
        signature = sign(event_id, kind, payload) if sign else None
        self.publish(outgoing(Envelope(event_id, "billing", kind, payload, signature)), exchange="billing.events")
        return event.habilitation_id

    def depth(self, queue: str) -> int:
        with self.connection() as connection:
            try:
                return int(connection.channel().queue_declare(queue, passive=True).message_count)
            except NotFound:
                return 0

    def empty(self, queue: str) -> None:
        with self.connection() as connection:
            connection.channel().queue_purge(queue)

    def parked(self) -> list[Parked]:
        return ParkedQueue(self.amqp_url, "casework").list()

    def at_rest(self) -> bool:
        """Does nothing wait in the worker's queues? What a worker has in hand is not counted."""
        queues = [names.queue("casework", REPORT), *(names.retry("casework", delay) for delay in DELAYS)]
        return not any(self.depth(queue) for queue in queues)


@pytest.fixture(scope="session")
def sample() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sample", HERE / "sample.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def declared(fresh_vhost: Callable[[], Any]) -> str:
    url: str = fresh_vhost().amqp_url
    return url


@pytest.fixture
def broker(declared: str) -> Broker:
    """The queues of casework, empty."""
    topology.declare(declared, "casework", [ReportSubmitted, HabilitationBound], RetryLadder(LADDER))
    with connections.connect(declared) as connection:
        retries = [f"retry.{delay}" for delay in DELAYS]
        for queue in ("parked", REPORT, "paravent.billing.v1.HabilitationBound", *retries):
            connection.channel(1).queue_purge(f"casework.{queue}")
    return Broker(declared)


@pytest.fixture(scope="session")
def database_url(fresh_database: Callable[..., Any], sample: ModuleType) -> str:
    url: str = fresh_database("bus").owner_url
    with closing(Database(url, name="tests")) as database:
        sample.metadata.create_all(database.engine)
    return url


@pytest.fixture
def database(database_url: str, sample: ModuleType) -> Iterator[Database]:
    """The worker's database, its tables empty."""
    database = Database(database_url, name="tests")
    with database.engine.begin() as connection:
        for table in sample.metadata.tables.values():
            connection.execute(table.delete())
    yield database
    database.close()


@dataclass
class Rows:
    """Looks into the worker's tables."""

    database: Database
    module: ModuleType

    def count(self, name: str) -> int:
        table: Table = getattr(self.module, name)
        with self.database.engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(table)).scalar_one())

    def applied(self) -> list[bytes]:
        with self.database.engine.connect() as connection:
            return [row.report_id for row in connection.execute(select(self.module.applied))]

    def tried_at(self) -> list[float]:
        with self.database.engine.connect() as connection:
            return sorted(row.at for row in connection.execute(select(self.module.tried)))

    def remember(self, day: date) -> None:
        """Put an event of that day into the inbox."""
        with self.database.engine.begin() as connection:
            connection.execute(insert(self.module.inbox).values(consumer="casework", event_id=uuid.uuid4(), day=day))

    def repair(self) -> None:
        with self.database.engine.begin() as connection:
            connection.execute(insert(self.module.repaired))


@pytest.fixture
def rows(database: Database, sample: ModuleType) -> Rows:
    return Rows(database, sample)


@pytest.fixture
def outbox_of_intake(database: Database, sample: ModuleType) -> Callable[[str, int], set[bytes]]:
    """Write ReportSubmitted events into the outbox; answers their report ids."""

    def write(order: str, count: int) -> set[bytes]:
        reports = {uuid.uuid4().bytes for _ in range(count)}
        with database.unit_of_work(sample.Transaction)("tests") as tx:
            for report_id in reports:
                tx.outbox.add(ReportSubmitted(report_id=report_id, cdg_id=order))
        return reports

    return write


class Process:
    """A subprocess and what it wrote."""

    def __init__(self, arguments: list[str], log: Path) -> None:
        self._log = log
        with log.open("w") as output:
            self.popen = subprocess.Popen([sys.executable, *arguments], stdout=output, stderr=subprocess.STDOUT)

    @property
    def output(self) -> str:
        return self._log.read_text()

    def wait_for(self, text: str, within: float = 15) -> None:
        eventually(lambda: text in self.output, within=within)

    def terminate(self, within: float = 15) -> int:
        self.popen.send_signal(signal.SIGTERM)
        return self.popen.wait(within)

    def kill(self) -> None:
        self.popen.kill()
        self.popen.wait()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Start a process of the sample service; what still runs at the end of the test is killed."""
    running: list[Process] = []

    def begin(role: str, **options: Any) -> Process:
        process = Process([str(HERE / "process.py"), role, json.dumps(options)], tmp_path / f"{len(running)}.log")
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        print(process.output)  # noqa: T201 (pytest shows it when the test fails)


@pytest.fixture
def start_worker(
    start: Callable[..., Process], broker: Broker, database_url: str, database: Database, tmp_path: Path
) -> Callable[..., Process]:
    """Start a worker and wait until it consumes. `database_url=` and `amqp_url=` replace the direct lines."""
    key = tmp_path / "billing.pub"
    key.write_text(public_half(SEED).hex())

    def begin(**changes: Any) -> Process:
        options = {
            "database_url": database_url,
            "amqp_url": broker.amqp_url,
            "state_dir": str(tmp_path),
            "trusted_signers": {"billing": str(key)},
            "ladder": LADDER,
        }
        process = start("worker", **(options | changes))
        process.wait_for("bus.started")
        return process

    return begin


@pytest.fixture
def start_relay(
    start: Callable[..., Process], broker: Broker, database_url: str, database: Database, tmp_path: Path
) -> Callable[..., Process]:
    """Start casework's relay. `database_url=` and `amqp_url=` replace the direct lines."""

    def begin(**changes: Any) -> Process:
        options = {
            "database_url": database_url,
            "amqp_url": broker.amqp_url,
            "state_dir": str(tmp_path),
            "producer": "casework",
            "release": "immediate",
        }
        process = start("relay", **(options | changes))
        process.wait_for("relay.started")
        return process

    return begin


@pytest.fixture
def cable() -> Iterator[Callable[[str], Cable]]:
    """Lay a line to the server of a URL."""
    laid: list[Cable] = []

    def lay(url: str) -> Cable:
        laid.append(Cable(url))
        return laid[-1]

    yield lay
    for line in laid:
        line.thaw()
        line.cut()
