"""Each role as the process that it is in production, with the broker and the database."""

import os
import secrets
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from chassis.bus import connections, topology
from chassis.bus.envelope import Envelope
from chassis.bus.publisher import Publisher, outgoing
from chassis.health import Heartbeat
from chassis.signing import EventSigner, public_half
from chassis.testing import eventually
from paravent.casework.v1.events_pb2 import CaseOpened
from paravent.intake.v1.events_pb2 import ReportSubmitted

SEED = bytes(range(64, 96))


@pytest.fixture
def amqp_url(fresh_vhost) -> str:
    """A broker where casework already listens."""
    url = fresh_vhost().amqp_url
    topology.declare(url, "casework", [ReportSubmitted])
    return url


@pytest.fixture
def start(address, amqp_url, settings, tmp_path) -> Iterator:
    """Start a role; it is told to stop at the end of the test, and must do so cleanly."""
    (tmp_path / "signer.pub").write_text(public_half(SEED).hex())
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "intake_database_url").write_text(address.app_url)
    (tmp_path / "secrets" / "intake_amqp_url").write_text(amqp_url)
    told = {
        "PARAVENT_SECRETS": str(tmp_path / "secrets"),
        "INTAKE_STATE_DIR": str(tmp_path / "state"),
        "INTAKE_ROOT_PUBLIC_KEY": str(settings.root_public_key),
        "INTAKE_TRUSTED_SIGNERS": f'{{"billing": "{tmp_path}/signer.pub", "casework": "{tmp_path}/signer.pub"}}',
    }
    running = []

    def begin(role: str, **more: str) -> None:
        with (tmp_path / f"{role}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "intake", role],
                env=os.environ | told | more,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        running.append(process)
        alive = Heartbeat(tmp_path / "state", f"intake-{role}").alive
        eventually(lambda: alive() or process.poll() is not None, within=20)
        assert process.poll() is None, (tmp_path / f"{role}.log").read_text()

    yield begin
    for process in running:
        process.send_signal(signal.SIGTERM)
    assert [process.wait(30) for process in running] == [0] * len(running)


def publish(amqp_url, producer, event, *, signer: EventSigner | None = None) -> None:
    event_id, payload, name = uuid.uuid4(), event.SerializeToString(), event.DESCRIPTOR.full_name
    signature = signer.sign(event_id, name, payload) if signer else None
    with connections.connect(amqp_url) as connection:
        sent = Publisher(connection).publish(
            f"{producer}.events", [outgoing(Envelope(event_id, producer, name, payload, signature))]
        )
    assert sent.confirmed == {str(event_id)}
    assert not sent.unroutable


def names(database) -> list[str]:
    with database.engine.connect() as connection:
        return list(connection.execute(text("SELECT name FROM members ORDER BY name")).scalars())


def test_the_worker_applies_what_billing_signed_and_nothing_else(start, amqp_url, database, listed):
    start("worker")
    publish(amqp_url, "billing", listed(member_id="m-1", name="Arras"), signer=EventSigner(bytes(32)))
    publish(amqp_url, "billing", listed(member_id="m-2", name="Calais", siren="2"), signer=EventSigner(SEED))
    eventually(lambda: names(database))
    assert names(database) == ["Calais"]


def test_a_report_reaches_casework_at_its_release_and_its_copy_is_deleted_then(start, amqp_url, browser, database):
    start("relay", INTAKE_RELEASE="every:1")
    start("worker")
    browser.fill()
    browser.send()
    queue = f"casework.{ReportSubmitted.DESCRIPTOR.full_name}"
    with connections.connect(amqp_url) as connection:
        channel = connection.channel()
        message = eventually(lambda: channel.basic_get(queue, no_ack=True), within=15)
    body = message.body if isinstance(message.body, bytes) else message.body.encode("utf-8", "surrogateescape")
    report = ReportSubmitted.FromString(body)
    assert "traceparent" not in message.headers
    publish(amqp_url, "casework", CaseOpened(report_id=report.report_id))
    left = text("SELECT count(*) FROM reports WHERE casework_envelope IS NOT NULL")

    def copies() -> int:
        with database.engine.connect() as connection:
            return connection.execute(left).scalar_one()

    eventually(lambda: copies() == 0)
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT payload FROM outbox")).scalars().all() == [None]


def test_the_pump_keeps_the_records_while_the_vault_is_away(start, uow, database, certificates, clock):
    with uow("queue") as tx:
        tx.vault_queue.add(secrets.token_bytes(10_240), clock.now().date())
    tls = certificates.issue("sealpump.intake.paravent")
    start(
        "sealpump",
        INTAKE_SEALER_ADDRESS="127.0.0.1:1",
        INTAKE_PUMP_SECONDS="0.1",
        INTAKE_SLOT_SECONDS="0.1",
        INTAKE_SEAL_DELAY_SECONDS="0",
        INTAKE_TLS__CERTIFICATE=str(tls.certificate),
        INTAKE_TLS__KEY=str(tls.key),
        INTAKE_TLS__AUTHORITY=str(tls.authority),
    )

    def waits() -> int:
        with database.engine.connect() as connection:
            return connection.execute(text("SELECT count(*) FROM vault_waiting")).scalar_one()

    eventually(waits)
    time.sleep(0.5)
    assert waits() == 1


def test_a_role_that_misses_a_secret_says_which(tmp_path, settings, address):
    environment = os.environ | {
        "INTAKE_DATABASE_URL": address.app_url,
        "INTAKE_ROOT_PUBLIC_KEY": str(settings.root_public_key),
    }
    done = subprocess.run(
        [sys.executable, "-m", "intake", "web"], env=environment, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 2
    assert "INTAKE_PEPPER: missing" in done.stderr
    assert address.app_url not in done.stderr


def test_a_process_loads_only_the_rooms_it_works_in():
    script = (
        "import sys; import intake.entrypoints.events, intake.store.transaction, intake.settings;"
        "print([m for m in ('grpc', 'intake.gateways.vault', 'fastapi') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
