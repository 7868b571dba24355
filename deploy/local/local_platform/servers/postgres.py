"""A private PostgreSQL cluster on its own port. Parameters never reach its log."""

import secrets
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from local_platform.accounts import Account, of_server
from local_platform.addresses import PostgresAddress
from local_platform.files import kept
from local_platform.ports import HOST
from local_platform.processes import Child, base_environment

_SUPERUSER = "postgres"
_LINES_OF_ACCESS = "host all all 127.0.0.1/32 scram-sha-256\n"
SETTINGS = {
    "max_connections": "200",
    "shared_buffers": "32MB",
    "log_statement": "none",
    "log_min_error_statement": "panic",  # else a failing statement's text stands in the log
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",  # DETAIL lines quote the values of the row
    "wal_level": "replica",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "autovacuum_naptime": "60s",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class MissingServerError(Exception):
    """The machine lacks a server package. The message names it."""


def binaries() -> Path:
    """The newest PostgreSQL (15 or later) on the machine. Raises MissingServerError."""
    roots = sorted(
        (int(p.name), p / "bin")
        for p in Path("/usr/lib/postgresql").glob("*")
        if p.name.isdigit() and int(p.name) >= 15
    )
    for _, folder in reversed(roots):
        if (folder / "initdb").exists():
            return folder
    raise MissingServerError("PostgreSQL 15 or later is missing: apt-get install postgresql")


class Postgres:
    """One cluster in one folder. `start` initialises it the first time and keeps its data afterwards."""

    def __init__(self, folder: Path, port: int, *, durable: bool = True, log: Path | None = None) -> None:
        self._folder = folder
        self._port = port
        self._durable = durable
        self._log = log or folder / "postgres.log"
        self._account: Account = of_server("postgres")
        self._child: Child | None = None

    @property
    def data(self) -> Path:
        return self._folder / "data"

    @property
    def child(self) -> Child:
        assert self._child is not None, "not started"
        return self._child

    def start(self) -> PostgresAddress:
        """Start and wait until it answers."""
        self.launch()
        self.child.wait_ready(self.ready)
        return self.address

    @property
    def address(self) -> PostgresAddress:
        return PostgresAddress(HOST, self._port, _SUPERUSER, self._password())

    def ready(self) -> bool:
        return _answers(self.address)

    def launch(self) -> Child:
        """Start without waiting; the first time, make the cluster."""
        self._account.folder(self._folder)
        password = self._password()
        if not (self.data / "PG_VERSION").exists():
            self._initialise(password)
        self._account.own(self._write_settings(), 0o600)
        command = [str(binaries() / "postgres"), "-D", str(self.data)]
        # SIGINT is PostgreSQL's fast shutdown: sessions are cut, nothing committed is lost.
        self._child = Child.start(
            "postgres",
            command,
            log=self._log,
            env=base_environment(),
            account=self._account,
            stop_signal=signal.SIGINT,
        )
        return self._child

    def stop(self) -> None:
        if self._child:
            self._child.stop()

    def discard(self) -> None:
        """End at once, when the data is not needed any more."""
        if self._child:
            self._child.kill()

    def _password(self) -> str:
        path = self._folder / "superuser"
        password = kept(path, lambda: secrets.token_hex(24))
        self._account.own(path, 0o600)
        return password

    def _initialise(self, password: str) -> None:
        draft = self._folder / "data.new"
        shutil.rmtree(draft, ignore_errors=True)  # of an interrupted first start
        arguments = ["-D", str(draft), "-U", _SUPERUSER, "--pwfile", str(self._folder / "superuser")]
        arguments += ["--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8"]
        if not self._durable:
            arguments.append("--no-sync")
        subprocess.run(
            [str(binaries() / "initdb"), *arguments],
            check=True,
            capture_output=True,
            env=base_environment(),
            cwd="/",
            **_as(self._account),  # type: ignore[call-overload]
        )
        (draft / "pg_hba.conf").write_text(_LINES_OF_ACCESS)
        draft.rename(self.data)

    def _write_settings(self) -> Path:
        path = self.data / "postgresql.auto.conf"
        path.write_text("".join(f"{key} = '{value}'\n" for key, value in self._settings().items()))
        return path

    def _settings(self) -> dict[str, str]:
        return {
            "listen_addresses": HOST,
            "port": str(self._port),
            "unix_socket_directories": "",
            **SETTINGS,
            **({} if self._durable else NOT_DURABLE),
        }


def _as(account: Account) -> dict[str, object]:
    if account.uid is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def _answers(address: PostgresAddress) -> bool:
    try:
        with psycopg.connect(address.url(), connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False
