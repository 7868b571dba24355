"""The services' processes: what each is started with, and when it counts as ready."""

import json
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from urllib.error import URLError

from local_platform.accounts import Account, current, existing, of_service
from local_platform.certificates import CertificateAuthority
from local_platform.errands import Place
from local_platform.interpreter import Interpreter
from local_platform.layout import Layout
from local_platform.manifest import FolderSpec, ProcessSpec
from local_platform.ports import HOST, is_listening
from local_platform.processes import Child, base_environment
from local_platform.supervisor import Unit
from local_platform.wiring import Values, lay_secrets

_FRESH = 30.0  # seconds: a heartbeat older than that is none


class Services:
    """Starts processes of the manifest with their environment, secrets, certificate and account."""

    def __init__(
        self,
        layout: Layout,
        interpreter: Interpreter,
        values: Values,
        authority: CertificateAuthority,
        overrides: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._layout = layout
        self._interpreter = interpreter
        self._values = values
        self._authority = authority
        self._overrides = overrides

    def prepare_folder(self, spec: FolderSpec) -> None:
        """Make a folder that services share and give it to its account."""
        account = self._account(spec.account)
        self._values.folders[spec.name] = account.folder(self._layout.folder("data", spec.name), spec.mode)

    def unit(self, spec: ProcessSpec) -> Unit:
        return Unit(spec.name, lambda: self.launch(spec), lambda: is_ready(spec, self._layout))

    def launch(self, spec: ProcessSpec) -> Child:
        """Start one process without waiting."""
        account = self._account(spec.account)
        environment, state = self._environment(spec, account), self._state(spec)
        place = Place.of(self._interpreter.path, spec.module, spec.role, environment, state, account)
        place.keep(self._layout, spec.name)
        return Child.start(
            spec.name,
            place.command(spec.arguments),
            log=self._layout.log(spec.name),
            env=environment,
            account=account,
            cwd=state,
            umask=0o002 if spec.service == "intake" else 0o007,
        )

    def _environment(self, spec: ProcessSpec, account: Account) -> dict[str, str]:
        state = account.folder(self._state(spec))
        temporary = account.folder(state / "tmp")
        secrets = lay_secrets(spec, self._values, self._layout.folder("secrets", spec.name), account)
        told = {f"{spec.prefix}{name.upper()}": self._values.fill(value) for name, value in spec.env.items()}
        told[f"{spec.prefix}STATE_DIR"] = str(state)
        if spec.tls:
            told |= self._tls(spec, account)
        told |= {**self._overrides.get("*", {}), **self._overrides.get(spec.name, {})}
        return base_environment(
            PARAVENT_SECRETS=str(secrets), HOME=str(state), TMPDIR=str(temporary), PYTHONUNBUFFERED="1", **told
        )

    def _tls(self, spec: ProcessSpec, account: Account) -> dict[str, str]:
        folder = account.folder(self._layout.folder("tls", spec.name))
        tls = self._authority.issue(f"{spec.role}.{spec.service}.paravent", folder, account)
        prefix = f"{spec.prefix}TLS__"
        return {
            f"{prefix}CERTIFICATE": str(tls.certificate),
            f"{prefix}KEY": str(tls.key),
            f"{prefix}AUTHORITY": str(tls.authority),
        }

    def _state(self, spec: ProcessSpec) -> Path:
        return self._layout.folder("state", spec.name)

    def _account(self, name: str) -> Account:
        if not self._interpreter.separate:
            return current()
        service = name.split("+")[0]
        account = of_service(name.replace("+", "-"))
        # A process with keys of its own has an account of its own, in the service's group for the folders they share.
        group = existing(of_service(service).name) if "+" in name else None
        return Account(account.name, account.uid, group.gid) if group else account


def is_ready(spec: ProcessSpec, layout: Layout) -> bool:
    """Does this process do its work?"""
    kind, _, name = spec.ready.partition(":")
    if kind == "http":
        return _says_ready(f"http://{HOST}:{layout.ports[name]}/sante/pret")
    if kind == "tcp":
        return is_listening(layout.ports[name])
    if kind == "beat":
        return _beats(layout.folder("state", spec.name) / f"{name}.alive", layout.pid_file(spec.name))
    return True


def load_overrides(path: Path) -> dict[str, dict[str, str]]:
    """Process name (or `*`) -> environment variables that win over the manifest's. For tests and trials."""
    if not path.exists():
        return {}
    overrides: dict[str, dict[str, str]] = json.loads(path.read_text())
    return overrides


def _says_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False


def _beats(heartbeat: Path, pid_file: Path) -> bool:
    """Has this process, the one started last, beaten lately?"""
    try:
        beaten, started = heartbeat.stat().st_mtime, pid_file.stat().st_mtime
    except FileNotFoundError:
        return False
    return beaten >= started and time.time() - beaten < _FRESH
