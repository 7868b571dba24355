"""A sealer on real servers: OpenBao in a namespace of its own, mutual TLS, keys in folders."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import grpc
import hvac
import pytest
from pydantic import SecretStr

from chassis import keysets
from chassis.clock import Clock, SystemClock
from chassis.db import Database
from chassis.rpc import Server, channel
from chassis.sealing import age, padding
from chassis.signing import public_half
from identity_vault.entrypoints import keys as keys_entrypoint
from identity_vault.entrypoints import sealer
from identity_vault.entrypoints.keys import Folders
from identity_vault.gateways.key_folder import KeyFolder
from identity_vault.gateways.openbao import connect
from identity_vault.settings import KeysSettings, SealerSettings
from identity_vault.usecases.counting import Tally
from local_platform import openbao_bootstrap
from paravent.identity_vault.v1.record_pb2 import (
    CourierLetter,
    DiscloserLayer,
    Identity,
    LinkerLetter,
    LinkRegistration,
    Registration,
    TransportLayer,
    VerifierLayer,
    VerifierLetter,
)
from paravent.identity_vault.v1.sealing_pb2 import SealRequest
from paravent.keys.v1.keys_pb2 import KeyUse
from paravent_rpc.identity_vault.v1.sealing_pb2_grpc import LocatingServiceStub, SealingServiceStub

MIGRATIONS = Path(__file__).parents[1] / "migrations"
TODAY = date(2026, 11, 22)
ROOT = bytes(range(32))
ISSUING = bytes(range(32, 64))
SERVER = "sealer.identity-vault.paravent"
PUMP = "sealpump.intake.paravent"


@pytest.fixture(scope="session")
def made_keys(tmp_path_factory) -> Path:
    """All keys, made and published once: each test has a copy."""
    folder: Path = tmp_path_factory.mktemp("keys")
    certificate = keysets.certify(ROOT, "identity-vault", ISSUING, valid_from=TODAY, valid_until=date(2028, 1, 1))
    (folder / "certificate").write_bytes(certificate.SerializeToString())
    settings = settings_of(folder)
    keys_entrypoint.run(settings, key_folders(settings), [], TODAY)
    return folder


@pytest.fixture
def key_settings(made_keys: Path, tmp_path: Path) -> KeysSettings:
    """Folders for each kind of key, with all keys made and published."""
    shutil.copytree(made_keys, tmp_path, dirs_exist_ok=True)
    return settings_of(tmp_path)


def settings_of(folder: Path) -> KeysSettings:
    return KeysSettings(
        transport_keys_dir=folder / "transport",
        verifier_keys_dir=folder / "verifier",
        discloser_keys_dir=folder / "discloser",
        linker_keys_dir=folder / "linker",
        courier_keys_dir=folder / "courier",
        key_set=folder / "published" / "keys",
        issuing_certificate=folder / "certificate",
        issuing_key=SecretStr(ISSUING.hex()),
        transport_days_ahead=3,
    )


def key_folders(settings: KeysSettings) -> Folders:
    return Folders(*(KeyFolder(place) for place in settings.places()))


@dataclass
class Writer:
    """Builds records as intake does, from the published key set."""

    key_set: Path
    ref: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    locator: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def record(self, identity: Identity | None = None, **wrong: Any) -> SealRequest:
        """`wrong`: parts of the transport layer to replace."""
        inner = DiscloserLayer(version=1, ref=self.ref, identity=identity)
        inner.padding = bytes(2048 - 3 - inner.ByteSize())
        middle = VerifierLayer(version=1, ref=self.ref, reporter_key=bytes(32))
        middle.inner = age.seal_fixed(self._key(KeyUse.KEY_USE_VAULT_DISCLOSER, "2026"), self._bytes(inner), 3072)
        verifier = self._key(KeyUse.KEY_USE_VAULT_VERIFIER, "2026")
        parts = {"version": 1, "locator": self.locator} | wrong
        parts.setdefault("sealed_record", age.seal_fixed(verifier, self._bytes(middle), 4096))
        for name, letter in self._letters().items():
            parts.setdefault(name, letter)
        outer = self._bytes(TransportLayer(**parts))
        return SealRequest(record=age.seal_fixed(self.transport(), outer, 10_240), key_period=TODAY.isoformat())

    def _letters(self) -> dict[str, bytes]:
        """A registration for the verifier, one for the linker, nothing for the courier."""
        known = {"ref": self.ref, "reporter_key": bytes(32)}
        return {
            "to_verifier": self._letter(
                KeyUse.KEY_USE_VAULT_VERIFIER, VerifierLetter(registration=Registration(**known)), 2048, 2688
            ),
            "to_linker": self._letter(
                KeyUse.KEY_USE_VAULT_LINKER, LinkerLetter(registration=LinkRegistration(**known)), 512, 1152
            ),
            "to_courier": self._letter(KeyUse.KEY_USE_VAULT_COURIER, CourierLetter(), 512, 1152),
        }

    def _letter(self, use: int, letter: Any, padded: int, frame: int) -> bytes:
        return age.seal_fixed(self._key(use, "2026"), padding.pad(self._bytes(letter), padded), frame)

    def transport(self) -> str:
        return self._key(KeyUse.KEY_USE_VAULT_TRANSPORT_DAY, TODAY.isoformat())

    def _key(self, use: int, period: str) -> str:
        signed = self.key_set.read_bytes()
        keys = keysets.verify(signed, public_half(ROOT), issuer="identity-vault", today=TODAY)
        found = keysets.find(keys, use, period)
        assert found is not None
        return found

    def _bytes(self, message: Any) -> bytes:
        return message.SerializeToString(deterministic=True)


@pytest.fixture
def new_writer(key_settings: KeysSettings) -> Callable[[], Writer]:
    """Each writer has one report in hand."""
    return lambda: Writer(key_settings.key_set)


@pytest.fixture(scope="session")
def new_root(bao) -> Callable[[], hvac.Client]:
    """Factory: the root of an OpenBao namespace, bootstrapped."""

    def make() -> hvac.Client:
        name = f"vault-{secrets.token_hex(4)}"
        hvac.Client(url=bao.url, token=bao.root_token).write(f"sys/namespaces/{name}")
        client = hvac.Client(url=bao.url, token=bao.root_token, namespace=name)
        openbao_bootstrap.apply(client)
        return client

    return make


@pytest.fixture(scope="session")
def shared_root(new_root) -> hvac.Client:
    """One for all tests that do not look at the whole of it."""
    return new_root()


@pytest.fixture
def root(new_root) -> hvac.Client:
    """The root of a namespace of the test's own."""
    return new_root()


@pytest.fixture
def stored(root: hvac.Client) -> Callable[[], list[str]]:
    """The paths of all records, seen by root: no process of ours can list."""

    def read() -> list[str]:
        try:
            return root.secrets.kv.v2.list_secrets("", mount_point="identities")["data"]["keys"]
        except hvac.exceptions.InvalidPath:
            return []

    return read


@pytest.fixture
def database(migrated_database):
    return migrated_database("identity-vault", MIGRATIONS, vault=True)


@pytest.fixture
def settings(key_settings, root, bao, database, certificates, tmp_path) -> SealerSettings:
    held = openbao_bootstrap.credentials(root, "identity-vault-sealer")
    return SealerSettings(
        database_url=SecretStr(database.app_url),
        sealer_port=0,
        openbao_address=bao.url,
        openbao_namespace=root.adapter.namespace,
        openbao_role_id=SecretStr(held.role_id),
        openbao_secret_id=SecretStr(held.secret_id),
        path_key=SecretStr("ab" * 32),
        transport_keys_dir=key_settings.transport_keys_dir,
        key_set=key_settings.key_set,
        tls=certificates.issue(SERVER),
        state_dir=tmp_path / "state",
    )


@pytest.fixture
def sealed() -> Tally:
    return Tally()


@pytest.fixture
def start(sealed) -> Iterator[Callable[..., Server]]:
    """`start(settings)`, or with a clock of the test's own."""
    started: list[tuple[Server, Database]] = []

    def make(settings: SealerSettings, clock: Clock | None = None) -> Server:
        own = Database(settings.database_url.get_secret_value(), name="test")
        keys = KeyFolder(settings.transport_keys_dir)
        server = sealer.start(settings, keys, connect(settings), sealed, own, clock or SystemClock())
        started.append((server, own))
        return server

    yield make
    for server, own in started:
        server.stop(0)
        own.close()


@pytest.fixture
def reach(certificates) -> Iterator[Callable[..., grpc.Channel]]:
    """A channel to the sealer on a port, under a client name."""
    opened: list[grpc.Channel] = []

    def make(port: int, client: str) -> grpc.Channel:
        opened.append(channel(f"127.0.0.1:{port}", certificates.issue(client), SERVER))
        return opened[-1]

    yield make
    for made in opened:
        made.close()


@pytest.fixture
def connect_as(reach) -> Callable[..., SealingServiceStub]:
    return lambda port, client=PUMP: SealingServiceStub(reach(port, client))


@pytest.fixture
def connect_locator(reach) -> Callable[..., LocatingServiceStub]:
    return lambda port, client: LocatingServiceStub(reach(port, client))


@pytest.fixture
def vault_port(settings, start) -> int:
    """Of a sealer that runs."""
    return start(settings).port


@pytest.fixture
def vault(vault_port, connect_as) -> SealingServiceStub:
    """The sealer, as intake's pump sees it."""
    return connect_as(vault_port)


@pytest.fixture
def process(settings, tmp_path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """A role as a process of its own, with its settings in the environment and its secrets in files."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    for name in ("database_url", "openbao_role_id", "openbao_secret_id", "path_key"):
        (folder / f"identity_vault_{name}").write_text(getattr(settings, name).get_secret_value())
    plain = {name: getattr(settings, name) for name in ("openbao_address", "openbao_namespace", "key_set", "state_dir")}
    plain["transport_keys_dir"] = settings.transport_keys_dir
    plain |= {f"tls__{name}": getattr(settings.tls, name) for name in ("certificate", "key", "authority")}
    environment = {f"IDENTITY_VAULT_{name.upper()}": str(value) for name, value in plain.items()}
    running: list[subprocess.Popen[str]] = []

    def make(role: str, *arguments: str, **more: str) -> subprocess.Popen[str]:
        env = os.environ | environment | {"PARAVENT_SECRETS": str(folder)} | more
        command = [sys.executable, "-m", "identity_vault", role, *arguments]
        started = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        running.append(started)
        return started

    yield make
    for started in running:
        started.kill()
        started.communicate()
