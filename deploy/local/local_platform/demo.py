"""A whole platform for tests: in a temporary folder, on free ports, stopped and removed at the end.

`with Demo(release="immediate") as demo: ...`
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Collection, Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

from chassis.bus.audiences import Audiences
from chassis.testing import eventually
from local_platform import errands, settling
from local_platform.layout import Layout
from local_platform.manifest import Manifest
from local_platform.ports import is_listening
from local_platform.processes import Child, base_environment
from local_platform.services import is_ready
from local_platform.status import memory, pids, read_state
from local_platform.temporary import make_folder
from local_platform.up import AUDIENCES, MANIFEST

_SERVER_PORTS = {"postgres": "postgres", "vault-postgres": "vault-postgres", "rabbitmq": "rabbitmq"}
_SERVER_PORTS |= {"openbao": "openbao", "sinks": "oidc"}


class Demo:
    """One running platform. Process names are `<service>.<role>`; servers: postgres, vault-postgres, rabbitmq,
    openbao, sinks."""

    def __init__(
        self,
        *,
        release: str = "immediate",
        durable: bool = False,
        pump_seconds: float = 1,
        slot_seconds: float = 0.2,
        seal_delay: float = 0,
        publish_seconds: float = 2,
        consent_delay: int = 4,
        passkey_delay: int = 0,
        courier_seconds: int = 2,
        overrides: Mapping[str, Mapping[str, str]] | None = None,
        without: Collection[str] = (),
        folder: Path | None = None,
    ) -> None:
        """`release`: when held events leave ("every:5"); `slot_seconds`: one frame leaves for identity-vault in
        each, a report's after a random time of at most `seal_delay` seconds; `consent_delay`, `passkey_delay`: seconds
        until a reporter's agreement and a new passkey may be used; `courier_seconds`: between two batches of mails to
        reporters; `durable`: PostgreSQL syncs; `overrides`: process name or "*" -> environment variables that win;
        `without`: services left out; `folder`: kept at the end, if given."""
        self._keep = folder is not None
        self.folder = folder or make_folder("demo", os.getpid())
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o711)
        self._environment = {
            "PARAVENT_RUN": str(self.folder),
            "PARAVENT_PORT_BASE": "free",
            "PARAVENT_RELEASE": release,
            "PARAVENT_FSYNC": "on" if durable else "off",
            "PARAVENT_PUMP_SECONDS": str(pump_seconds),
            "PARAVENT_SLOT_SECONDS": str(slot_seconds),
            "PARAVENT_SEAL_DELAY": str(seal_delay),
            "PARAVENT_PUBLISH_SECONDS": str(publish_seconds),
            "PARAVENT_CONSENT_DELAY": str(consent_delay),
            "PARAVENT_PASSKEY_DELAY": str(passkey_delay),
            "PARAVENT_COURIER_SECONDS": str(courier_seconds),
            "PARAVENT_YEAR": "false",  # proofs start from members that nothing was asked of yet
            "PARAVENT_WITHOUT": " ".join(without),
        }
        (self.folder / "overrides.json").write_text(json.dumps(overrides or {}))
        self._manifest = Manifest.load(MANIFEST).without(without)
        self._supervisor: Child | None = None
        self.state: dict[str, Any] = {}

    @classmethod
    def attached(cls, folder: Path) -> Self:
        """The platform that somebody else keeps running in this folder: nothing is started, nor stopped."""
        overrides = folder / "overrides.json"
        demo = cls(folder=folder, overrides=json.loads(overrides.read_text()) if overrides.exists() else {})
        demo.state = read_state(demo.layout) or {}
        return demo

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, *, within: float = 150) -> None:
        """Start and wait until everything is ready. Raises NotReadyError with what the platform said."""
        self._supervisor = Child.start(
            "platform",
            [sys.executable, "-m", "local_platform", "up"],
            log=self.folder / "logs" / "platform.log",
            env=base_environment(**self._environment),
        )
        try:
            self._supervisor.wait_ready(lambda: read_state(self.layout) is not None, within=within, every=0.2)
        except BaseException:
            self.stop()
            raise
        self.state = read_state(self.layout) or {}

    def stop(self) -> None:
        """Stop everything; remove the folder unless it was given."""
        if self._supervisor:
            self._supervisor.stop(within=90)
            self._supervisor = None
        if not self._keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def layout(self) -> Layout:
        kept = self.folder / "ports.json"
        return Layout(self.folder.resolve(), json.loads(kept.read_text()) if kept.exists() else {})

    # --- where things are

    def url(self, service: str) -> str:
        """The address of a service's pages (or of `openbao`, `oidc`...)."""
        return self.layout.url(service)

    def database_url(self, service: str, *, owner: bool = False) -> str:
        address: str = self.state["databases"][service]["owner" if owner else "app"]
        return address

    def superuser_url(self, cluster: str = "postgres", database: str = "postgres") -> str:
        """`cluster`: postgres or vault-postgres."""
        base: str = self.state["superusers"][cluster]
        return f"{base.rsplit('/', 1)[0]}/{database}"

    def amqp_url(self, service: str | None = None) -> str:
        """As a service's own user, or as the administrator."""
        url: str = self.state["amqp"][service] if service else self.state["amqp_admin"]
        return url

    def log(self, name: str) -> Path:
        return self.layout.log(name)

    def secrets(self, name: str) -> Path:
        """The folder of secrets of one process."""
        return self.layout.folder("secrets", name)

    def shared_folder(self, name: str) -> Path:
        """A folder of the manifest: intake-blobs, casework-month-keys..."""
        return Path(self.state["folders"][name])

    @property
    def mails(self) -> list[EmailMessage]:
        """Every mail that was accepted, in no order."""
        files = self.layout.folder("mail").glob("*.eml")
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    @property
    def otlp(self) -> Path:
        """The folder of received telemetry, JSON lines."""
        return self.layout.folder("otlp")

    def stores(self) -> dict[str, Path]:
        """Everything that stays on disk, by who writes it. Keys and secrets are not among them."""
        servers = self.layout.folder("servers")
        return {
            "postgres": servers / "postgres" / "data",
            "vault-postgres": servers / "vault-postgres" / "data",
            "rabbitmq": servers / "rabbitmq",
            "openbao": servers / "openbao",
            **{name: self.shared_folder(name) for name in ("intake-blobs", "casework-blobs")},
            **{name: self.shared_folder(name) for name in ("vault-journal", "vault-erasure-ledger")},
            **{name: self.layout.folder(name) for name in ("state", "logs", "mail", "otlp")},
        }

    # --- processes

    @property
    def processes(self) -> list[str]:
        """Names of the services' processes."""
        return [spec.name for spec in self._manifest.processes]

    def pid(self, name: str) -> int:
        """Raises KeyError while the process does not run."""
        return pids(self.layout)[name]

    def memory(self) -> dict[str, int]:
        """Name -> proportional set size in bytes."""
        return {name: memory(pid) for name, pid in pids(self.layout).items()}

    def ready(self, name: str) -> bool:
        """Is this process or server ready?"""
        if name in _SERVER_PORTS:
            return is_listening(self.layout.ports[_SERVER_PORTS[name]])
        spec = next(spec for spec in self._manifest.processes if spec.name == name)
        return name in pids(self.layout) and is_ready(spec, self.layout)

    def kill(self, name: str, sig: signal.Signals = signal.SIGKILL) -> int:
        """Signal a process with its whole group; the supervisor starts it again. Answers the pid it had."""
        pid = self.pid(name)
        os.killpg(pid, sig)
        return pid

    def restart(self, name: str, sig: signal.Signals = signal.SIGKILL, *, within: float = 60) -> None:
        """Kill, and wait until it is back and ready."""
        before = self.kill(name, sig)
        eventually(lambda: pids(self.layout).get(name, before) != before and self.ready(name), within=within)

    def hold(self, name: str, *, within: float = 60) -> None:
        """Stop a process and keep it stopped."""
        self.layout.hold_file(name).touch()
        eventually(lambda: name not in pids(self.layout), within=within)

    def release(self, name: str, *, within: float = 60) -> None:
        """Let a held process run again, and wait until it is ready."""
        self.layout.hold_file(name).unlink(missing_ok=True)
        eventually(lambda: self.ready(name), within=within)

    def run(self, name: str, *words: str) -> str:
        """Run a command in the place of a process (its role with these words, or `-m module ...`); what it printed."""
        done = errands.run(self.layout, name, words, capture=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    # --- events

    def pending(self, *, held: bool = True) -> int:
        """How many events are written but not yet applied by their consumer."""
        urls = {name: address["app"] for name, address in self.state["databases"].items()}
        return settling.pending(urls, Audiences.load(AUDIENCES), held=held)

    def settle(self, *, within: float = 60) -> None:
        """Wait until every event has been applied. Raises AssertionError."""
        eventually(lambda: self.pending() == 0, within=within, every=0.2)

    def until(self, check: Callable[[], Any], *, within: float = 30) -> Any:
        """`eventually`, with the time that a whole platform may take."""
        return eventually(check, within=within, every=0.1)
