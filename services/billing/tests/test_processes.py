"""The processes themselves, started as the platform starts them."""

import os
import signal
import subprocess
import sys
import urllib.request
import uuid
from pathlib import Path

import pytest
from google.protobuf.message import Message
from sqlalchemy import text

from billing.usecases import price_lists
from chassis.bus.connections import connect
from chassis.bus.envelope import Envelope
from chassis.bus.parked import ParkedQueue
from chassis.bus.publisher import Publisher, outgoing
from chassis.bus.topology import declare
from chassis.signing import EventSigner, public_half
from chassis.testing import eventually
from local_platform.ports import free_port
from paravent.billing.v1 import events_pb2 as events
from paravent.casework.v1.events_pb2 import ReportsCounted, RequestedService, ServiceRequested

CASEWORK = bytes(range(1, 33))

SECRETS = {
    "event_key": bytes(range(32)).hex(),
    "session_key": "5e" * 32,
    "oidc_client_secret": "demonstration",
}


@pytest.fixture
def run(database, fresh_vhost, tmp_path):
    """Start a role with its settings; ended with the test."""
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    given = SECRETS | {
        "database_url": database.app_url,
        "owner_url": database.owner_url,
        "amqp_url": fresh_vhost().amqp_url,
    }
    for name, value in given.items():
        (secrets / f"billing_{name}").write_text(value)
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "PARAVENT_SECRETS": str(secrets),
        "BILLING_STATE_DIR": str(tmp_path / "state"),
        "BILLING_PORT": str(port),
        "BILLING_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "BILLING_OIDC_ISSUER": "http://127.0.0.1:9",
        "BILLING_OIDC_CLIENT_ID": "billing",
    }
    started: list[subprocess.Popen[str]] = []

    def start(role: str, **more: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "billing", role]
        pipe = subprocess.PIPE
        child = subprocess.Popen(command, env=environment | more, stdout=pipe, stderr=pipe, text=True)
        started.append(child)
        return child

    start.amqp_url = given["amqp_url"]
    start.port = port
    start.secrets = secrets
    yield start
    for child in started:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
        child.communicate(timeout=20)


def test_migrate_and_seed_can_be_run_again(run):
    asked = {"BILLING_DEMONSTRATION_YEAR": "true"}
    for more, expected in (({}, "12 members added\n"), (asked, "0 members added, a year told\n")):
        migrate = run("migrate")
        assert migrate.wait(60) == 0, migrate.stderr.read()
        seed = run("seed", **more)
        assert seed.wait(60) == 0, seed.stderr.read()
        assert expected in seed.stdout.read()


def test_the_relay_sends_what_the_seed_told_and_scrubs_it(run, owner_engine):
    run("seed").wait(60)
    with connect(run.amqp_url) as connection:
        declare(run.amqp_url, "casework", [events.MembershipChanged, events.HabilitationBound])
        declare(run.amqp_url, "intake", [events.MemberListed, events.ReferentListed])
        declare(run.amqp_url, "notifications", [events.ContactChanged, events.InvitationIssued])
        relay = run("relay")

        def all_sent() -> bool:
            with owner_engine.connect() as database:
                waiting = database.scalar(text("SELECT count(*) FROM outbox WHERE payload IS NOT NULL"))
                return bool(waiting == 0)

        eventually(all_sent, within=30)
        channel = connection.channel()
        queue = "casework.paravent.billing.v1.HabilitationBound"
        eventually(lambda: channel.queue_declare(queue, passive=True).message_count == 27)
    relay.send_signal(signal.SIGTERM)
    assert relay.wait(20) == 0


def test_the_web_process_is_ready_and_stops_when_told(run):
    web = run("web")

    def ready() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{run.port}/sante/pret", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    eventually(ready, within=30)
    web.send_signal(signal.SIGTERM)
    assert web.wait(20) in (0, -signal.SIGTERM)


@pytest.mark.parametrize(("role", "missing"), [("web", "event_key"), ("seed", "owner_url"), ("migrate", "owner_url")])
def test_a_missing_secret_is_named_before_anything_runs(run, role, missing):
    (run.secrets / f"billing_{missing}").unlink()
    process = run(role)
    assert process.wait(60) == 2
    assert f"BILLING_{missing.upper()} is missing" in process.stderr.read()


def test_no_secret_is_said(run):
    Path(run.secrets / "billing_event_key").write_text("not-a-key-but-a-secret")
    process = run("seed")
    assert process.wait(60) != 0
    assert "not-a-key-but-a-secret" not in process.stdout.read() + process.stderr.read()


def test_the_worker_quotes_what_casework_signed_and_parks_the_rest(run, uow, clock, parties, tmp_path):
    price_lists.keep_price_lists(uow, clock)
    declare(run.amqp_url, "billing", [ServiceRequested, ReportsCounted])
    trusted = tmp_path / "casework.pub"
    trusted.write_text(public_half(CASEWORK).hex())
    run("worker", BILLING_TRUSTED_SIGNERS=f'{{"casework": "{trusted}"}}')
    asked = ServiceRequested(
        order_id=str(uuid.uuid4()),
        cdg_id=str(parties.first.cdg_id),
        services=[RequestedService(code="1.10", quantity="1")],
        by_cdg=True,
        price_list=1,
    )
    with_member = ServiceRequested(order_id=str(uuid.uuid4()), by_cdg=True, member_id=str(uuid.uuid4()))
    counted = ReportsCounted(cdg_id=str(parties.first.cdg_id), year=2025, reports=7)
    signer = EventSigner(CASEWORK)
    for event, signed in ((asked, None), (asked, signer), (asked, signer), (with_member, signer), (counted, signer)):
        tell(run.amqp_url, event, signed)

    def kept() -> tuple[int, int, int]:
        with uow("kept") as tx:
            orders = sum(tx.orders.counts(parties.first.cdg_id).values())
            return orders, len(tx.funds.counted([parties.first.cdg_id], 2025)), len(parked.list())

    parked = ParkedQueue(run.amqp_url, "billing")
    eventually(lambda: kept() == (1, 1, 2), within=60)


def tell(amqp_url: str, event: Message, signer: EventSigner | None) -> None:
    """As casework's relay sends it."""
    event_id, payload, name = uuid.uuid4(), event.SerializeToString(), event.DESCRIPTOR.full_name
    signature = signer.sign(event_id, name, payload) if signer else None
    with connect(amqp_url) as connection:
        message = outgoing(Envelope(event_id, "casework", name, payload, signature))
        assert not Publisher(connection).publish("casework.events", [message]).unroutable
