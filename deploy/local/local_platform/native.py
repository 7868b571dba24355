"""The native servers of one platform, as supervised units."""

from pathlib import Path

from local_platform.accounts import current, is_root, of_service
from local_platform.interpreter import choose
from local_platform.layout import Layout
from local_platform.ports import is_listening
from local_platform.processes import Child, base_environment
from local_platform.servers.openbao import OpenBao
from local_platform.servers.postgres import Postgres
from local_platform.servers.rabbitmq import RabbitMQ
from local_platform.sink_settings import SinkSettings
from local_platform.supervisor import Unit


class NativeServers:
    """Two PostgreSQL clusters, RabbitMQ, OpenBao and the sinks, in the run folder."""

    def __init__(self, layout: Layout, *, durable: bool, accounts: Path) -> None:
        self._layout = layout
        self._accounts = accounts
        ports, folder, log = layout.ports, layout.folder, layout.log
        self.postgres = Postgres(folder("servers", "postgres"), ports["postgres"], durable=durable, log=log("postgres"))
        self.vault_postgres = Postgres(
            folder("servers", "vault-postgres"), ports["vault-postgres"], durable=durable, log=log("vault-postgres")
        )
        self.rabbitmq = RabbitMQ(
            folder("servers", "rabbitmq"), ports["rabbitmq"], ports["rabbitmq-api"], log=log("rabbitmq")
        )
        self.openbao = OpenBao(
            folder("servers", "openbao"), ports["openbao"], ports["openbao-cluster"], log=log("openbao")
        )

    def units(self) -> list[Unit]:
        return [
            Unit("rabbitmq", self.rabbitmq.launch, self.rabbitmq.ready),
            Unit("postgres", self.postgres.launch, self.postgres.ready),
            Unit("vault-postgres", self.vault_postgres.launch, self.vault_postgres.ready),
            Unit("openbao", self.openbao.launch, self.openbao.ready),
            Unit("sinks", self._launch_sinks, self._sinks_ready),
        ]

    def stop(self) -> None:
        """What the supervisor does not know of: RabbitMQ's port mapper."""
        self.rabbitmq.stop()

    def _launch_sinks(self) -> Child:
        account = of_service("sinks") if is_root() else current()
        interpreter = choose(self._layout.run)
        mail, otlp = account.folder(self._layout.folder("mail"), 0o711), account.folder(self._layout.folder("otlp"))
        settings = self._layout.folder("servers", "sinks.json")
        ports = self._layout.ports
        SinkSettings(
            ports["smtp"], ports["otlp"], ports["oidc"], mail=str(mail), otlp=str(otlp), accounts=str(self._accounts)
        ).write(settings)
        settings.chmod(0o644)
        return Child.start(
            "sinks",
            [str(interpreter.path), "-m", "local_platform.sinks", str(settings)],
            log=self._layout.log("sinks"),
            env=base_environment(PYTHONUNBUFFERED="1"),
            account=account if interpreter.separate else None,
        )

    def _sinks_ready(self) -> bool:
        return all(is_listening(self._layout.ports[name]) for name in ("smtp", "otlp", "oidc"))
