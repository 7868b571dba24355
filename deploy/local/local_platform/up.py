"""Bringing a whole platform up: servers, bootstrap, migrations, keys, seeds, processes; then keeping it up."""

import contextlib
import fcntl
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from itertools import groupby
from types import FrameType
from typing import IO, Any

from chassis.bus.audiences import Audiences
from local_platform import broker, settling, vault
from local_platform.certificates import CertificateAuthority
from local_platform.interpreter import Interpreter, choose, compile_project
from local_platform.keys import KeyStore
from local_platform.layout import DEPLOY, PROJECT, Layout
from local_platform.manifest import Manifest, ProcessSpec
from local_platform.native import NativeServers
from local_platform.ports import is_listening
from local_platform.servers.databases import PROCESSES, ensure_database, protect_system_databases
from local_platform.services import Services, load_overrides
from local_platform.supervisor import Supervisor, run_to_end
from local_platform.wiring import Values

MANIFEST = DEPLOY / "local" / "processes.toml"
AUDIENCES = DEPLOY / "rabbitmq" / "audiences.toml"
ACCOUNTS = PROJECT / "services" / "billing" / "billing" / "reference" / "demo_accounts.toml"
VAULT_SERVICE = "identity-vault"

# Shown on every page, in French as the pages are.
_NOTICE = (
    "Démonstration : n’y écrivez rien de vrai. Les délais y sont courts, "
    "et les gardiens des clés partagent une machine."
)
_SHARED_ACCOUNT = " Ici, les clés partagent même un seul compte."

_TICK = 0.1
_LATE = 9  # tasks from this stage on run once the processes work and have applied what the seeds told
_SETTLE_WITHIN = 30


class AlreadyRunningError(Exception):
    """Another supervisor holds this run folder."""


class PortsTakenError(Exception):
    """Somebody listens on ports that the platform needs. The message names them."""


class Platform:
    """One platform in one run folder."""

    def __init__(self, layout: Layout, say: Callable[[str], None]) -> None:
        self.layout = layout
        self.say = say
        self.manifest = Manifest.load(MANIFEST).without(os.environ.get("PARAVENT_WITHOUT", "").split())
        self.options = _options()
        self.interpreter: Interpreter = choose(layout.run)
        self.options["notice"] = _NOTICE + ("" if self.interpreter.separate else _SHARED_ACCOUNT)
        self._supervisor = Supervisor(layout, say)
        self._servers = NativeServers(layout, durable=self.options["fsync"] == "on", accounts=ACCOUNTS)
        self._values: Values
        self._stopping = False

    def run(self, welcome: Callable[["Platform"], None]) -> None:
        """Come up, say so, stay up until SIGINT or SIGTERM, go down. Raises AlreadyRunningError, PortsTakenError,
        NotReadyError."""
        with _only_one(self.layout):
            for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(sig, self._interrupt)
            try:
                self._come_up()
                self._write_state(ready=True)
                welcome(self)
                while not self._stopping:
                    self._supervisor.tick()
                    time.sleep(_TICK)
            except KeyboardInterrupt:
                self.say("interrupted")
            finally:
                self._go_down()

    def _interrupt(self, *_: int | FrameType | None) -> None:
        if not self._stopping:
            self._stopping = True
            raise KeyboardInterrupt

    def _go_down(self) -> None:
        self._stopping = True
        self.say("stopping everything")
        self._supervisor.stop()
        self._servers.stop()
        self.layout.state_file.unlink(missing_ok=True)
        self.say("stopped; data stays in the run folder")

    def _come_up(self) -> None:
        self._refuse_taken_ports()
        self._make_folders()
        self._start_servers()
        services = self._bootstrap()
        self._run_tasks(services, late=False)
        self._start_services(services)
        self._wait_for_events()
        self._run_tasks(services, late=True)
        self._wait_for_events()

    def _refuse_taken_ports(self) -> None:
        taken = [f"{name} {port}" for name, port in self.layout.ports.items() if is_listening(port)]
        if taken:
            raise PortsTakenError("ports in use: " + ", ".join(taken))

    def _make_folders(self) -> None:
        self.layout.run.chmod(0o711)
        for name in ("logs", "pids", "hold", "state", "secrets", "tls", "data", "servers", "places"):
            folder = self.layout.folder(name)
            folder.mkdir(exist_ok=True)
            folder.chmod(0o711)
        for held in self.layout.folder("hold").iterdir():
            held.unlink()
        if self.interpreter.separate:
            compile_project()
            self.say("each service runs as a unix account of its own")
        else:
            self.say(f"all services share one unix account: {self.interpreter.reason}")

    def _start_servers(self) -> None:
        self.say("starting PostgreSQL (two clusters), RabbitMQ, OpenBao, mail, telemetry and identity sinks")
        self._supervisor.start(self._servers.units())

    def _bootstrap(self) -> Services:
        keys = KeyStore(self.layout.folder("keys"), self.layout.folder("public"))
        values = self._values = Values(keys, self.layout.ports, self.options)
        self.say("databases, broker permissions, vault policies")
        values.databases = self._databases(keys)
        values.amqp = broker.prepare_broker(self._servers.rabbitmq.address, Audiences.load(AUDIENCES), keys)
        values.approles = vault.prepare_vault(self._servers.openbao.address, keys)
        authority = CertificateAuthority(self.layout.folder("authority"))
        overrides = load_overrides(self.layout.folder("overrides.json"))
        services = Services(self.layout, self.interpreter, values, authority, overrides)
        for folder in self.manifest.folders:
            services.prepare_folder(folder)
        return services

    def _databases(self, keys: KeyStore) -> dict[str, Any]:
        shared, own = self._servers.postgres.address, self._servers.vault_postgres.address
        protect_system_databases(shared)
        protect_system_databases(own)
        return {
            service: ensure_database(
                own if service == VAULT_SERVICE else shared,
                service.replace("-", "_"),
                owner_password=keys.value(f"database-{service}-owner"),
                app_password=keys.value(f"database-{service}-app"),
                process_passwords={
                    process: keys.value(f"database-{service}-{process}") for process in PROCESSES.get(service, ())
                },
            )
            for service in self.manifest.services
        }

    def _run_tasks(self, services: Services, *, late: bool) -> None:
        ordered = sorted((task for task in self.manifest.tasks if late == (task.stage >= _LATE)), key=_stage)
        for _, stage in groupby(ordered, key=_stage):
            tasks = list(stage)
            self.say(", ".join(task.name for task in tasks))
            run_to_end([services.launch(task) for task in tasks])

    def _start_services(self, services: Services) -> None:
        self.say(f"starting {len(self.manifest.processes)} service processes")
        relays = [spec for spec in self.manifest.processes if spec.role == "relay"]
        others = [spec for spec in self.manifest.processes if spec.role != "relay"]
        self._supervisor.start([services.unit(spec) for spec in others])
        # Last: by now every consumer has its queues, so nothing that is sent finds none.
        self._supervisor.start([services.unit(spec) for spec in relays])

    def _wait_for_events(self) -> None:
        urls = {name: address.app_url for name, address in self._values.databases.items()}
        if not settling.wait_until_applied(urls, Audiences.load(AUDIENCES), within=_SETTLE_WITHIN):
            self.say("events of the seeds are still under way; going on")

    def _write_state(self, *, ready: bool) -> None:
        values, servers = self._values, self._servers
        state = {
            "ready": ready,
            "pid": os.getpid(),
            "run": str(self.layout.run),
            "ports": self.layout.ports,
            "servers": [unit.name for unit in self._supervisor.groups[0]],
            "processes": [spec.name for spec in self.manifest.processes],
            "separate_accounts": self.interpreter.separate,
            "databases": {
                name: {"owner": address.owner_url, "app": address.app_url, **address.process_urls}
                for name, address in values.databases.items()
            },
            "superusers": {
                "postgres": servers.postgres.address.url(),
                "vault-postgres": servers.vault_postgres.address.url(),
            },
            "amqp": values.amqp,
            "amqp_admin": servers.rabbitmq.address.amqp_url(broker.VHOST),
            "openbao": {"url": servers.openbao.url, "root_token": servers.openbao.address.root_token},
            "folders": {name: str(path) for name, path in values.folders.items()},
        }
        whole = self.layout.state_file.with_suffix(".new")  # whoever waits for it reads all of it, or nothing
        with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
            json.dump(state, output)
        whole.rename(self.layout.state_file)


@contextlib.contextmanager
def _only_one(layout: Layout) -> Iterator[IO[str]]:
    """Hold the run folder; the lock ends with this process, however it ends."""
    with layout.lock_file.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunningError("already running") from None
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock


def _stage(task: ProcessSpec) -> int:
    return task.stage


def _options() -> dict[str, str]:
    """What a start may choose: when held events leave; whether PostgreSQL syncs its writes; demo delays and data."""
    return {
        "release": os.environ.get("PARAVENT_RELEASE", "every:5"),
        "fsync": os.environ.get("PARAVENT_FSYNC", "on"),
        "pump-seconds": os.environ.get("PARAVENT_PUMP_SECONDS", "10"),
        "slot-seconds": os.environ.get("PARAVENT_SLOT_SECONDS", "1"),
        "seal-delay": os.environ.get("PARAVENT_SEAL_DELAY", "10"),
        "publish-seconds": os.environ.get("PARAVENT_PUBLISH_SECONDS", "30"),
        "consent-delay": os.environ.get("PARAVENT_CONSENT_DELAY", "60"),
        "passkey-delay": os.environ.get("PARAVENT_PASSKEY_DELAY", "5"),
        "courier-seconds": os.environ.get("PARAVENT_COURIER_SECONDS", "20"),
        "year": os.environ.get("PARAVENT_YEAR", "true"),
    }


def progress() -> Callable[[str], None]:
    """Prints lines with the seconds since now."""
    begun = time.monotonic()

    def say(text: str) -> None:
        sys.stdout.write(f"{time.monotonic() - begun:6.1f} s  {text}\n")
        sys.stdout.flush()

    return say
