"""gRPC: the sealer answers intake's sealpump, and almost nobody else. Who may call what: test_boundaries_vault.py."""

import grpc
import pytest

from chassis import rpc
from chassis.settings import Tls
from local_platform.certificates import CertificateAuthority
from paravent.identity_vault.v1.sealing_pb2 import GetKeySetRequest, SealRequest
from paravent_rpc.identity_vault.v1.sealing_pb2_grpc import SealingServiceStub
from tests.support import stores

SERVER = "sealer.identity-vault.paravent"
PUMP = "intake.sealpump"
RECORD = SealRequest(record=bytes(10_240), key_period="2026-01-01")
CALLS = {
    "Seal": lambda stub, **options: stub.Seal(RECORD, **options),
    "GetKeySet": lambda stub, **options: stub.GetKeySet(GetKeySetRequest(), **options),
}


@pytest.fixture(scope="module")
def address(demo) -> str:
    return f"127.0.0.1:{demo.layout.ports['sealer']}"


def certificate_of(demo, process: str) -> Tls:
    folder = demo.layout.folder("tls", process)
    return Tls(certificate=folder / "tls.pem", key=folder / "tls.key", authority=folder / "ca.pem")


def answer(address: str, tls: Tls, act) -> grpc.StatusCode:
    """The status that a call ends with."""
    with rpc.channel(address, tls, SERVER, deadline=10) as channel:
        return status(lambda: act(SealingServiceStub(channel)))


def status(call) -> grpc.StatusCode:
    try:
        call()
    except grpc.RpcError as error:
        return error.code()
    return grpc.StatusCode.OK


@pytest.fixture(scope="module", autouse=True)
def nothing_stored(demo):
    """Whatever is tried here leaves no record. The pump's covers, which would, wait meanwhile."""
    demo.until(lambda: stores.frames_waiting(demo) == 0)
    demo.hold("intake.sealpump")
    before = stores.record_paths(demo)
    yield
    assert stores.record_paths(demo) == before
    demo.release("intake.sealpump")


def test_the_sealpump_is_answered(demo, address):
    pump = certificate_of(demo, PUMP)

    assert answer(address, pump, CALLS["GetKeySet"]) is grpc.StatusCode.OK
    assert answer(address, pump, CALLS["Seal"]) in (
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.FAILED_PRECONDITION,
    )


@pytest.mark.parametrize("method", CALLS)
def test_no_other_process_of_the_platform_is_answered(demo, address, manifest, method, tmp_path):
    """With its own certificate where it has one, else with one that the platform's authority issues for its role."""
    authority = CertificateAuthority(demo.layout.folder("authority"))
    answers = {}
    for spec in [*manifest.processes, *manifest.tasks]:
        if spec.name != PUMP:
            name = f"{spec.role}.{spec.service}.paravent"
            tls = certificate_of(demo, spec.name) if spec.tls else authority.issue(name, tmp_path / spec.name)
            answers[spec.name] = answer(address, tls, CALLS[method])
    assert len(answers) > 10
    if method == "GetKeySet":  # the opener seals to identity-vault too
        assert answers.pop("casework.opener") is grpc.StatusCode.OK
    assert set(answers.values()) == {grpc.StatusCode.PERMISSION_DENIED}, answers


@pytest.mark.parametrize(
    "name",
    ["intake.paravent", "sealpump.intake.paravent.example.org", "x.sealpump.intake.paravent", "*.intake.paravent"],
)
def test_a_name_like_the_sealpump_s_is_not_its_name(demo, address, name, tmp_path):
    tls = CertificateAuthority(demo.layout.folder("authority")).issue(name, tmp_path)

    assert answer(address, tls, CALLS["GetKeySet"]) is grpc.StatusCode.PERMISSION_DENIED


@pytest.mark.parametrize("method", CALLS)
def test_the_sealpump_s_name_from_another_authority_is_worth_nothing(demo, address, method, tmp_path):
    forged = CertificateAuthority(tmp_path / "authority").issue("sealpump.intake.paravent")
    tls = Tls(certificate=forged.certificate, key=forged.key, authority=certificate_of(demo, PUMP).authority)

    assert answer(address, tls, CALLS[method]) is grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("method", CALLS)
def test_nobody_is_answered_without_a_certificate(demo, address, method):
    authority = certificate_of(demo, PUMP).authority.read_bytes()
    options = [("grpc.ssl_target_name_override", SERVER)]
    anonymous = grpc.secure_channel(address, grpc.ssl_channel_credentials(authority), options)
    for channel in (anonymous, grpc.insecure_channel(address)):
        with channel:
            stub = SealingServiceStub(channel)
            found = status(lambda stub=stub: CALLS[method](stub, timeout=10))
        assert found is grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("deadline", [None, 3600])
@pytest.mark.parametrize("method", CALLS)
def test_a_call_without_an_end_is_refused(demo, address, method, deadline):
    pump = certificate_of(demo, PUMP)
    credentials = grpc.ssl_channel_credentials(
        pump.authority.read_bytes(), pump.key.read_bytes(), pump.certificate.read_bytes()
    )
    options = [("grpc.ssl_target_name_override", SERVER)]
    with grpc.secure_channel(address, credentials, options) as channel, pytest.raises(grpc.RpcError) as refused:
        CALLS[method](SealingServiceStub(channel), timeout=deadline)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert refused.value.details() == "deadline-required"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/paravent.identity_vault.v1.SealingService/Unseal", grpc.StatusCode.UNIMPLEMENTED),
        ("/paravent.identity_vault.v1.DisclosureService/RemoveLayer", grpc.StatusCode.UNIMPLEMENTED),
        ("/paravent.identity_vault.v1.LocatingService/Locate", grpc.StatusCode.PERMISSION_DENIED),
        ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", grpc.StatusCode.UNIMPLEMENTED),
        ("/grpc.health.v1.Health/Check", grpc.StatusCode.PERMISSION_DENIED),
        ("/grpc.health.v1.Health/Watch", grpc.StatusCode.PERMISSION_DENIED),
    ],
)
def test_the_sealpump_has_its_methods_and_no_other(demo, address, path, expected):
    with rpc.channel(address, certificate_of(demo, PUMP), SERVER) as channel:
        found = status(lambda: channel.unary_unary(path)(b"", timeout=10))
        assert found is expected


def test_the_sealer_is_known_by_its_name(demo, address, tmp_path):
    """A process that took the sealer's port with a certificate of its own would get no record."""
    pump = certificate_of(demo, PUMP)
    with rpc.channel(address, pump, "worker.casework.paravent", deadline=10) as channel:
        assert status(lambda: CALLS["GetKeySet"](SealingServiceStub(channel))) is grpc.StatusCode.UNAVAILABLE
