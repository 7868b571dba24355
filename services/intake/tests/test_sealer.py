"""The pump against identity-vault's own sealer and OpenBao: what intake seals is what the vault's keys open."""

import base64
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hvac
import pytest

from chassis import keysets
from chassis.clock import FixedClock, paris_day
from chassis.sealing import age, receipts
from chassis.signing import public_half
from chassis.testing import eventually
from intake.domain.identity import Identity
from intake.entrypoints.pump import Pump
from intake.gateways.vault import SealerGateway
from intake.usecases.frames import report_frame
from intake.usecases.keys import KeysUnavailable
from intake.usecases.pump import VaultAway, pump_records
from local_platform import openbao_bootstrap
from paravent.identity_vault.v1.record_pb2 import DiscloserLayer, VerifierLayer

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
def run_vault(tmp_path, openbao, bao, certificates, fresh_database, clock) -> Iterator[Callable[..., subprocess.Popen]]:
    """Start a role of identity-vault as its own process."""
    today = paris_day(clock.now())
    issued = keysets.certify(
        ROOT, "identity-vault", ISSUING, valid_from=today - timedelta(days=1), valid_until=today + timedelta(days=40)
    )
    (tmp_path / "certificate").write_bytes(issued.SerializeToString())
    database = fresh_database("identity-vault", vault=True)
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
    } | {f"{use}_keys_dir": tmp_path / use for use in ("transport", "verifier", "discloser")}
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


def test_a_record_that_intake_seals_opens_with_the_vaults_keys(uow, keys, sealer, clock, openbao, tmp_path):
    today = paris_day(clock.now())
    with pytest.raises(KeysUnavailable):
        keys.vault(today)
    Pump(uow, sealer, public_half(ROOT), clock).tick()
    record = report_frame(keys.vault(today), REF, bytes(32), Identity(given_name="Zoé", family_name="Durand"))
    with uow("queue") as tx:
        tx.vault_queue.add(record, today)
    assert pump_records(uow, sealer) == 1

    [path] = openbao.secrets.kv.v2.list_secrets("", mount_point="identities")["data"]["keys"]
    assert receipts.locator(REF, 0).hex() != path
    read = openbao.secrets.kv.v2.read_secret_version(path, mount_point="identities", raise_on_deleted_version=True)
    body = base64.b64decode(read["data"]["data"]["record"])
    verifier = VerifierLayer.FromString(age.open_fixed(_secret(tmp_path / "verifier"), body))
    discloser = DiscloserLayer.FromString(age.open_fixed(_secret(tmp_path / "discloser"), verifier.inner))
    assert verifier.ref == discloser.ref == REF
    assert discloser.identity.family_name == "Durand"


def _secret(folder: Path) -> str:
    [path] = folder.glob("*.key")
    return path.read_text().strip()
