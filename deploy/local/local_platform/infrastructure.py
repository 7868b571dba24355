"""The servers that a test run shares, started when first asked for: containers if the images are there, else native."""

import os
import shutil
from functools import cached_property
from pathlib import Path
from typing import Protocol

from local_platform.addresses import OpenBaoAddress, PostgresAddress, RabbitAddress
from local_platform.ports import free_port
from local_platform.servers import containers
from local_platform.servers.databases import protect_system_databases
from local_platform.servers.openbao import OpenBao
from local_platform.servers.postgres import Postgres
from local_platform.servers.rabbitmq import RabbitMQ
from local_platform.servers.smtp import SmtpSink
from local_platform.temporary import make_folder


class _Server(Protocol):
    def discard(self) -> None: ...


class Servers:
    """Lazy: a server that no test asks for is never started. `stop` ends all and removes their folders."""

    def __init__(self) -> None:
        self.folder: Path = make_folder("test", os.getpid())
        self._started: list[_Server] = []
        self._containers = containers.wanted(os.environ.get("PARAVENT_INFRA", ""))

    @cached_property
    def postgres(self) -> PostgresAddress:
        return self._postgres("postgres")

    @cached_property
    def vault_postgres(self) -> PostgresAddress:
        """identity-vault's own cluster."""
        return self._postgres("vault-postgres")

    @cached_property
    def rabbitmq(self) -> RabbitAddress:
        if self._containers:
            container = containers.RabbitMQ()
            self._started.append(container)
            return container.start()
        return self.native_rabbitmq.start()

    @cached_property
    def native_rabbitmq(self) -> RabbitMQ:
        server = RabbitMQ(self.folder / "rabbitmq", free_port(), free_port())
        self._started.append(server)
        return server

    def restart_rabbitmq(self) -> None:
        """Stop the broker and start it again: same address, same data."""
        if not self._containers:
            self.native_rabbitmq.stop()
            self.native_rabbitmq.start()
        for server in self._started:
            if isinstance(server, containers.RabbitMQ):
                server.restart()

    @cached_property
    def openbao(self) -> OpenBaoAddress:
        if self._containers:
            container = containers.OpenBao()
            self._started.append(container)
            return container.start()
        server = OpenBao(self.folder / "openbao", free_port(), free_port())
        self._started.append(server)
        return server.start()

    @cached_property
    def smtp(self) -> SmtpSink:
        sink = SmtpSink(free_port()).start()
        self._started.append(sink)
        return sink

    def stop(self) -> None:
        while self._started:
            self._started.pop().discard()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _postgres(self, name: str) -> PostgresAddress:
        if self._containers:
            container = containers.Postgres()
            self._started.append(container)
            address = container.start()
        else:
            server = Postgres(self.folder / name, free_port(), durable=False)
            self._started.append(server)
            address = server.start()
        protect_system_databases(address)
        return address
