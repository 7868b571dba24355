"""The platform as a whole: it comes up, keeps its promises about separation, survives kills, and leaves nothing."""

import json
import os
import pwd
import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil
import psycopg
import pytest
from amqp.exceptions import AccessRefused, NotFound
from kombu import Connection

from local_platform.accounts import launched
from local_platform.demo import Demo
from local_platform.errands import UnknownProcessError
from local_platform.processes import base_environment
from local_platform.status import memory

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def demo():
    with Demo(without=os.environ.get("PARAVENT_WITHOUT", "").split()) as running:
        yield running


def _as(account: str, *command: str) -> subprocess.CompletedProcess:
    who = pwd.getpwnam(account)
    words = [sys.executable if word == "python" else word for word in command]
    return subprocess.run(
        launched(words, uid=who.pw_uid, gid=who.pw_gid),
        capture_output=True,
        text=True,
        cwd="/",
    )


def test_every_process_is_ready_and_the_seeds_are_applied(demo):
    assert [name for name in demo.processes if not demo.ready(name)] == []
    assert demo.pending() == 0


def test_the_idle_platform_stays_under_two_and_a_half_gigabytes(demo):
    """Twenty-five processes and their servers, each its own share of what is shared (PSS)."""
    assert sum(demo.memory().values()) < 2.5 * 2**30


@pytest.mark.skipif(os.geteuid() != 0, reason="accounts of their own need root")
def test_a_process_reads_its_own_secrets_and_no_others(demo):
    mine = demo.secrets("intake.web") / "intake_pepper"
    assert _as("paravent-intake", "/bin/cat", str(mine)).returncode == 0
    for other in (
        demo.secrets("casework.opener") / "casework_notice_key",
        demo.secrets("billing.web") / "billing_event_key",
        demo.folder / "keys" / "root",
        demo.folder / "platform.json",
    ):
        assert _as("paravent-intake", "/bin/cat", str(other)).returncode != 0, other


@pytest.mark.skipif(os.geteuid() != 0, reason="accounts of their own need root")
def test_the_opener_may_read_an_intake_blob_but_not_list_them(demo):
    folder = demo.shared_folder("intake-blobs")
    blob = folder / "0123456789abcdef"
    blob.write_bytes(b"sealed")
    blob.chmod(0o644)
    assert _as("paravent-casework-opener", "/bin/cat", str(blob)).stdout == "sealed"
    assert _as("paravent-casework-opener", "/bin/ls", str(folder)).returncode != 0
    assert _as("paravent-casework", "/bin/ls", str(demo.shared_folder("casework-month-keys"))).returncode != 0
    blob.unlink()


def test_a_service_cannot_open_the_database_of_another(demo):
    base = demo.database_url("intake").rsplit("/", 1)[0]
    for other in ("casework", "billing", "notifications", "postgres"):
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(f"{base}/{other}")


def test_the_vault_has_a_cluster_of_its_own(demo):
    with (
        psycopg.connect(demo.superuser_url("postgres")) as shared,
        psycopg.connect(demo.superuser_url("vault-postgres")) as own,
    ):
        query = "SELECT system_identifier FROM pg_control_system()"
        assert shared.execute(query).fetchone() != own.execute(query).fetchone()
        assert not shared.execute("SELECT 1 FROM pg_database WHERE datname = 'identity_vault'").fetchone()


def test_a_broker_user_cannot_read_another_service_s_queue(demo):
    with Connection(demo.amqp_url("billing")) as connection, pytest.raises(AccessRefused):
        connection.channel().basic_get("casework.paravent.intake.v1.ReportSubmitted")


@pytest.mark.parametrize(
    ("service", "exchange", "kind"),
    [
        ("notifications", "intake.events", "paravent.intake.v1.ReportSubmitted"),
        ("notifications", "casework.events", "paravent.casework.v1.CaseOpened"),
        ("intake", "casework.events", "paravent.casework.v1.#"),
        ("analytics", "casework.events", "#"),
    ],
)
def test_nobody_binds_to_an_event_type_of_another_audience(demo, service, exchange, kind):
    with Connection(demo.amqp_url(service)) as connection:
        channel = connection.channel()
        channel.queue_declare(f"{service}.curious", durable=True, auto_delete=False, arguments={"x-expires": 60_000})
        with pytest.raises(AccessRefused):
            channel.queue_bind(f"{service}.curious", exchange, kind)


@pytest.mark.parametrize(
    ("service", "exchange", "kind"),
    [
        ("intake", "billing.events", "paravent.billing.v1.HabilitationBound"),
        ("billing", "billing.events", "paravent.casework.v1.CaseOpened"),
        ("intake", "", "casework.paravent.intake.v1.ReportSubmitted"),
    ],
)
def test_nobody_tells_what_is_not_theirs_to_tell(demo, service, exchange, kind):
    with Connection(demo.amqp_url(service)) as connection:
        channel = connection.channel()
        channel.confirm_select()
        with pytest.raises((AccessRefused, NotFound)):
            channel.basic_publish_confirm(_message(), exchange=exchange, routing_key=kind, timeout=5)


def _message():
    from amqp import Message

    return Message(b"forged")


@pytest.mark.parametrize("name", ["intake.relay", "casework.web", "postgres", "rabbitmq", "openbao"])
def test_what_is_killed_comes_back(demo, name):
    demo.restart(name)


def test_what_is_held_stays_stopped_until_released(demo):
    demo.hold("casework.opener")
    assert not demo.ready("casework.opener")
    demo.release("casework.opener")


def test_a_command_runs_in_the_place_of_a_process(demo):
    assert demo.run("casework.worker", "-m", "chassis.bus.cli", "parked", "list", "casework") == "0 parked\n"
    with pytest.raises(UnknownProcessError):
        demo.run("nobody.web")


def test_the_identity_provider_knows_the_demo_accounts(demo):
    with urllib.request.urlopen(demo.url("oidc") + "/.well-known/openid-configuration") as answer:
        assert json.load(answer)["issuer"] == demo.url("oidc")


def test_stopped_and_started_again_it_keeps_its_data_and_leaves_no_process(tmp_path_factory):
    folder = Path("/tmp") / f"paravent-again-{os.getpid()}"
    kept = Demo(folder=folder, without=["analytics", "notifications", "casework", "intake", "identity-vault"])
    try:
        with kept:
            with psycopg.connect(kept.database_url("billing")) as connection:
                members = connection.execute("SELECT count(*) FROM members").fetchone()
            root_key = (folder / "keys" / "billing-event").read_text()
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("PARAVENT_RUN", str(folder))
                again = subprocess.run(
                    [sys.executable, "-m", "local_platform", "up"],
                    env=base_environment(PARAVENT_RUN=str(folder), PARAVENT_PORT_BASE="free"),
                    capture_output=True,
                    text=True,
                )
            assert "already running" in again.stdout
            running = [kept.pid(name) for name in [*kept.processes, *kept.state["servers"]]]
            assert all(memory(pid) for pid in running)
        assert not [pid for pid in running if psutil.pid_exists(pid)]
        with kept:
            with psycopg.connect(kept.database_url("billing")) as connection:
                assert connection.execute("SELECT count(*) FROM members").fetchone() == members
            assert (folder / "keys" / "billing-event").read_text() == root_key
    finally:
        kept.stop()
        subprocess.run(["rm", "-rf", str(folder)], check=True)
