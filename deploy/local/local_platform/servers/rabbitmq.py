"""A private RabbitMQ node with its own Erlang port mapper, home and ports, all on the loopback interface."""

import json
import secrets
import urllib.request
from pathlib import Path
from urllib.error import URLError

from local_platform.accounts import Account, of_server
from local_platform.addresses import RabbitAddress
from local_platform.files import kept
from local_platform.ports import HOST, free_port, is_listening
from local_platform.processes import Child, base_environment
from local_platform.servers.postgres import MissingServerError

_SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
_ADMIN = "platform"
# No busy waiting: idle schedulers would eat one of two cores. Distribution stays on the loopback interface.
_ERLANG = "+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"


class RabbitMQ:
    """One node in one folder; data survives a stop."""

    def __init__(self, folder: Path, port: int, api_port: int, *, log: Path | None = None) -> None:
        self._folder = folder
        self._port = port
        self._api_port = api_port
        self._log = log or folder / "rabbitmq.log"
        self._account: Account = of_server("rabbitmq")
        self._mapper: Child | None = None
        self._child: Child | None = None

    @property
    def child(self) -> Child:
        assert self._child is not None, "not started"
        return self._child

    @property
    def data(self) -> Path:
        return self._folder / "mnesia"

    def start(self) -> RabbitAddress:
        """Start and wait until clients can open connections. Raises MissingServerError."""
        self.launch()
        self.child.wait_ready(self.ready, within=90, every=0.1)
        return self.address

    @property
    def address(self) -> RabbitAddress:
        return RabbitAddress(HOST, self._port, self._api_port, _ADMIN, self._password())

    def ready(self) -> bool:
        return _answers(self.address)

    def launch(self) -> Child:
        """Start without waiting."""
        if self._mapper:
            self._mapper.kill()
        if not _SERVER.exists():
            raise MissingServerError("RabbitMQ is missing: apt-get install rabbitmq-server")
        for path in (self._folder, self.data, self._folder / "log"):
            self._account.folder(path)
        self._write_settings(self.address)
        mapper_port = free_port()
        env = self._environment(mapper_port)
        self._mapper = Child.start(
            "epmd", ["epmd", "-port", str(mapper_port), "-address", HOST], log=self._log, env=env, account=self._account
        )
        self._mapper.wait_ready(lambda: is_listening(mapper_port))
        self._child = Child.start("rabbitmq", [str(_SERVER)], log=self._log, env=env, account=self._account)
        return self._child

    def stop(self) -> None:
        if self._child:
            self._child.stop(within=20)
        if self._mapper:
            self._mapper.kill()

    def discard(self) -> None:
        """End at once, when the data is not needed any more."""
        for child in (self._child, self._mapper):
            if child:
                child.kill()

    def _password(self) -> str:
        path = self._folder / "admin"
        password = kept(path, lambda: secrets.token_hex(24))
        self._account.own(path, 0o600)
        return password

    def _environment(self, mapper_port: int) -> dict[str, str]:
        return base_environment(
            HOME=str(self._folder),
            RUNNING_UNDER_SYSTEMD="true",  # the start script then becomes the Erlang machine instead of its parent
            ERL_EPMD_PORT=str(mapper_port),
            ERL_EPMD_ADDRESS=HOST,
            RABBITMQ_NODENAME=f"paravent{self._port}@localhost",
            RABBITMQ_DIST_PORT=str(free_port()),
            RABBITMQ_MNESIA_BASE=str(self.data),
            RABBITMQ_LOG_BASE=str(self._folder / "log"),
            RABBITMQ_LOGS="-",
            RABBITMQ_CONFIG_FILE=str(self._folder / "rabbitmq.conf"),
            RABBITMQ_CONF_ENV_FILE="/dev/null",
            RABBITMQ_ADVANCED_CONFIG_FILE=str(self._folder / "advanced.config"),
            RABBITMQ_ENABLED_PLUGINS_FILE=str(self._folder / "enabled_plugins"),
            RABBITMQ_PID_FILE=str(self._folder / "pid"),
            RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=_ERLANG,
        )

    def _write_settings(self, address: RabbitAddress) -> None:
        permissions = {"user": _ADMIN, "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"}
        definitions = {
            "users": [{"name": _ADMIN, "password": address.password, "tags": "administrator"}],
            "vhosts": [{"name": "/"}],
            "permissions": [permissions],
        }
        lines = [
            f"listeners.tcp.1 = {HOST}:{self._port}",
            f"management.tcp.ip = {HOST}",
            f"management.tcp.port = {self._api_port}",
            f"load_definitions = {self._folder / 'definitions.json'}",
            "management_agent.disable_metrics_collector = true",
            "disk_free_limit.absolute = 50MB",
            "vm_memory_high_watermark.absolute = 512MB",
            "log.console = true",
            "log.console.level = warning",
        ]
        files = {
            "rabbitmq.conf": "\n".join(lines) + "\n",
            "definitions.json": json.dumps(definitions),
            "enabled_plugins": "[rabbitmq_management].\n",
            "advanced.config": "[].\n",
        }
        for name, text in files.items():
            path = self._folder / name
            path.write_text(text)
            self._account.own(path, 0o600)


def _answers(address: RabbitAddress) -> bool:
    if not is_listening(address.port):
        return False
    try:
        with urllib.request.urlopen(f"http://{address.host}:{address.api_port}/", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False
