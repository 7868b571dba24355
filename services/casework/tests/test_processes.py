"""The processes themselves: killed at any moment, nothing is lost and nothing is doubled."""

import os
import secrets
import signal
import subprocess
import sys
import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from casework.store import tables
from chassis.bus import connections, topology
from chassis.bus.envelope import Envelope
from chassis.bus.parked import ParkedQueue
from chassis.bus.publisher import Publisher, outgoing
from chassis.keysets import certify, verify
from chassis.signing import EventSigner, public_half
from chassis.testing import eventually
from paravent.billing.v1.events_pb2 import HabilitationBound, MembershipChanged
from paravent.casework.v1 import events_pb2 as told
from paravent.intake.v1.events_pb2 import ReporterSpoke, ReportSubmitted

from .world import ROOT_SEED as VAULT_ROOT

NOTICE_SEED, BILLING_SEED, ROOT_SEED, ISSUING_SEED = (secrets.token_bytes(32) for _ in range(4))


@pytest.fixture
def start(address, bao_access, certificates, world, tmp_path):
    """Start a role as the platform does; every process ends with the test."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    for name, value in {
        "database_url": address.app_url,
        "owner_url": address.owner_url,
        "openbao_role_id": bao_access.role_id,
        "openbao_secret_id": bao_access.secret_id,
        "notice_key": NOTICE_SEED.hex(),
        "event_key": BILLING_SEED.hex(),
        "issuing_key": ISSUING_SEED.hex(),
    }.items():
        (folder / f"casework_{name}").write_text(value)
    public = tmp_path / "billing.pub"
    public.write_text(public_half(BILLING_SEED).hex())
    root = tmp_path / "root.pub"
    root.write_text(public_half(VAULT_ROOT).hex())
    tls = certificates.issue("opener.casework.paravent")
    environment = {
        **os.environ,
        "PARAVENT_SECRETS": str(folder),
        "CASEWORK_STATE_DIR": str(tmp_path / "state"),
        "CASEWORK_OPENBAO_ADDRESS": bao_access.url,
        "CASEWORK_TRANSIT_MOUNT": bao_access.mount,
        "CASEWORK_KEYS_DIR": str(world.keys_dir),
        "CASEWORK_INTAKE_BLOBS_URL": (tmp_path / "intake").as_uri(),
        "CASEWORK_BLOBS_URL": (tmp_path / "casework").as_uri(),
        "CASEWORK_ROOT_PUBLIC_KEY": str(root),
        "CASEWORK_SEALER_ADDRESS": "127.0.0.1:9",
        "CASEWORK_LINKER_ADDRESS": "127.0.0.1:9",
        "CASEWORK_ERASER_ADDRESS": "127.0.0.1:9",
        **{f"CASEWORK_TLS__{name.upper()}": str(getattr(tls, name)) for name in ("certificate", "key", "authority")},
        "CASEWORK_TRUSTED_SIGNERS": f'{{"billing": "{public}"}}',
    }
    running = []

    def begin(role: str, *arguments: str, **settings: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "casework", role, *arguments]
        process = subprocess.Popen(command, env=environment | settings, stdout=subprocess.PIPE)
        running.append(process)
        return process

    yield begin
    for process in running:
        with suppress(ProcessLookupError):
            process.kill()
        process.communicate()


def count(world, table, *where) -> int:
    with world.database.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table).where(*where))


def test_an_opener_killed_at_any_moment_loses_and_doubles_nothing(world, town, start):
    reporters = [world.file(town, files=[world.put_file(secrets.token_bytes(50_000))]) for _ in range(60)]
    for reporter in reporters:
        world.speak(reporter, "Encore un mot")
    for killed_after in (1, 25, 45):
        opener = start("opener", CASEWORK_BATCH="4")
        eventually(lambda: count(world, tables.cases) >= killed_after, within=60, every=0.005)  # noqa: B023
        opener.send_signal(signal.SIGKILL)
        opener.wait()
    opener = start("opener", CASEWORK_BATCH="4")
    opened, copied = tables.inbound.c.state == "opened", tables.files.c.state == "copied"
    eventually(lambda: count(world, tables.inbound, opened) == 120, within=60)
    eventually(lambda: count(world, tables.files, copied) == 60, within=60)
    opener.terminate()
    assert opener.wait(20) == 0
    assert count(world, tables.cases) == 60
    assert count(world, tables.messages, tables.messages.c.author == "reporter") == 60
    opened_events = [e.report_id for e in world.events(told.CaseOpened)]
    assert sorted(opened_events) == sorted(reporter.report_id for reporter in reporters)
    assert len(world.events(told.FiguresChanged)) == 60
    assert len(list(world.copying.store.names())) == 60


def test_the_tasks_of_a_first_start_can_run_again(world, town, start, tmp_path):
    today = datetime.now(UTC).date()
    certificate = certify(ROOT_SEED, "casework", ISSUING_SEED, valid_from=today, valid_until=today + timedelta(days=9))
    issuing = tmp_path / "casework.issuing"
    issuing.write_bytes(certificate.SerializeToString())
    said = []
    for role in ("migrate", "seed", "keys", "migrate", "seed", "keys"):
        process = start(role, CASEWORK_ISSUING_CERTIFICATE=str(issuing))
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        said += [output.decode().strip()] if role != "migrate" else []
    assert said == [
        "casework: twelve months of figures told",
        "casework: key set 1 published",
        "casework: figures told already",
        "casework: the key set is up to date",
    ]
    [published] = world.events(told.KeySetPublished)
    verify(published.signed_key_set, public_half(ROOT_SEED), issuer="casework", today=today)


def test_the_opener_is_woken_by_what_the_worker_queues(world, town, start):
    start("opener")
    eventually(lambda: (world.keys_dir.parent / "state" / "casework-opener.alive").exists(), within=30)
    reporter = world.file(town)
    eventually(lambda: world.case_of(reporter), within=10)


def test_the_worker_stores_what_comes_and_takes_no_unsigned_habilitation(world, start, fresh_vhost):
    vhost = fresh_vhost()
    types = [ReportSubmitted, ReporterSpoke, MembershipChanged, HabilitationBound]
    topology.declare(vhost.amqp_url, "casework", types)
    start("worker", CASEWORK_AMQP_URL=vhost.amqp_url)
    report = ReportSubmitted(
        report_id=secrets.token_bytes(16), cdg_id="cdg-62", key_period="2026-11", envelope=b"sealed"
    )
    spoke = ReporterSpoke(
        report_id=report.report_id,
        message_id=secrets.token_bytes(16),
        cdg_id="cdg-62",
        key_period="2026-11",
        envelope=b"sealed",
    )
    member = MembershipChanged(
        member_id="m", version=1, name="Agny", cdg_id="cdg-62", size_band="20-49", from_day="2026-01-01"
    )
    bound = HabilitationBound(
        habilitation_id="h",
        version=1,
        person_id="p",
        issuer="https://id.example.org",
        subject="s",
        role="HABILITATION_ROLE_REFERENT",
        cdg_id="cdg-62",
        member_id="m",
        valid_from="2026-01-01T00:00:00Z",
    )
    forged = HabilitationBound(**{field.name: value for field, value in bound.ListFields()})
    forged.habilitation_id = "forged"
    signer = EventSigner(BILLING_SEED)
    for event, signed in (
        (report, None),
        (report, None),
        (spoke, None),
        (member, signer),
        (bound, signer),
        (forged, None),
    ):
        send(vhost.amqp_url, event, signed)
    eventually(lambda: count(world, tables.inbound) == 2, within=40)
    eventually(lambda: count(world, tables.habilitations, tables.habilitations.c.habilitation_id == "h"), within=20)
    eventually(lambda: parked(vhost.amqp_url) == 1, within=20)
    assert count(world, tables.habilitations, tables.habilitations.c.habilitation_id == "forged") == 0
    assert count(world, tables.memberships) == 1


def send(amqp_url: str, event, signer: EventSigner | None) -> None:
    event_id, payload, name = uuid.uuid4(), event.SerializeToString(), event.DESCRIPTOR.full_name
    producer = name.split(".")[1]
    signature = signer.sign(event_id, name, payload) if signer else None
    with connections.connect(amqp_url) as connection:
        message = outgoing(Envelope(event_id, producer, name, payload, signature))
        assert not Publisher(connection).publish(f"{producer}.events", [message]).unroutable


def parked(amqp_url: str) -> int:
    return len(ParkedQueue(amqp_url, "casework").list())


def test_the_operator_orders_the_erasure_of_an_identity(world, town, start):
    reporter = world.file(town)
    world.open_all()
    case_id = str(world.case_of(reporter).case_id)
    statuses = []
    for arguments in ((case_id, "retention"), (case_id, "whim"), (str(uuid.uuid4()), "court"), ()):
        process = start("opener", "erase-identity", *arguments)
        process.communicate(timeout=60)
        statuses.append(process.returncode)
    assert statuses == [0, 2, 1, 2]
    assert count(world, tables.erase_queue) == 1
