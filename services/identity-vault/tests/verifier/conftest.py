"""A verifier on real servers: PostgreSQL under its own role, OpenBao with its own AppRole, a sealer that runs, mutual
TLS, an issuer of ID tokens over HTTP, a passkey in software."""

from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest
from pydantic import SecretStr

from chassis.clock import FixedClock
from chassis.db import Database
from chassis.rpc import Server, channel
from identity_vault.entrypoints.verifier import Verifier
from identity_vault.gateways.key_folder import KeyFolder
from identity_vault.gateways.openbao import log_in
from identity_vault.gateways.openbao_approvals import ReadApprovals
from identity_vault.gateways.openbao_reads import OpenBaoReads
from identity_vault.gateways.sealer import SealerLocator
from identity_vault.gateways.webauthn import WebAuthn
from identity_vault.settings import OpenBaoSettings
from identity_vault.verifier_settings import VerifierSettings
from local_platform import openbao_bootstrap
from paravent_rpc.identity_vault.v1.custody_pb2_grpc import CustodyServiceStub
from paravent_rpc.identity_vault.v1.disclosure_pb2_grpc import DisclosureServiceStub, PasskeyServiceStub
from paravent_rpc.identity_vault.v1.reporter_pb2_grpc import ReporterServiceStub
from paravent_rpc.identity_vault.v1.sealing_pb2_grpc import SealingServiceStub

from .world import DISCLOSER, NOON, ORIGIN, PORTAL, PUMP, SEALER, SERVER, Frames, Issuer, World


@pytest.fixture
def root(shared_root):
    """Records have random paths: these tests do not meet in it."""
    return shared_root


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    made = Issuer()
    yield made
    made.stop()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def verifier_settings(root, bao, database, certificates, key_settings, issuer, tmp_path, settings, start):
    """Of a verifier whose sealer runs. Consents take effect after a day, passkeys after two."""
    held = openbao_bootstrap.credentials(root, "identity-vault-verifier")
    return VerifierSettings(
        database_url=SecretStr(database.process_urls["verifier"]),
        verifier_port=0,
        verifier_keys_dir=key_settings.verifier_keys_dir,
        index_key=SecretStr("01" * 32),
        data_key=SecretStr("02" * 32),
        sealer_address=f"127.0.0.1:{start(settings).port}",
        openbao_address=bao.url,
        openbao_namespace=root.adapter.namespace,
        openbao_role_id=SecretStr(held.role_id),
        openbao_secret_id=SecretStr(held.secret_id),
        oidc_issuer=issuer.url,
        public_origin=ORIGIN,
        tls=certificates.issue(SERVER),
        state_dir=tmp_path / "state",
    )


@pytest.fixture
def channels(certificates) -> Iterator[Callable[..., grpc.Channel]]:
    opened: list[grpc.Channel] = []

    def make(address: str, client: str, server: str = SERVER) -> grpc.Channel:
        opened.append(channel(address, certificates.issue(client), server, deadline=20))
        return opened[-1]

    yield make
    for made in opened:
        made.close()


@pytest.fixture
def start_verifier(
    verifier_settings, clock, key_settings, database, root, bao, channels, issuer
) -> Iterator[Callable[..., World]]:
    """Start a verifier; setting by setting as wanted."""
    running: list[tuple[Server, SealerLocator, Database]] = []

    def make(**changed: Any) -> World:
        settings = verifier_settings.model_copy(update=changed)
        own = Database(settings.database_url.get_secret_value(), name="test")
        sealer = SealerLocator(settings.sealer_address, settings.tls, SEALER)
        approvals = ReadApprovals(log_in(settings), settings.openbao_mount)
        authenticators = WebAuthn(settings.rp_id, settings.public_origin)
        keys = KeyFolder(settings.verifier_keys_dir)
        verifier = Verifier(settings, own, keys, sealer, approvals, authenticators, clock)
        server = verifier.serve()
        running.append((server, sealer, own))
        world = World(verifier, clock, issuer, frames(key_settings), reads(root, bao), database.owner_url,
                      KeyFolder(key_settings.discloser_keys_dir))  # fmt: skip
        world.address = address = f"127.0.0.1:{server.port}"
        world.sealer = SealingServiceStub(channels(settings.sealer_address, PUMP, SEALER))
        world.disclosure = DisclosureServiceStub(channels(address, DISCLOSER))
        world.passkeys = PasskeyServiceStub(channels(address, DISCLOSER))
        world.reporters = ReporterServiceStub(channels(address, PORTAL))
        world.custody = CustodyServiceStub(channels(address, DISCLOSER))
        return world

    yield make
    for server, sealer, own in running:
        server.stop(0)
        sealer.close()
        own.close()


def frames(key_settings: Any) -> Frames:
    period, transport = KeyFolder(key_settings.transport_keys_dir).public_halves()[0]
    layers = (KeyFolder(place).public_halves()[-1][1] for place in key_settings.places()[1:3])
    return Frames(transport, period, *layers)


def reads(root: Any, bao: Any) -> OpenBaoReads:
    held = openbao_bootstrap.credentials(root, "identity-vault-discloser")
    return OpenBaoReads(
        OpenBaoSettings(
            database_url=SecretStr(""),
            openbao_address=bao.url,
            openbao_namespace=root.adapter.namespace,
            openbao_role_id=SecretStr(held.role_id),
            openbao_secret_id=SecretStr(held.secret_id),
        )
    )


@pytest.fixture
def world(start_verifier) -> World:
    return start_verifier()


@pytest.fixture
def refused() -> Callable[[str], Any]:
    """`with refused("not-yet"):` a call ends with this detail."""

    class Refused:
        def __init__(self, detail: str) -> None:
            self._detail = detail

        def __enter__(self) -> None: ...

        def __exit__(self, _kind: Any, error: Any, _trace: Any) -> bool:
            assert isinstance(error, grpc.RpcError), "it was not refused"
            assert error.details() == self._detail
            return True

    return Refused
