"""The pump against identity-vault's own sealer and OpenBao: what intake seals is what the vault's keys open."""

import base64
import os
import random
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hvac
import psycopg
import pytest
from google.protobuf.message import Message

from chassis import keysets
from chassis.clock import FixedClock, paris_day
from chassis.sealing import age, padding, receipts
from chassis.sealing.fields import FieldCipher
from chassis.signing import public_half
from chassis.testing import eventually
from intake.domain.identity import Identity
from intake.domain.slots import Planner
from intake.entrypoints.pump import Pump
from intake.gateways.vault import SealerGateway
from intake.usecases.frames import report_frame
from intake.usecases.keys import KeysUnavailable
from intake.usecases.pump import VaultAway
from local_platform import openbao_bootstrap
from local_platform.addresses import DatabaseAddress
from paravent.identity_vault.v1.record_pb2 import (
    CourierLetter,
    DiscloserLayer,
    LinkerLetter,
    VerifierLayer,
    VerifierLetter,
)

ROOT, ISSUING = bytes(range(32)), bytes(range(32, 64))
SERVER, PUMP = "sealer.identity-vault.paravent", "sealpump.intake.paravent"
REF = secrets.token_bytes(16)


@pytest.fixture
def clock() -> FixedClock:
    """The machine's day: identity-vault's processes make their keys for it."""
    return FixedClock(datetime.now(UTC))


@pytest.fixture
def openbao(bao) -> hvac.Client:
    """The root of an OpenBao namespace with what identity-vault needs."""
    name = f"intake-{secrets.token_hex(4)}"
    hvac.Client(url=bao.url, token=bao.root_token).write(f"sys/namespaces/{name}")
    client = hvac.Client(url=bao.url, token=bao.root_token, namespace=name)
    openbao_bootstrap.apply(client)
    return client


@pytest.fixture
def vault_database(fresh_database) -> DatabaseAddress:
    return fresh_database("identity-vault", vault=True)


@pytest.fixture
def run_vault(tmp_path, openbao, bao, certificates, vault_database, clock) -> Iterator[Callable[..., subprocess.Popen]]:
    """Start a role of identity-vault as its own process."""
    today = paris_day(clock.now())
    issued = keysets.certify(
        ROOT, "identity-vault", ISSUING, valid_from=today - timedelta(days=1), valid_until=today + timedelta(days=40)
    )
    (tmp_path / "certificate").write_bytes(issued.SerializeToString())
    database = vault_database
    held = openbao_bootstrap.credentials(openbao, "identity-vault-sealer")
    (tmp_path / "vault").mkdir()
    secret = {
        "database_url": database.app_url,
        "owner_url": database.owner_url,
        "openbao_role_id": held.role_id,
        "openbao_secret_id": held.secret_id,
        "path_key": "ab" * 32,
        "issuing_key": ISSUING.hex(),
    }
    for name, value in secret.items():
        (tmp_path / "vault" / f"identity_vault_{name}").write_text(value)
    tls = certificates.issue(SERVER)
    told = {
        "openbao_address": bao.url,
        "openbao_namespace": openbao.adapter.namespace,
        "key_set": tmp_path / "key-set",
        "issuing_certificate": tmp_path / "certificate",
        "state_dir": tmp_path / "vault-state",
        "tls__certificate": tls.certificate,
        "tls__key": tls.key,
        "tls__authority": tls.authority,
    } | {f"{use}_keys_dir": tmp_path / use for use in ("transport", "verifier", "discloser", "linker", "courier")}
    environment = {f"IDENTITY_VAULT_{name.upper()}": str(value) for name, value in told.items()}
    running = []

    def start(role: str, **more: str) -> subprocess.Popen:
        env = os.environ | environment | {"PARAVENT_SECRETS": str(tmp_path / "vault")} | more
        running.append(subprocess.Popen([sys.executable, "-m", "identity_vault", role], env=env))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def sealer(run_vault, certificates) -> Iterator[SealerGateway]:
    """The pump's line to a sealer that runs."""
    assert run_vault("migrate").wait(60) == 0
    assert run_vault("keys").wait(60) == 0
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    run_vault("sealer", IDENTITY_VAULT_SEALER_PORT=str(port))
    gateway = SealerGateway(f"127.0.0.1:{port}", certificates.issue(PUMP), SERVER)

    def answers() -> bool:
        try:
            return bool(gateway.key_set())
        except VaultAway:
            return False

    eventually(answers, within=30)
    yield gateway
    gateway.close()


@pytest.fixture
def pump(uow, keys, sealer, clock) -> Pump:
    return Pump(uow, sealer, public_half(ROOT), clock, keys, Planner(0, random.Random(), time.monotonic))


def test_a_frame_of_intake_opens_with_the_vaults_keys(uow, keys, pump, clock, openbao, vault_database, tmp_path):
    today = paris_day(clock.now())
    with pytest.raises(KeysUnavailable):
        keys.vault(today)
    pump.tick()
    frame = report_frame(keys.vault(today), REF, bytes(32), Identity(given_name="Zoé", family_name="Durand"))
    with uow("queue") as tx:
        tx.vault_queue.add(frame, today)
    pump.tick()
    assert pump.send(*pump.prepare_due(5))
    assert pump.prepare_due(5) == []

    [(path, body)] = bodies(openbao)
    assert receipts.locator(REF, 0).hex() != path
    [(key,)] = rows(vault_database, "SELECT key FROM record_keys")
    sealed = FieldCipher(key).open(path, body)
    verifier = VerifierLayer.FromString(age.open_fixed(_secret(tmp_path / "verifier"), sealed))
    discloser = DiscloserLayer.FromString(age.open_fixed(_secret(tmp_path / "discloser"), verifier.inner))
    assert verifier.ref == discloser.ref == REF
    assert discloser.identity.family_name == "Durand"


def test_a_report_and_a_cover_leave_the_same_in_the_vault(uow, keys, pump, clock, openbao, vault_database, tmp_path):
    pump.tick()
    today = paris_day(clock.now())
    with uow("queue") as tx:
        tx.vault_queue.add(report_frame(keys.vault(today), REF, bytes(32), None, "zoe@exemple.fr"), today)
    pump.tick()
    parcels = [pump.prepare(), pump.prepare()]
    assert [parcel.waiting is None for parcel in parcels] == [False, True]
    assert all(pump.send(parcel) for parcel in parcels)

    assert len({len(body) for _, body in bodies(openbao)}) == 1
    assert len(bodies(openbao)) == 2
    for reader in ("verifier", "linker", "courier"):
        letters = rows(vault_database, f"SELECT frame FROM {reader}_letters")
        kinds = [_letter(tmp_path / reader, reader, frame).ByteSize() > 0 for (frame,) in letters]
        assert len(kinds) == 2
        assert all(kinds) or reader == "courier"


def test_the_same_frame_twice_is_one_record(uow, keys, pump, clock, sealer, openbao, vault_database):
    pump.tick()
    today = paris_day(clock.now())
    frame = report_frame(keys.vault(today), REF, bytes(32), None)
    sealer.seal(frame, today)
    sealer.seal(frame, today)
    assert len(bodies(openbao)) == 1
    assert rows(vault_database, "SELECT count(*) FROM verifier_letters") == [(1,)]


def bodies(openbao: hvac.Client) -> list[tuple[str, bytes]]:
    kv = openbao.secrets.kv.v2
    paths = kv.list_secrets("", mount_point="identities")["data"]["keys"]
    read = [kv.read_secret_version(p, mount_point="identities", raise_on_deleted_version=True) for p in paths]
    return [(path, base64.b64decode(r["data"]["data"]["record"])) for path, r in zip(paths, read, strict=True)]


def rows(database: DatabaseAddress, query: str) -> list[tuple]:
    with psycopg.connect(database.owner_url) as connection:
        return connection.execute(query).fetchall()


def _letter(folder: Path, reader: str, frame: bytes) -> Message:
    kind = {"verifier": VerifierLetter, "linker": LinkerLetter, "courier": CourierLetter}[reader]
    return kind.FromString(padding.unpad(age.open_fixed(_secret(folder), frame)))


def _secret(folder: Path) -> str:
    [path] = folder.glob("*.key")
    return path.read_text().strip()
