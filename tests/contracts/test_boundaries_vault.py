"""gRPC: who may call which method of identity-vault's processes. Everybody else is refused, each with its own name."""

from pathlib import Path

import grpc
import pytest

import paravent.identity_vault.v1 as contracts
from chassis import rpc
from chassis.settings import Tls
from local_platform.certificates import CertificateAuthority

PUMP, PORTAL, OPENER = "sealpump.intake.paravent", "web.intake.paravent", "opener.casework.paravent"
VERIFIER, DISCLOSER = "verifier.identity-vault.paravent", "discloser.identity-vault.paravent"
LINKER, ERASER = "linker.identity-vault.paravent", "eraser.identity-vault.paravent"

# Process -> method -> who may call it. Another method, or another caller, is a change of the boundary.
CALLERS: dict[str, dict[str, set[str]]] = {
    "sealer": {
        "SealingService/Seal": {PUMP},
        "SealingService/GetKeySet": {PUMP, OPENER},
        "SealingService/RetireTransportKeys": {PUMP},
        "LocatingService/Locate": {VERIFIER},
    },
    "verifier": {
        "DisclosureService/ListConsents": {DISCLOSER},
        "DisclosureService/BeginDisclosure": {DISCLOSER},
        "DisclosureService/ApproveReads": {DISCLOSER},
        "DisclosureService/RemoveLayer": {DISCLOSER},
        "PasskeyService/BeginRegistration": {DISCLOSER},
        "PasskeyService/FinishRegistration": {DISCLOSER},
        "PasskeyService/BeginAssertion": {DISCLOSER},
        "PasskeyService/ListPasskeys": {DISCLOSER},
        "PasskeyService/RemovePasskey": {DISCLOSER},
        "PasskeyService/AskRecovery": {DISCLOSER},
        "PasskeyService/TakeRecoveryBack": {DISCLOSER},
        "CustodyService/CreateOrder": {DISCLOSER},
        "CustodyService/ListOrders": {DISCLOSER},
        "CustodyService/BeginSignature": {DISCLOSER},
        "CustodyService/SignOrder": {DISCLOSER},
        "CustodyService/CarryOut": {DISCLOSER},
        "CustodyService/ExtendNotice": {DISCLOSER},
        "CustodyService/SignExtension": {DISCLOSER},
        "CustodyService/ListRecoveries": {DISCLOSER},
        "CustodyService/BeginConfirmation": {DISCLOSER},
        "CustodyService/ConfirmRecovery": {DISCLOSER},
        "ReporterService/View": {PORTAL},
    },
    "linker": {"ReachService/Notify": {OPENER}, "ReachService/ViewContact": {PORTAL}},
    "courier": {
        "CourierService/Deliver": {LINKER},
        "CourierService/Forget": {LINKER},
        "CourierService/GetStates": {LINKER},
        "CallBackService/ListCallBacks": {DISCLOSER},
        "CallBackService/TakeCallBack": {DISCLOSER},
        "CallBackService/FinishCallBack": {DISCLOSER},
    },
    "eraser": {"ErasureService/Erase": {OPENER}},
}
METHODS = [(server, method) for server, methods in CALLERS.items() for method in methods]
# An empty request of any type: whoever may call is told what is missing, or that nothing was to be done.
NOTHING = b""


@pytest.fixture(scope="module")
def certificates(demo, manifest, tmp_path_factory) -> dict[str, Tls]:
    """Name -> certificate: each process's own where it has one, else one that the authority issues for its role."""
    authority = CertificateAuthority(demo.layout.folder("authority"))
    found = {}
    for spec in [*manifest.processes, *manifest.tasks]:
        name = f"{spec.role}.{spec.service}.paravent"
        own = demo.layout.folder("tls", spec.name)
        found[name] = _in(own) if spec.tls else authority.issue(name, tmp_path_factory.mktemp("tls"))
    return found


def _in(folder: Path) -> Tls:
    return Tls(certificate=folder / "tls.pem", key=folder / "tls.key", authority=folder / "ca.pem")


def call(demo, server: str, tls: Tls, method: str) -> grpc.StatusCode:
    """The status that a call ends with; OK also where it got past the allow-list and the method itself said no."""
    address, name = f"127.0.0.1:{demo.layout.ports[server]}", f"{server}.identity-vault.paravent"
    with rpc.channel(address, tls, name, deadline=10) as channel:
        try:
            channel.unary_unary(f"/paravent.identity_vault.v1.{method}")(NOTHING, timeout=10)
        except grpc.RpcError as error:
            own_no = error.code() is grpc.StatusCode.PERMISSION_DENIED and error.details() != "denied"
            return grpc.StatusCode.OK if own_no else error.code()
    return grpc.StatusCode.OK


@pytest.mark.parametrize(("server", "method"), METHODS)
def test_a_method_answers_its_callers_and_nobody_else(demo, certificates, server, method):
    found = {name: call(demo, server, tls, method) for name, tls in certificates.items()}
    assert len(found) > 15
    answered = {name for name, code in found.items() if code is not grpc.StatusCode.PERMISSION_DENIED}
    assert answered == CALLERS[server][method]
    assert grpc.StatusCode.UNAVAILABLE not in found.values()


def test_every_method_of_the_contracts_is_one_of_these():
    folder = Path(contracts.__path__[0])
    declared = set()
    for module in folder.glob("*_pb2.py"):
        package = __import__(f"{contracts.__name__}.{module.stem}", fromlist=["DESCRIPTOR"])
        for service in package.DESCRIPTOR.services_by_name.values():
            declared |= {f"{service.name}/{method.name}" for method in service.methods}
    assert {method for _, method in METHODS} == declared


@pytest.mark.parametrize("server", CALLERS)
def test_a_process_serves_its_own_methods_and_no_other(demo, certificates, server):
    """Not even to who may call them where they are served."""
    foreign = {method: min(CALLERS[other][method]) for other, method in METHODS if other != server}
    found = {method: call(demo, server, certificates[caller], method) for method, caller in foreign.items()}
    assert set(found.values()) == {grpc.StatusCode.UNIMPLEMENTED}, found


@pytest.mark.parametrize("server", CALLERS)
def test_a_certificate_of_another_authority_is_worth_nothing(demo, certificates, server, tmp_path):
    for method, callers in CALLERS[server].items():
        for name in callers:
            forged = CertificateAuthority(tmp_path / name / "authority").issue(name)
            tls = Tls(certificate=forged.certificate, key=forged.key, authority=certificates[name].authority)
            assert call(demo, server, tls, method) is grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("server", CALLERS)
def test_nobody_is_answered_without_a_certificate(demo, certificates, server):
    address = f"127.0.0.1:{demo.layout.ports[server]}"
    options = [("grpc.ssl_target_name_override", f"{server}.identity-vault.paravent")]
    authority = certificates[PUMP].authority.read_bytes()
    anonymous = grpc.secure_channel(address, grpc.ssl_channel_credentials(authority), options)
    for channel in (anonymous, grpc.insecure_channel(address)):
        with channel:
            for method in CALLERS[server]:
                path = f"/paravent.identity_vault.v1.{method}"
                with pytest.raises(grpc.RpcError) as refused:
                    channel.unary_unary(path)(NOTHING, timeout=10)
                assert refused.value.code() is grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("server", CALLERS)
def test_a_process_that_took_anothers_port_is_found_out(demo, certificates, server):
    """Each caller insists on the name that it knows: another vault process on that port gets nothing."""
    address = f"127.0.0.1:{demo.layout.ports[server]}"
    method, callers = next(iter(CALLERS[server].items()))
    for other in CALLERS:
        if other != server:
            caller = certificates[min(callers)]
            with rpc.channel(address, caller, f"{other}.identity-vault.paravent", deadline=10) as channel:
                with pytest.raises(grpc.RpcError) as refused:
                    channel.unary_unary(f"/paravent.identity_vault.v1.{method}")(NOTHING, timeout=10)
                assert refused.value.code() is grpc.StatusCode.UNAVAILABLE
