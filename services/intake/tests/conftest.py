"""A portal over a real database: a member, casework's and identity-vault's keys, a clock that moves when told."""

import re
import secrets
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from chassis import keysets
from chassis.clock import FixedClock
from chassis.db import Database, UnitOfWork
from chassis.migrations import upgrade
from chassis.sealing import age, padding
from chassis.sealing.notices import seal_notice
from chassis.signing import public_half
from intake.domain.avdhas import AVDHAS
from intake.entrypoints.web.settings import PortalSettings
from intake.store.tables import metadata
from intake.store.transaction import Transaction
from intake.usecases.dialogue import apply_notice
from intake.usecases.directory import list_member
from intake.usecases.keys import CASEWORK, VAULT, KeyBook, keep_key_set
from paravent.billing.v1.events_pb2 import MemberListed
from paravent.casework.v1.content_pb2 import Notice
from paravent.casework.v1.events_pb2 import ReporterNotified
from paravent.intake.v1.content_pb2 import ReportContent
from paravent.intake.v1.events_pb2 import ReportSubmitted
from paravent.keys.v1.keys_pb2 import KeyUse, PublicKey

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it recommends another HTTP library
    from fastapi.testclient import TestClient

MIGRATIONS = Path(__file__).parents[1] / "migrations"
NOW = datetime(2026, 11, 24, 9, 17, 42, tzinfo=UTC)
TODAY = date(2026, 11, 24)
CDG = "cdg-62"
ROOT = bytes(range(32))

ANSWERS = {
    "quality": ("victim",),
    "acts": ("HARCELEMENT_MORAL",),
    "when": ("Depuis septembre",),
    "where": ("Aux services techniques",),
    "what": ("Mon chef me rabaisse devant les autres, chaque matin.",),
    "implicated": ("HIERARCHIE",),
    "danger": ("no",),
}


def line_of(**changes: object) -> MemberListed:
    line = {
        "member_id": "m-boulogne",
        "version": 1,
        "name": "Boulogne-sur-Mer",
        "siren": "216201608",
        "insee_code": "62160",
        "department": "62",
        "cdg_id": CDG,
        "cdg_name": "CdG du Pas-de-Calais",
        "cdg_contact": "03 00 00 00 62",
        "from_day": "2026-01-01",
        "until_day": "",
    }
    return MemberListed(**(line | changes))


@dataclass
class Issuer:
    """Somebody whose key sets the root certifies."""

    name: str
    seed: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    version: int = 0

    def publish(self, keys: list[PublicKey], *, root: bytes = ROOT) -> bytes:
        self.version += 1
        certificate = keysets.certify(
            root, self.name, self.seed, valid_from=TODAY - timedelta(days=30), valid_until=TODAY + timedelta(days=300)
        )
        return keysets.publish(certificate, self.seed, self.version, keys)


@dataclass
class Casework:
    """The other end of the reports: the CdG's private keys."""

    issuer: Issuer = field(default_factory=lambda: Issuer(CASEWORK))
    month: age.Identity = field(default_factory=age.new_identity)
    signing_seed: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def key_set(self) -> bytes:
        month, signing = KeyUse.KEY_USE_CASEWORK_MONTH, KeyUse.KEY_USE_CASEWORK_SIGNING
        return self.issuer.publish(
            [
                PublicKey(use=month, cdg_id=CDG, period="2026-11", value=self.month.recipient),
                PublicKey(use=signing, cdg_id=CDG, period="2026", value=public_half(self.signing_seed).hex()),
            ]
        )

    def open(self, envelope: bytes) -> ReportContent:
        return ReportContent.FromString(padding.unpad(age.open(self.month.secret, envelope)))


@dataclass
class Vault:
    """The other end of the frames: the private keys."""

    issuer: Issuer = field(default_factory=lambda: Issuer(VAULT))
    transport: age.Identity = field(default_factory=age.new_identity)
    verifier: age.Identity = field(default_factory=age.new_identity)
    discloser: age.Identity = field(default_factory=age.new_identity)
    linker: age.Identity = field(default_factory=age.new_identity)
    courier: age.Identity = field(default_factory=age.new_identity)

    def key_set(self, *days: date) -> bytes:
        keys = [
            PublicKey(use=KeyUse.KEY_USE_VAULT_TRANSPORT_DAY, period=day.isoformat(), value=self.transport.recipient)
            for day in days or (TODAY, TODAY + timedelta(days=1))
        ]
        held = {
            KeyUse.KEY_USE_VAULT_VERIFIER: self.verifier,
            KeyUse.KEY_USE_VAULT_DISCLOSER: self.discloser,
            KeyUse.KEY_USE_VAULT_LINKER: self.linker,
            KeyUse.KEY_USE_VAULT_COURIER: self.courier,
        }
        keys += [PublicKey(use=use, period="2026", value=pair.recipient) for use, pair in held.items()]
        return self.issuer.publish(keys)


@pytest.fixture
def listed() -> Callable[..., MemberListed]:
    return line_of


@pytest.fixture(scope="session")
def address(fresh_database):
    made = fresh_database("intake")
    upgrade(MIGRATIONS, made.owner_url, made.app_role)
    return made


@pytest.fixture
def database(address) -> Iterator[Database]:
    """Intake's database as its working role, empty at the start."""
    owner = Database(address.owner_url, name="empty")
    with owner.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(metadata.tables)} CASCADE"))
    owner.close()
    database = Database(address.app_url, name="intake-test")
    yield database
    database.close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def uow(database, clock) -> UnitOfWork[Transaction]:
    return database.unit_of_work(lambda session: Transaction(session, clock))


@pytest.fixture
def casework() -> Casework:
    return Casework()


@pytest.fixture
def vault() -> Vault:
    return Vault()


@pytest.fixture
def ready(uow, casework, vault) -> None:
    """A member, and both key sets."""
    with uow("prepare") as tx:
        list_member(tx, line_of())
        keep_key_set(tx, casework.key_set(), issuer=CASEWORK, root_key=public_half(ROOT), today=TODAY)
        keep_key_set(tx, vault.key_set(), issuer=VAULT, root_key=public_half(ROOT), today=TODAY)


@pytest.fixture
def keys(uow, clock) -> KeyBook:
    return KeyBook(uow, public_half(ROOT), clock, ttl=0)


@pytest.fixture
def pepper() -> bytes:
    return bytes(reversed(range(32)))


@pytest.fixture
def settings(address, tmp_path, pepper) -> PortalSettings:
    root = tmp_path / "root.pub"
    root.write_text(public_half(ROOT).hex())
    return PortalSettings(
        database_url=address.app_url,
        pepper=pepper.hex(),
        state_key=secrets.token_hex(32),
        root_public_key=root,
        blobs_url=f"file://{tmp_path}/blobs",
        public_url="https://signaler.test",
        largest_file=3 * 1024 * 1024,
        largest_request=8 * 1024 * 1024,
        most_files=3,
    )


@pytest.fixture
def browser(settings, clock, database, ready) -> Iterator["Browser"]:
    from intake.entrypoints.web.app import make_app

    with TestClient(make_app(settings, clock), base_url="https://signaler.test", follow_redirects=False) as client:
        yield Browser(client)


class Browser:
    """A reporter's browser without JavaScript: it posts forms with what their hidden fields hold."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.page = ""

    def get(self, path: str):
        return self._keep(self.client.get(path))

    def post(self, path: str, **fields: object):
        return self._keep(self.client.post(path, data=fields))

    def begin(self) -> None:
        """From the member's page to the first question."""
        self.post("/signalement", membre="m-boulogne")
        self.turn("avant")
        self.turn("ecoute")

    def turn(self, step: str, action: str = "suivant", **answers: object):
        return self.post("/signalement", etat=self.state, etape=step, action=action, **answers)

    def fill(self, answers: dict | None = None):
        """Answer every question; end on the review."""
        answers = ANSWERS | (answers or {})
        self.begin()
        for step in AVDHAS.asked(answers):
            typed = {q.code: list(answers.get(q.code, ())) for q in step.questions}
            self.turn(step.code, **typed)
        return self.page

    def send(self, files: list | None = None, **fields: object):
        """The last request, multipart as a browser sends it."""
        fields = {"etat": fields.get("etat") or self.state, "identite": "anonymous"} | fields
        parts = [(name, (None, v)) for name, value in fields.items() for v in _each(value)]
        parts += [("fichiers", file) for file in files or []]
        return self._keep(self.client.post("/signalement/envoi", files=parts))

    def enter(self, words: list[str]):
        """Open the follow-up space with the eight words."""
        response = self.post("/suivi", recepisse=" ".join(words))
        assert response.status_code == 303
        return self.get("/suivi/espace")

    @property
    def state(self) -> str:
        return self.field("etat")

    @property
    def words(self) -> list[str]:
        return re.findall(r"<li>([a-zàâäçéèêëîïôöùûüœ-]+)</li>", self.page)

    def field(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        assert found, f"no field {name} on this page"
        return found[1]

    def _keep(self, response):
        self.page = response.text
        return response


def _each(value: object) -> list:
    return list(value) if isinstance(value, (list, tuple)) else [value]


@pytest.fixture
def everything(database, address) -> Callable[[], bytes]:
    """Every byte of every table, as its owner sees it: what a dump of intake holds."""

    def dump() -> bytes:
        owner = Database(address.owner_url, name="dump")
        with owner.engine.connect() as connection:
            rows = [
                bytes(str(row[0]), "utf-8")
                for table in metadata.tables
                for row in connection.execute(text(f"SELECT t::text FROM {table} t"))
            ]
        owner.close()
        return b"\n".join(rows)

    return dump


@pytest.fixture
def told(database) -> Callable[..., list]:
    """The events of one kind that wait in the outbox, each with whether it is held."""

    def events(message):
        name = message.DESCRIPTOR.full_name
        with database.engine.connect() as connection:
            rows = connection.execute(text("SELECT payload, held FROM outbox WHERE type = :name"), {"name": name})
            return [(message.FromString(row.payload), row.held) for row in rows]

    return events


@pytest.fixture
def filed(browser):
    """A report, its words, and the browser at the door of the follow-up space."""
    browser.fill()
    browser.send()
    return list(browser.words)


@pytest.fixture
def notify(told, uow, casework, clock, filed):
    """Casework writes to the reporter."""
    [(submitted, _)] = told(ReportSubmitted)
    content = casework.open(submitted.envelope)

    def send(seed=casework.signing_seed, report_id=submitted.report_id, ref=content.ref, **body):
        notice = Notice(notice_id=secrets.token_bytes(16), ref=ref, **body)
        notice.written_at.FromDatetime(clock.now())
        envelope = seal_notice(notice, report_id=report_id, signing_seed=seed, recipient=content.reporter_recipient)
        event = ReporterNotified(report_id=submitted.report_id, notice_id=notice.notice_id, envelope=envelope)
        with uow("notify") as tx:
            apply_notice(tx, event)
        return event

    return send
