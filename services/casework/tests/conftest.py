"""A small CdG on real servers: a database, a transit engine, month keys, and reporters who seal as intake does."""

import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import httpx
import hvac
import pytest
import uvicorn
from fastapi import FastAPI
from oidc_provider_mock import User, run_server_in_thread
from sqlalchemy import select, text

from casework.domain.calendar import FrenchCalendar, WorkingDays
from casework.domain.people import Staff
from casework.entrypoints.web.app import create
from casework.entrypoints.web.office import Office
from casework.gateways.month_keys import MonthKeyFolder
from casework.gateways.notices import NoticeSigner
from casework.gateways.openbao import Session, TransitCaseKeys
from casework.store import tables
from casework.store.transaction import Transaction
from casework.usecases import receiving
from casework.usecases.copying import Copying
from casework.usecases.desk import Desk
from casework.usecases.hearing import open_messages
from casework.usecases.opening import Opening, open_reports
from casework.usecases.screening import release
from casework.usecases.vault_keys import VaultBook
from chassis.blobs import BlobStore, random_name
from chassis.clock import FixedClock
from chassis.db import Database, UnitOfWork
from chassis.keysets import certify, publish
from chassis.migrations import upgrade
from chassis.sealing import age, padding
from chassis.sealing.notices import open_notice
from chassis.signing import public_half
from chassis.testing import eventually
from chassis.web import WebSettings
from paravent.billing.v1 import events_pb2 as billing
from paravent.casework.v1 import events_pb2 as told
from paravent.casework.v1.content_pb2 import Notice
from paravent.intake.v1 import content_pb2 as intake
from paravent.intake.v1.events_pb2 import ReporterSpoke, ReportSubmitted
from paravent.keys.v1.keys_pb2 import KeyUse, PublicKey

MIGRATIONS = Path(__file__).parents[1] / "migrations"
ROOT_SEED, VAULT_ISSUING_SEED = (secrets.token_bytes(32) for _ in range(2))
LINKER, VERIFIER = age.new_identity(), age.new_identity()
VAULT_URL = "http://localhost:9/"
CDG = "cdg-62"
ISSUER = "https://id.example.org"
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
POLICY = """
path "{mount}/encrypt/case-keys" {{ capabilities = ["update"] }}
path "{mount}/decrypt/case-keys" {{ capabilities = ["update"] }}
path "auth/token/lookup-self" {{ capabilities = ["read"] }}
"""


@dataclass(frozen=True)
class BaoAccess:
    """What a process of casework is given of OpenBao."""

    url: str
    mount: str
    role_id: str
    secret_id: str

    def case_keys(self) -> TransitCaseKeys:
        return TransitCaseKeys(Session(self.url, self.role_id, self.secret_id), self.mount, "case-keys")


@pytest.fixture(scope="session")
def bao_access(bao) -> BaoAccess:
    """A transit engine of our own, and a login that may wrap and unwrap, no more."""
    client = hvac.Client(bao.url, bao.root_token)
    mount = f"casework-transit-{secrets.token_hex(4)}"
    client.sys.enable_secrets_engine("transit", path=mount)
    client.secrets.transit.create_key("case-keys", mount_point=mount)
    if "approle/" not in client.sys.list_auth_methods()["data"]:
        client.sys.enable_auth_method("approle")
    client.sys.create_or_update_policy(mount, POLICY.format(mount=mount))
    client.auth.approle.create_or_update_approle(mount, token_policies=[mount], token_ttl="10m")
    role_id = client.auth.approle.read_role_id(mount)["data"]["role_id"]
    secret_id = client.auth.approle.generate_secret_id(mount)["data"]["secret_id"]
    return BaoAccess(bao.url, mount, role_id, secret_id)


@pytest.fixture(scope="session")
def address(fresh_database):
    made = fresh_database("casework")
    upgrade(MIGRATIONS, made.owner_url, made.app_role)
    return made


@pytest.fixture(scope="session")
def shared_database(address) -> Iterator[Database]:
    made = Database(address.app_url, name="casework-tests")
    yield made
    made.close()


@pytest.fixture
def database(shared_database, address) -> Database:
    """Emptied before each test."""
    owner = Database(address.owner_url, name="casework-tests-owner", pool_size=1)
    with owner.engine.begin() as connection:
        connection.execute(text("TRUNCATE " + ", ".join(tables.metadata.tables)))
    owner.close()
    return shared_database


def vault_key_set(version: int = 1, *, root: bytes = ROOT_SEED, linker: str = LINKER.recipient) -> bytes:
    """What identity-vault publishes: the public keys of its linker and verifier, behind a root key."""
    begins, ends = date(2026, 1, 1), date(2027, 12, 31)
    certificate = certify(root, "identity-vault", VAULT_ISSUING_SEED, valid_from=begins, valid_until=ends)
    keys = [
        PublicKey(use=KeyUse.KEY_USE_VAULT_LINKER, period="2026", value=linker),
        PublicKey(use=KeyUse.KEY_USE_VAULT_VERIFIER, period="2026", value=VERIFIER.recipient),
    ]
    return publish(certificate, VAULT_ISSUING_SEED, version, keys)


@dataclass
class Reporter:
    """Somebody who filed, with what the receipt would give them."""

    report_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    ref: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    keys: age.Identity = field(default_factory=age.new_identity)


@dataclass
class World:
    """The CdG, its people and its queue."""

    database: Database
    uow: UnitOfWork[Transaction]
    clock: FixedClock
    keys_dir: Path
    opening: Opening
    desk: Desk
    copying: Copying
    notices: NoticeSigner
    vault: VaultBook
    issuer: str = ISSUER

    def member(self, member_id: str, band: str = "20-49", name: str = "Commune d'Essai") -> str:
        event = billing.MembershipChanged(
            member_id=member_id,
            version=1,
            name=name,
            cdg_id=CDG,
            size_band=band,
            from_day="2026-01-01",
            cdg_name="Centre de gestion du Pas-de-Calais",
        )
        with self.uow("test") as tx:
            receiving.record_membership(tx, event)
        return member_id

    def habilitate(
        self,
        person_id: str,
        role: str,
        member_id: str = "",
        *,
        version: int = 1,
        cdg_id: str = CDG,
        valid_from: str = "2026-01-01T00:00:00Z",
        valid_until: str = "",
    ) -> Staff | None:
        event = billing.HabilitationBound(
            habilitation_id=f"h-{person_id}-{role}-{member_id}",
            version=version,
            person_id=person_id,
            issuer=self.issuer,
            subject=person_id,
            role=billing.HabilitationRole.Value(f"HABILITATION_ROLE_{role.upper()}"),
            cdg_id=cdg_id,
            member_id=member_id,
            valid_from=valid_from,
            valid_until=valid_until,
        )
        with self.uow("test") as tx:
            receiving.record_habilitation(tx, event)
        return self.staff(person_id)

    def staff(self, person_id: str) -> Staff | None:
        with self.uow("test") as tx:
            return tx.people.staff(self.issuer, person_id)

    def reporter(self) -> Reporter:
        return Reporter()

    def content(
        self, reporter: Reporter, member_id: str, identity_choice: str = "anonymous", **answers
    ) -> intake.ReportContent:
        given = {"regime": "avdhas", "acts": ["HARCELEMENT_MORAL"], "what": "Ce qui s'est passé.", **answers}
        report = intake.ReportContent(
            ref=reporter.ref,
            member_id=member_id,
            answers=intake.Answers(**given),
            reporter_recipient=reporter.keys.recipient,
            identity_choice=identity_choice,
        )
        report.submitted_at.FromDatetime(self.clock.now())
        return report

    def send(self, reporter: Reporter, report: intake.ReportContent) -> None:
        """As the worker receives it."""
        self.queue(
            ReportSubmitted(
                report_id=reporter.report_id,
                cdg_id=CDG,
                key_period="2026-11",
                envelope=self.seal(report.SerializeToString()),
            )
        )

    def queue(self, event: ReportSubmitted) -> None:
        with self.uow("test") as tx:
            receiving.receive_report(tx, event)

    def file(self, member_id: str, files: list[intake.SealedFile] | None = None, **answers) -> Reporter:
        """Somebody files a report."""
        reporter = Reporter()
        report = self.content(reporter, member_id, **answers)
        report.files.extend(files or [])
        self.send(reporter, report)
        return reporter

    def speak(
        self,
        reporter: Reporter,
        text: str = "",
        read: list[bytes] | None = None,
        answer: intake.IdentityAnswer | None = None,
        at: datetime | None = None,
    ) -> bytes:
        message = intake.ReporterMessage(text=text) if text else intake.ReporterMessage(answer=answer)
        if read:
            message.read.notice_ids.extend(read)
        message.written_at.FromDatetime(at or self.clock.now())
        message_id = secrets.token_bytes(16)
        event = ReporterSpoke(
            report_id=reporter.report_id,
            cdg_id=CDG,
            key_period="2026-11",
            message_id=message_id,
            envelope=self.seal(message.SerializeToString()),
        )
        with self.uow("test") as tx:
            receiving.receive_message(tx, event)
        return message_id

    def seal(self, data: bytes) -> bytes:
        recipient = MonthKeyFolder(self.keys_dir).make(CDG, "2026-11")
        return age.seal(recipient, padding.pad_to_bucket(data))

    def put_file(self, data: bytes, name: str = "capture-de-Jeanne.png", media_type: str = "image/png"):
        """A blob in intake's store, and what the report says of it."""
        import hashlib
        import io

        identity, blob = age.new_identity(), random_name()
        with self.copying.intake.writer(blob) as target:
            age.seal_stream(identity.recipient, io.BytesIO(padding.pad_to_bucket(data)), target)
        return intake.SealedFile(
            blob=blob,
            key=identity.secret,
            name=name,
            media_type=media_type,
            size=len(data),
            sha256=hashlib.sha256(data).digest(),
        )

    def release(self, reporter: Reporter, *, implicated=(), withheld=(), **texts: str):
        """The screener releases the case of a report; answers its id."""
        self.open_all()
        case_id = self.case_of(reporter).case_id
        release(self.uow, self.desk, self.staff("screener-1"), case_id, texts, implicated, withheld)
        return case_id

    def open_all(self) -> None:
        while open_reports(self.uow, self.opening, 10) + open_messages(self.uow, self.opening, 10):
            pass

    def events(self, kind: type) -> list:
        """What the outbox tells, of one type."""
        query = select(tables.outbox.c.payload).where(tables.outbox.c.type == kind.DESCRIPTOR.full_name)
        with self.database.engine.connect() as connection:
            return [kind.FromString(payload) for payload in connection.scalars(query)]

    def told(self, reporter: Reporter) -> list[Notice]:
        """The notices that a reporter can open and trust."""
        mine = [e for e in self.events(told.ReporterNotified) if e.report_id == reporter.report_id]
        signers = [self.notices.public_key(CDG)]
        return [
            open_notice(e.envelope, report_id=e.report_id, signers=signers, identity=reporter.keys.secret) for e in mine
        ]

    def rows(self, table) -> list:
        with self.database.engine.connect() as connection:
            return connection.execute(select(table)).all()

    def case_of(self, reporter: Reporter):
        query = select(tables.cases).where(tables.cases.c.report_id == reporter.report_id)
        with self.database.engine.connect() as connection:
            return connection.execute(query).first()


@pytest.fixture
def world(database, bao_access, tmp_path) -> World:
    clock = FixedClock(NOW)
    keys_dir = tmp_path / "keys"
    notices = NoticeSigner(secrets.token_bytes(32))
    case_keys = bao_access.case_keys()
    calendar = FrenchCalendar()
    vault = VaultBook(public_half(ROOT_SEED))
    blobs = [BlobStore.open((tmp_path / name).as_uri()) for name in ("intake", "casework")]
    made = World(
        database,
        database.unit_of_work(partial(Transaction, clock=clock)),
        clock,
        keys_dir,
        Opening(MonthKeyFolder(keys_dir), case_keys, notices, calendar, WorkingDays(3), vault),
        Desk(case_keys, notices, calendar, vault),
        Copying(case_keys, *blobs),
        notices,
        vault,
    )
    with made.uow("test") as tx:
        vault.keep(tx, vault_key_set())
    made.habilitate("screener-1", "screener")
    return made


@contextmanager
def _serving(app: FastAPI, listener: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    eventually(lambda: server.started)
    yield
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def back_office(world, tmp_path) -> Iterator[str]:
    """The address of the back office, served for real, with an identity provider that knows our people."""
    users = [
        User(sub=sub, claims={"name": f"Personne {sub}", "email": f"{sub}@example.org", "email_verified": True})
        for sub in ("screener-1", "referent-1", "referent-2", "authority-1", "stranger")
    ]
    with (
        run_server_in_thread(require_nonce=True, user_claims=users) as provider,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        world.issuer = f"http://localhost:{provider.server_port}"
        settings = WebSettings(
            public_url=address,
            cookie_secure=False,
            session_key=secrets.token_hex(32),
            oidc_issuer=world.issuer,
            oidc_client_id="casework",
            oidc_client_secret="x" * 32,
        )
        world.habilitate("screener-1", "screener", version=2)
        office = Office(world.uow, world.desk, world.copying.store, {"database": world.database.ping}, VAULT_URL)
        with _serving(create(settings, office), listener):
            yield address


@pytest.fixture
def sign_in(back_office) -> Iterator[Callable[[str], httpx.Client]]:
    """Sign somebody in; answers a client with their session."""
    with ExitStack() as stack:

        def enter(subject: str) -> httpx.Client:
            client = stack.enter_context(httpx.Client(base_url=back_office, trust_env=False))
            to_provider = client.get("/connexion").headers["location"]
            back = httpx.post(to_provider, data={"sub": subject}, trust_env=False)
            client.get(back.headers["location"])
            return client

        yield enter


@pytest.fixture
def town(world) -> str:
    """A member with two referents, in a CdG with two "cas autorité" referents."""
    member = world.member("town-1")
    for person in ("referent-1", "referent-2"):
        world.habilitate(person, "referent", member)
    for person in ("authority-1", "authority-2"):
        world.habilitate(person, "authority_referent")
    return member
