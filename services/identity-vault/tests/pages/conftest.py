"""The vault's pages, served and signed in for real, with passkeys of a virtual authenticator."""

import secrets
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from oidc_provider_mock import User, run_server_in_thread

from chassis.db import Database
from chassis.migrations import upgrade
from chassis.web import WebSettings
from identity_vault.domain.journal import Entry, Kind
from identity_vault.entrypoints.web.app import create
from identity_vault.entrypoints.web.office import Office
from identity_vault.gateways.discloser_keys import DiscloserKeyFolder
from identity_vault.gateways.key_folder import KeyFolder
from identity_vault.gateways.verifier import RemoteVerifier
from identity_vault.store.journal import Journal
from identity_vault.store.journal_view import DiscloserTransaction
from identity_vault.usecases.disclosing import ReadRefused
from local_platform.addresses import DatabaseAddress
from paravent.identity_vault.v1.record_pb2 import Identity
from tests.support.clients import client
from tests.support.serving import serving
from tests.support.small_verifier import DISCLOSER, NAME, SmallVerifier
from tests.support.vault_pages import add_authenticator

JEANNE = Identity(
    given_name="Jeanne", family_name="Canari", position="Adjointe technique", phone="06 00 00 00 00", email="j@ex.org"
)
MIGRATIONS = Path(__file__).parents[2] / "migrations"
# The third is of the night: a day later in Paris.
ENTRIES = [
    ("2026-10-05T08:00:00+00:00", Kind.CONSENT_RECORDED, "meeting"),
    ("2026-11-20T10:00:00+00:00", Kind.DISCLOSURE, "meeting"),
    ("2026-11-20T23:30:00+00:00", Kind.DISCLOSURE_REFUSED, "used"),
    ("2026-11-21T09:00:00+00:00", Kind.DISCLOSURE_REFUSED, "used"),
]
PERSONS = {"referent-1": "Maxime Essai", "referent-2": "Lou Factice", "dpo-1": "Ariel Témoin"}


class Shelf:
    """Reads as OpenBao answers them under a control group; the real one is tested in test_controlled_reads."""

    def __init__(self) -> None:
        self.detail = ""
        self.open = 0

    @contextmanager
    def reading(self) -> Iterator["Shelf"]:
        self.open += 1
        yield self
        self.open -= 1

    def request(self, path: str, *, staged: bool = False) -> str:
        self.path = path
        return "accessor-1"

    def collect(self) -> Sequence[tuple[str, bytes]]:
        if self.detail:
            raise ReadRefused(self.detail)
        return [(self.path, b"body")]

    def ping(self) -> None:
        """Always there."""


@pytest.fixture
def keys(tmp_path) -> KeyFolder:
    """Two keys of the discloser: an old one, that old records are sealed to, and the one of today."""
    folder = KeyFolder(tmp_path / "discloser")
    for period in ("2025", "2026"):
        folder.ensure(period)
    return folder


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


@pytest.fixture
def address(listener) -> str:
    """WebAuthn wants a name: an IP address is no relying party."""
    return f"http://localhost:{listener.getsockname()[1]}"


@pytest.fixture
def verifier(address, keys) -> SmallVerifier:
    return SmallVerifier(origin=address, recipient=dict(keys.public_halves())["2025"], identity=JEANNE)


@pytest.fixture(scope="session")
def written(fresh_database) -> DatabaseAddress:
    """A database whose journal has entries of two months; nobody here writes another."""
    made: DatabaseAddress = fresh_database("identity-vault", vault=True)
    upgrade(MIGRATIONS, made.owner_url, made.app_role)
    database = Database(made.process_urls["verifier"], name="test", pool_size=1)
    with database.unit_of_work(Journal)("write") as journal:
        for at, kind, reason in ENTRIES:
            journal.append(Entry(kind, datetime.fromisoformat(at), bytes(16), bytes(16), reason, b"sealed"))
    database.close()
    return made


@pytest.fixture
def journal(written) -> Iterator[Database]:
    """Under the discloser's own role."""
    made = Database(written.process_urls["discloser"], name="test", pool_size=1)
    yield made
    made.close()


@pytest.fixture
def vault(address, listener, verifier, keys, shelf, certificates, journal) -> Iterator[str]:
    """The address of the vault's pages."""
    users = [User(sub=sub, claims={"name": name, "email": f"{sub}@example.org"}) for sub, name in PERSONS.items()]
    server = verifier.serve(certificates.issue(NAME))
    remote = RemoteVerifier(f"127.0.0.1:{server.port}", certificates.issue(DISCLOSER))
    with run_server_in_thread(require_nonce=True, user_claims=users) as provider:
        issuer = f"http://localhost:{provider.server_port}"
        settings = WebSettings(
            public_url=address,
            cookie_secure=False,
            session_key=secrets.token_hex(32),
            oidc_issuer=issuer,
            oidc_client_id="identity-vault",
            oidc_client_secret="x" * 32,
        )
        office = Office(
            remote,
            shelf,
            DiscloserKeyFolder(keys),
            b"k" * 32,
            dpos=frozenset({(issuer, "dpo-1")}),
            journal=journal.unit_of_work(DiscloserTransaction),
        )
        with serving(create(settings, office), listener):
            yield address
    remote.close()
    server.stop(0)


@pytest.fixture
def sign_in(vault) -> Iterator[Callable[[str], httpx.Client]]:
    """A client with somebody's session."""
    opened: list[httpx.Client] = []

    def enter(subject: str = "referent-1") -> httpx.Client:
        session = client(vault)
        opened.append(session)
        back = session.post(session.get("/connexion").headers["location"], data={"sub": subject})
        session.get(back.headers["location"])
        return session

    yield enter
    for session in opened:
        session.close()


@pytest.fixture
def visit(chromium, vault) -> Iterator[Callable]:
    """A page of somebody who is signed in and holds an authenticator."""
    contexts = []

    def enter(subject: str = "referent-1", width: int = 1280, **options):
        context = chromium.new_context(viewport={"width": width, "height": 900}, bypass_csp=False, **options)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text) if "Security" in message.text else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        add_authenticator(page)
        page.goto(vault + "/connexion")
        page.click(f"button[name=sub][value='{subject}']")
        page.wait_for_url(vault + "/")
        return page

    yield enter
    for context in contexts:
        context.close()


@pytest.fixture
def trusting(verifier, monkeypatch) -> SmallVerifier:
    """A verifier that takes any touch: what comes after it is tested."""
    monkeypatch.setattr(verifier, "_touched", lambda purpose, assertion: None)
    return verifier
