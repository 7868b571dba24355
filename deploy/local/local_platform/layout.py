"""Where the local platform keeps things and on which ports it listens."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from local_platform.accounts import is_root
from local_platform.ports import HOST, free_port

PROJECT = Path(__file__).resolve().parents[3]
DEPLOY = PROJECT / "deploy"

# Name -> offset from the base port.
_OFFSETS = {
    "intake": 0,
    "casework": 10,
    "billing": 20,
    "analytics": 30,
    "vault": 40,
    "events": 50,
    "sealer": 100,
    "verifier": 101,
    "linker": 102,
    "courier": 103,
    "eraser": 104,
    "otlp": 118,
    "smtp": 125,
    "postgres": 132,
    "vault-postgres": 133,
    "rabbitmq": 172,
    "rabbitmq-api": 173,
    "oidc": 190,
    "openbao": 200,
    "openbao-cluster": 201,
}


@dataclass(frozen=True)
class Layout:
    """One platform: its folder and its ports."""

    run: Path
    ports: dict[str, int]

    @classmethod
    def from_environment(cls) -> "Layout":
        """`PARAVENT_RUN` (default: .run in the project), `PARAVENT_PORT_BASE` (default 8000; `free`: any free ports,
        kept for the next start), `PARAVENT_PORT_<NAME>` for a single one."""
        run = _run_folder()
        base = os.environ.get("PARAVENT_PORT_BASE", "8000")
        ports = _kept_free_ports(run) if base == "free" else {name: int(base) + o for name, o in _OFFSETS.items()}
        for name in ports:
            ports[name] = int(os.environ.get(f"PARAVENT_PORT_{name.upper().replace('-', '_')}", ports[name]))
        return cls(run, ports)

    def url(self, name: str) -> str:
        """Where browsers find it."""
        return web_address(name, self.ports[name])

    def folder(self, *parts: str) -> Path:
        return self.run.joinpath(*parts)

    def log(self, name: str) -> Path:
        return self.run / "logs" / f"{name}.log"

    def pid_file(self, name: str) -> Path:
        return self.run / "pids" / f"{name}.pid"

    def hold_file(self, name: str) -> Path:
        """While it exists, the supervisor keeps this process stopped."""
        return self.run / "hold" / name

    @property
    def state_file(self) -> Path:
        """What `status` and tests read: addresses, process names. Mode 0600."""
        return self.run / "platform.json"

    @property
    def lock_file(self) -> Path:
        return self.run / "supervisor.lock"


def web_address(name: str, port: int) -> str:
    """The vault's pages have a host name: passkeys know no numbers."""
    return f"http://{'localhost' if name == 'vault' else HOST}:{port}"


def _run_folder() -> Path:
    """Servers run as accounts of their own and must be able to walk to their data: from a private home they cannot."""
    chosen = os.environ.get("PARAVENT_RUN")
    wanted = Path(chosen).resolve() if chosen else PROJECT / ".run"
    if wanted.is_symlink() or not is_root() or _others_may_walk(wanted):
        wanted.mkdir(parents=True, exist_ok=True)
        return wanted.resolve()
    mark = hashlib.sha256(str(wanted).encode()).hexdigest()[:8]
    elsewhere = Path("/var/lib/paravent") / mark
    elsewhere.mkdir(parents=True, exist_ok=True)
    if wanted.is_dir():  # only what did not need another account can be there: .run/bench.json and the like
        return elsewhere
    wanted.symlink_to(elsewhere)
    return elsewhere


def _others_may_walk(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in path.parents if folder.exists())


def _kept_free_ports(run: Path) -> dict[str, int]:
    kept = run / "ports.json"
    if not kept.exists():
        whole = kept.with_suffix(".new")  # others may be reading: the file is there complete or not at all
        whole.write_text(json.dumps({name: free_port() for name in _OFFSETS}))
        whole.rename(kept)
    ports: dict[str, int] = json.loads(kept.read_text())
    return ports
