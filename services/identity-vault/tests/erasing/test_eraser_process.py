"""The eraser as the platform starts it: a process with its settings in the environment and its secrets in files."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
import psycopg
import pytest

from chassis.rpc import channel
from chassis.testing import eventually
from identity_vault.usecases.erasing import forget, read_orders
from local_platform.ports import free_port
from paravent.identity_vault.v1.erasure_pb2 import EraseRequest
from paravent_rpc.identity_vault.v1.erasure_pb2_grpc import ErasureServiceStub

SERVER = "eraser.identity-vault.paravent"


@pytest.fixture
def vault(new_vault, root, database, bao, certificates):
    return new_vault(database, root, bao.url, tls=certificates.issue(SERVER))


@pytest.fixture
def port(vault, tmp_path: Path) -> Iterator[int]:
    folder = tmp_path / "secrets"
    folder.mkdir()
    for name in ("database_url", "openbao_role_id", "openbao_secret_id"):
        (folder / f"identity_vault_{name}").write_text(getattr(vault.settings, name).get_secret_value())
    plain = {name: getattr(vault.settings, name) for name in ("openbao_address", "openbao_namespace", "state_dir")}
    plain |= {f"tls__{name}": getattr(vault.settings.tls, name) for name in ("certificate", "key", "authority")}
    chosen = free_port()
    plain |= {"eraser_port": chosen, "erasure_ledger": vault.settings.erasure_ledger}
    plain |= {"erasure_grace_days": 0, "erasure_turn_seconds": 0.2}
    environment = {f"IDENTITY_VAULT_{name.upper()}": str(value) for name, value in plain.items()}
    environment |= {"PARAVENT_SECRETS": str(folder)}
    command = [sys.executable, "-m", "identity_vault", "eraser"]
    process = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.PIPE, text=True)
    yield chosen
    process.terminate()
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    for line in output.splitlines():
        assert '"event": "eraser.' in line, line


def test_an_order_over_grpc_ends_with_nothing_left(vault, port: int, certificates) -> None:
    ref = secrets.token_bytes(16)
    vault.report(ref)
    made = channel(f"127.0.0.1:{port}", certificates.issue("opener.casework.paravent"), SERVER)

    def sent() -> bool:
        try:
            ErasureServiceStub(made).Erase(EraseRequest(orders=[vault.order(ref)]))
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.UNAVAILABLE:
                raise
            return False
        return True

    eventually(sent, within=30)
    made.close()
    assert read_orders(vault.forgetting, vault.verifying(), vault.clock) == 1
    eventually(lambda: forget(vault.forgetting), within=30)
    eventually(lambda: vault.exists(ref) == vault.nothing, within=30)

    def finished() -> bool:
        with psycopg.connect(vault.database.owner_url) as owner:
            return owner.execute("SELECT state FROM erasures").fetchall() == [("erased",)]

    eventually(finished, within=30)
