"""Private servers for the benches: as durable as the demo's (fsync on), on free ports, gone at the end."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local_platform.addresses import DatabaseAddress, OpenBaoAddress, PostgresAddress
from local_platform.ports import free_port
from local_platform.servers.broker_admin import BrokerAdmin
from local_platform.servers.databases import ensure_database
from local_platform.servers.openbao import OpenBao
from local_platform.servers.postgres import Postgres
from local_platform.servers.rabbitmq import RabbitMQ


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder that servers running as accounts of their own can walk through."""
    with tempfile.TemporaryDirectory(prefix="paravent-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


@dataclass(frozen=True)
class Bus:
    """A durable database and a broker."""

    postgres: PostgresAddress
    amqp_url: str

    def database(self, name: str) -> DatabaseAddress:
        return ensure_database(self.postgres, f"{name}_{secrets.token_hex(4)}")


@contextmanager
def bus() -> Iterator[Bus]:
    """PostgreSQL and RabbitMQ."""
    with scratch_folder() as folder:
        postgres = Postgres(folder / "postgres", free_port(), durable=True)
        rabbitmq = RabbitMQ(folder / "rabbitmq", free_port(), free_port())
        try:
            address, broker = postgres.start(), rabbitmq.start()
            admin = BrokerAdmin(broker)
            admin.ensure_vhost("bench")
            password = admin.ensure_user("bench")
            admin.permit("bench", "bench", ".*", ".*", ".*")
            yield Bus(address, broker.amqp_url("bench", "bench", password))
        finally:
            rabbitmq.discard()
            postgres.discard()


@contextmanager
def openbao() -> Iterator[OpenBaoAddress]:
    """OpenBao on raft storage, with its audit devices."""
    with scratch_folder() as folder:
        server = OpenBao(folder / "openbao", free_port(), free_port())
        try:
            yield server.start()
        finally:
            server.discard()
