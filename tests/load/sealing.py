"""The sealer alone: records sealed per second by 8 callers, against raw KV v2 writes of the same size by 8 writers."""

import base64
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import hvac

from chassis.rpc import channel
from chassis.sealing import age
from local_platform import openbao_bootstrap
from local_platform.addresses import OpenBaoAddress
from local_platform.certificates import CertificateAuthority
from local_platform.ports import free_port
from paravent.identity_vault.v1.record_pb2 import TransportLayer
from paravent.identity_vault.v1.sealing_pb2 import SealRequest
from paravent_rpc.identity_vault.v1.sealing_pb2_grpc import SealingServiceStub
from tests.load.measure import Measure, measure
from tests.load.servers import openbao, scratch_folder

RECORDS = 1000
WARM = 100
CALLERS = 8
PERIOD = "2026-11-22"
SERVER = "sealer.identity-vault.paravent"
PUMP = "sealpump.intake.paravent"


def run() -> list[Measure]:
    """Floor and sealer take turns, so that both meet the same disk."""
    with openbao() as server, scratch_folder() as folder:
        openbao_bootstrap.apply(hvac.Client(url=server.url, token=server.root_token))
        key = age.new_identity()
        with _sealer(server, folder, key.secret) as stub:
            rates = [_round(server, stub, key.recipient) for _ in range(3)]
    raw, sealed = (max(values) for values in zip(*rates, strict=True))
    return [measure("sealing, 8 callers", sealed, "records/s", floor=raw, ratio_at_least=0.5)]


def _round(server: OpenBaoAddress, stub: SealingServiceStub, recipient: str) -> tuple[float, float]:
    requests = [_request(recipient) for _ in range(WARM + RECORDS)]
    return _rate(_writer(server), range(WARM + RECORDS)), _rate(stub.Seal, requests)


def _rate(work: Callable[[object], object], items: list[object] | range) -> float:
    with ThreadPoolExecutor(CALLERS) as pool:
        list(pool.map(work, items[:WARM]))
        started = time.perf_counter()
        list(pool.map(work, items[WARM:]))
        return RECORDS / (time.perf_counter() - started)


def _writer(server: OpenBaoAddress) -> Callable[[object], object]:
    """The floor: the same write, without transport layer, path, gRPC or restricted token."""
    local = threading.local()
    body = {"version": 1, "record": base64.b64encode(secrets.token_bytes(4096)).decode()}

    def write(_item: object) -> None:
        client = getattr(local, "client", None)
        if client is None:
            client = local.client = hvac.Client(url=server.url, token=server.root_token)
        client.secrets.kv.v2.create_or_update_secret(secrets.token_hex(32), body, cas=0, mount_point="identities")

    return write


def _request(recipient: str) -> SealRequest:
    layer = TransportLayer(version=1, locator=secrets.token_bytes(32), sealed_record=secrets.token_bytes(4096))
    return SealRequest(record=age.seal_fixed(recipient, layer.SerializeToString(), 5120), key_period=PERIOD)


@contextmanager
def _sealer(server: OpenBaoAddress, folder: Path, transport_key: str) -> Iterator[SealingServiceStub]:
    """The sealer as a process of its own; its count stays in memory, for it has no database here."""
    authority = CertificateAuthority(folder / "certificates")
    port = free_port()
    environment = _lay_out(server, folder, transport_key, authority, port)
    process = subprocess.Popen(
        [sys.executable, "-m", "identity_vault", "sealer"], env=os.environ | environment, stdout=subprocess.DEVNULL
    )
    try:
        with channel(f"127.0.0.1:{port}", authority.issue(PUMP), SERVER, deadline=30) as opened:
            _wait_for(folder / "state" / "sealer.alive", process)
            yield SealingServiceStub(opened)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _lay_out(
    server: OpenBaoAddress, folder: Path, transport_key: str, authority: CertificateAuthority, port: int
) -> dict[str, str]:
    held = openbao_bootstrap.credentials(hvac.Client(url=server.url, token=server.root_token), "identity-vault-sealer")
    (folder / "transport").mkdir()
    key = folder / "transport" / f"{PERIOD}.key"
    key.touch(mode=0o600)
    key.write_text(transport_key)
    secret = {"database_url": "postgresql://none@127.0.0.1:9/none", "path_key": secrets.token_hex(32)}
    secret |= {"openbao_role_id": held.role_id, "openbao_secret_id": held.secret_id}
    (folder / "secrets").mkdir()
    for name, value in secret.items():
        (folder / "secrets" / f"identity_vault_{name}").write_text(value)
    tls = authority.issue(SERVER)
    plain = {"sealer_port": port, "openbao_address": server.url, "state_dir": folder / "state"}
    plain |= {"transport_keys_dir": folder / "transport", "key_set": folder / "none"}
    plain |= {"tls__certificate": tls.certificate, "tls__key": tls.key, "tls__authority": tls.authority}
    named = {f"IDENTITY_VAULT_{name.upper()}": str(value) for name, value in plain.items()}
    return named | {"PARAVENT_SECRETS": str(folder / "secrets")}


def _wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError("the sealer did not start")
        time.sleep(0.05)
