"""Who may call what, for how long, and what a refusal says."""

import socket
import ssl
import time
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from chassis import telemetry
from chassis.health import Health
from chassis.rpc import ServerRefused, channel, serve
from chassis.settings import Tls
from local_platform.certificates import CertificateAuthority

SERVICE = "paravent.test.v1.EchoService"
SERVER = "echo.test.paravent"
CLIENT = "web.test.paravent"
KINDS = ("Once", "Many", "Gather", "Chat")


def refusal(call) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return caught.value.code(), caught.value.details()


def once(to: grpc.Channel, method: str = "Once", **options):
    return to.unary_unary(f"/{SERVICE}/{method}")(b"x", **options)


def test_a_client_on_the_list_is_answered_by_every_kind_of_method(start, connect, call_each_kind):
    answers = {kind: call() for kind, call in call_each_kind(connect(start())).items()}
    assert answers == {"Once": b"x", "Many": [b"x", b"x"], "Gather": b"xy", "Chat": [b"x", b"y"]}


@pytest.mark.parametrize("kind", KINDS)
def test_a_client_that_is_not_on_the_list_is_denied_by_every_kind_of_method(kind, start, connect, call_each_kind, echo):
    to = connect(start(), "web.other.paravent")
    assert refusal(call_each_kind(to)[kind]) == (grpc.StatusCode.PERMISSION_DENIED, "denied")
    assert echo.reached == []


def test_the_list_of_one_method_opens_no_other(start, connect):
    allow = {f"/{SERVICE}/{method}": ["somebody.else.paravent"] for method in (*KINDS, "Slow", "Crash", "Refuse")}
    to = connect(start(allow | {f"/{SERVICE}/Once": [CLIENT]}))
    assert once(to) == b"x"
    assert refusal(lambda: once(to, "Refuse"))[0] == grpc.StatusCode.PERMISSION_DENIED


def test_a_client_of_another_authority_is_not_even_heard(start, connect, tmp_path: Path, certificates):
    stranger = CertificateAuthority(tmp_path / "other").issue(CLIENT)
    tls = Tls(certificate=stranger.certificate, key=stranger.key, authority=certificates.issue(CLIENT).authority)
    assert refusal(lambda: once(connect(start(), tls=tls)))[0] == grpc.StatusCode.UNAVAILABLE


def test_a_client_without_a_certificate_is_not_even_heard(start, certificates):
    authority = certificates.issue(CLIENT).authority.read_bytes()
    options = [("grpc.ssl_target_name_override", SERVER)]
    address = f"127.0.0.1:{start().port}"
    with grpc.secure_channel(address, grpc.ssl_channel_credentials(authority), options) as to:
        assert refusal(lambda: once(to, timeout=5))[0] == grpc.StatusCode.UNAVAILABLE


def test_a_client_refuses_a_server_of_another_name(start, certificates):
    with channel(f"127.0.0.1:{start().port}", certificates.issue(CLIENT), "sealer.identity-vault.paravent") as to:
        assert refusal(lambda: once(to))[0] == grpc.StatusCode.UNAVAILABLE


def test_a_plaintext_client_is_not_even_heard(start):
    with grpc.insecure_channel(f"127.0.0.1:{start().port}") as to:
        assert refusal(lambda: once(to, timeout=5))[0] == grpc.StatusCode.UNAVAILABLE


def test_tls_older_than_1_2_is_not_spoken(start, certificates):
    tls = certificates.issue(CLIENT)
    old = ssl.create_default_context(cafile=str(tls.authority))
    old.load_cert_chain(tls.certificate, tls.key)
    old.set_ciphers("DEFAULT@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        socket.create_connection(("127.0.0.1", start().port)) as plain,
        pytest.raises(ssl.SSLError, match=r"(?i)protocol"),
    ):
        old.wrap_socket(plain, server_hostname=SERVER)


def test_there_is_no_plaintext_mode():
    with pytest.raises(ServerRefused):
        serve(None, 0, [], {})
    with pytest.raises(ValueError, match="plaintext"):
        channel("127.0.0.1:1", None, SERVER)


def test_a_method_with_no_list_keeps_the_server_from_starting(start):
    with pytest.raises(ServerRefused, match=r"without an allow-list: .*/Once"):
        start({f"/{SERVICE}/{method}": [CLIENT] for method in (*KINDS[1:], "Slow", "Crash", "Refuse")})


def test_a_method_with_an_empty_list_keeps_the_server_from_starting(start, connect):
    with pytest.raises(ServerRefused, match="without an allow-list"):
        start({f"/{SERVICE}/{method}": [] for method in (*KINDS, "Slow", "Crash", "Refuse")})


def test_a_list_for_an_unknown_method_keeps_the_server_from_starting(start):
    known = {f"/{SERVICE}/{method}": [CLIENT] for method in (*KINDS, "Slow", "Crash", "Refuse")}
    with pytest.raises(ServerRefused, match=r"not served: .*/Onec"):
        start(known | {f"/{SERVICE}/Onec": [CLIENT]})


def test_a_taken_port_keeps_the_server_from_starting(start, certificates):
    taken = start().port
    with pytest.raises(ServerRefused, match="port"):
        serve(certificates.issue(SERVER), taken, [], {})


def test_a_call_that_passes_its_deadline_is_ended(start, connect):
    before = time.monotonic()
    to = connect(start(), deadline=0.3)
    assert refusal(lambda: once(to, "Slow"))[0] == grpc.StatusCode.DEADLINE_EXCEEDED
    assert time.monotonic() - before < 3


def test_a_call_without_a_deadline_is_refused(start, certificates):
    tls = certificates.issue(CLIENT)
    credentials = grpc.ssl_channel_credentials(
        tls.authority.read_bytes(), tls.key.read_bytes(), tls.certificate.read_bytes()
    )
    options = [("grpc.ssl_target_name_override", SERVER)]
    with grpc.secure_channel(f"127.0.0.1:{start().port}", credentials, options) as to:
        assert refusal(lambda: once(to)) == (grpc.StatusCode.INVALID_ARGUMENT, "deadline-required")
        assert refusal(lambda: once(to, timeout=3600)) == (grpc.StatusCode.INVALID_ARGUMENT, "deadline-required")


def test_an_error_of_a_method_says_nothing_of_the_request(start, connect, capsys):
    assert refusal(lambda: once(connect(start()), "Crash")) == (grpc.StatusCode.INTERNAL, "internal")
    output = capsys.readouterr()
    assert "words" not in output.out + output.err
    assert '"error": "ValueError"' in output.out


def test_a_refusal_carries_a_detail_of_the_list(start, connect):
    assert refusal(lambda: once(connect(start()), "Refuse")) == (grpc.StatusCode.INVALID_ARGUMENT, "invalid-record")


def test_an_unknown_method_is_not_served(start, connect):
    assert refusal(lambda: once(connect(start()), "Nothing"))[0] == grpc.StatusCode.UNIMPLEMENTED


def test_there_is_no_reflection(start, connect):
    method = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
    to = connect(start())
    assert refusal(lambda: list(to.stream_stream(method)(iter([b""]))))[0] == grpc.StatusCode.UNIMPLEMENTED


def test_no_trace_crosses_a_call(start, connect, echo):
    telemetry.configure("intake", "sealpump", None, exporter=InMemorySpanExporter())
    with telemetry.span("pump"):
        assert telemetry.traceparent()
        once(connect(start()))
    telemetry.shutdown()
    assert echo.reached == ["Once"]
    assert not {"traceparent", "tracestate", "baggage"} & set(echo.metadata)


def test_health_answers_the_probes_only(start, connect):
    away = Health()
    away.add("store", lambda: 1 / 0)
    probe = "probe.platform.paravent"
    for health, status in ((Health(), "SERVING"), (away, "NOT_SERVING")):
        server = start(health=health, probes=[probe])
        answer = health_pb2_grpc.HealthStub(connect(server, probe)).Check(health_pb2.HealthCheckRequest())
        assert health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status) == status
        stub = health_pb2_grpc.HealthStub(connect(server))
        assert refusal(lambda s=stub: s.Check(health_pb2.HealthCheckRequest()))[0] == grpc.StatusCode.PERMISSION_DENIED
