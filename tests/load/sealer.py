"""A sealer as it runs in production, for the benches: its process, its database, its OpenBao; durable."""

import hashlib
import hmac
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import hvac

from chassis.clock import SystemClock, paris_day
from chassis.migrations import upgrade
from chassis.sealing import age
from chassis.settings import Tls
from identity_vault.__main__ import MIGRATIONS
from local_platform import openbao_bootstrap
from local_platform.addresses import DatabaseAddress, OpenBaoAddress
from local_platform.certificates import CertificateAuthority
from local_platform.ports import free_port
from local_platform.servers.databases import VAULT_PROCESSES, ensure_database
from local_platform.servers.postgres import Postgres
from paravent.identity_vault.v1.record_pb2 import TransportLayer
from tests.load.servers import openbao, scratch_folder

SERVER = "sealer.identity-vault.paravent"
PUMP = "sealpump.intake.paravent"


@dataclass(frozen=True)
class Frame:
    """A frame as the sealer gets it, and where its record will stand."""

    record: bytes
    path: str


@dataclass(frozen=True)
class Sealer:
    """A sealer that runs. `tls` is the pump's; `day` that of the one transport key."""

    address: str
    tls: Tls
    day: str
    openbao: OpenBaoAddress
    database: DatabaseAddress
    recipient: str
    path_key: bytes

    def frame(self) -> Frame:
        """A fresh frame. What the transport layer holds is opaque to the sealer: here it is random."""
        layer = TransportLayer(version=1, locator=secrets.token_bytes(32), sealed_record=secrets.token_bytes(4096))
        layer.to_verifier = secrets.token_bytes(2688)
        layer.to_linker, layer.to_courier = secrets.token_bytes(1152), secrets.token_bytes(1152)
        path = hmac.new(self.path_key, layer.locator, hashlib.sha256).hexdigest()
        return Frame(age.seal_fixed(self.recipient, layer.SerializeToString(), 10_240), path)

    def client(self) -> hvac.Client:
        return hvac.Client(url=self.openbao.url, token=self.openbao.root_token)


@contextmanager
def sealer() -> Iterator[Sealer]:
    """Start everything; stop and remove it at the end."""
    with openbao() as server, scratch_folder() as folder:
        openbao_bootstrap.apply(hvac.Client(url=server.url, token=server.root_token))
        postgres = Postgres(folder / "postgres", free_port(), durable=True)
        try:
            words = {process: secrets.token_hex(16) for process in VAULT_PROCESSES}
            database = ensure_database(postgres.start(), "identity_vault", process_passwords=words)
            upgrade(MIGRATIONS, database.owner_url, database.app_role)
            with _process(folder, server, database) as running:
                yield running
        finally:
            postgres.discard()


@contextmanager
def _process(folder: Path, server: OpenBaoAddress, database: DatabaseAddress) -> Iterator[Sealer]:
    authority = CertificateAuthority(folder / "certificates")
    key, path_key, port = age.new_identity(), secrets.token_bytes(32), free_port()
    day = paris_day(SystemClock().now()).isoformat()
    (folder / "transport").mkdir()
    file = folder / "transport" / f"{day}.key"
    file.touch(mode=0o600)
    file.write_text(key.secret)
    held = openbao_bootstrap.credentials(hvac.Client(url=server.url, token=server.root_token), "identity-vault-sealer")
    secret = {"database_url": database.app_url, "path_key": path_key.hex()}
    secret |= {"openbao_role_id": held.role_id, "openbao_secret_id": held.secret_id}
    (folder / "secrets").mkdir()
    for name, value in secret.items():
        (folder / "secrets" / f"identity_vault_{name}").write_text(value)
    tls = authority.issue(SERVER)
    plain = {"sealer_port": port, "openbao_address": server.url, "state_dir": folder / "state"}
    plain |= {"transport_keys_dir": folder / "transport", "key_set": folder / "none"}
    plain |= {"tls__certificate": tls.certificate, "tls__key": tls.key, "tls__authority": tls.authority}
    environment = {f"IDENTITY_VAULT_{name.upper()}": str(value) for name, value in plain.items()}
    environment["PARAVENT_SECRETS"] = str(folder / "secrets")
    process = subprocess.Popen(
        [sys.executable, "-m", "identity_vault", "sealer"], env=os.environ | environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait_for(folder / "state" / "sealer.alive", process)
        address = f"127.0.0.1:{port}"
        yield Sealer(address, authority.issue(PUMP), day, server, database, key.recipient, path_key)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(path: Path, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError("the sealer did not start")
        time.sleep(0.05)
