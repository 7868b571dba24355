"""The verifier as a process: it starts only when it is whole, works its letters off, tells its health, stops gently."""

import json
import signal
import subprocess
import sys

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis.testing import eventually
from local_platform.ports import free_port

PROBE = "probe.platform.paravent"
SECRETS = ("database_url", "index_key", "data_key", "openbao_role_id", "openbao_secret_id")
PLAIN = (
    "verifier_keys_dir",
    "linker_keys_dir",
    "sealer_address",
    "openbao_address",
    "openbao_namespace",
    "oidc_issuer",
)
PLAIN += ("public_origin", "state_dir")


@pytest.fixture
def told(verifier_settings, tmp_path):
    """Environment of the role, with its own secrets."""
    folder = tmp_path / "verifier-secrets"
    folder.mkdir()
    for name in SECRETS:
        (folder / f"identity_vault_{name}").write_text(getattr(verifier_settings, name).get_secret_value())
    plain = {name: str(getattr(verifier_settings, name)) for name in PLAIN}
    plain |= {f"tls__{name}": str(getattr(verifier_settings.tls, name)) for name in ("certificate", "key", "authority")}
    plain |= {"verifier_port": str(free_port()), "letters_seconds": "0.2"}
    return {f"IDENTITY_VAULT_{name.upper()}": value for name, value in plain.items()} | {
        "PARAVENT_SECRETS": str(folder)
    }


def test_a_verifier_works_letters_off_tells_its_health_and_stops(told, process, world, channels, verifier_settings):
    running = process("verifier", **told)
    eventually((verifier_settings.state_dir / "verifier.alive").exists, within=20)
    probe = channels(f"127.0.0.1:{told['IDENTITY_VAULT_VERIFIER_PORT']}", PROBE)
    answer = health_pb2_grpc.HealthStub(probe).Check(health_pb2.HealthCheckRequest())
    assert answer.status == health_pb2.HealthCheckResponse.SERVING
    world.letters = lambda: None  # the process does it
    reporter = world.file()
    world.send(reporter, reporter.consent(world.clock.now()))
    eventually(lambda: world.sql("SELECT count(*) FROM verifier_letters") == [(0,)], within=20)
    running.send_signal(signal.SIGTERM)
    output, errors = running.communicate(timeout=20)
    assert (running.returncode, errors) == (0, "")
    lines = [json.loads(line) for line in output.splitlines()]
    assert [line["event"] for line in lines] == ["verifier.started", "verifier.stopped"]
    assert {line["time"][14:] for line in lines} == {"00Z"}
    assert not (verifier_settings.state_dir / "verifier.alive").exists()


@pytest.mark.parametrize("client", ["discloser.identity-vault.paravent", "web.intake.paravent"])
def test_only_probes_ask_after_its_health(world, channels, client):
    with pytest.raises(grpc.RpcError) as caught:
        health_pb2_grpc.HealthStub(channels(world.address, client)).Check(health_pb2.HealthCheckRequest())
    assert caught.value.code() == grpc.StatusCode.PERMISSION_DENIED


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (
            {"IDENTITY_VAULT_VERIFIER_ALLOW": '{"/paravent.identity_vault.v1.ReporterService/View": ["x.y"]}'},
            "allow-list",
        ),
        ({"IDENTITY_VAULT_INDEX_KEY": "abcd"}, "IDENTITY_VAULT_INDEX_KEY"),
        ({"IDENTITY_VAULT_PUBLIC_ORIGIN": "http://localhost/page"}, "IDENTITY_VAULT_PUBLIC_ORIGIN"),
    ],
)
def test_a_verifier_that_is_set_wrong_does_not_start(told, process, wrong, named):
    refused = process("verifier", **(told | wrong))
    _, error = refused.communicate(timeout=20)
    assert refused.returncode == 2
    assert named in error
    assert "Traceback" not in error


def test_a_private_role_loads_neither_the_web_nor_the_bus():
    code = "import sys, identity_vault.entrypoints.verifier; print([m for m in sys.modules if m.split('.')[0] in BAD])"
    code = f"BAD = ('nameko', 'eventlet', 'kombu', 'fastapi', 'starlette')\n{code}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
