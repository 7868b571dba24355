"""A small CdG on real servers: a database, a transit engine, month keys, and a back office (world.py)."""

import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import hvac
import pytest
import uvicorn
from fastapi import FastAPI
from oidc_provider_mock import User, run_server_in_thread
from sqlalchemy import text

from casework.domain.calendar import FrenchCalendar, WorkingDays
from casework.entrypoints.web.app import create
from casework.entrypoints.web.office import Office
from casework.gateways.month_keys import MonthKeyFolder
from casework.gateways.notices import NoticeSigner
from casework.gateways.openbao import Session, TransitCaseKeys
from casework.store import tables
from casework.store.transaction import Transaction
from casework.usecases.copying import Copying
from casework.usecases.desk import Desk
from casework.usecases.month_book import MonthBook
from casework.usecases.opening import Opening
from casework.usecases.vault_keys import VaultBook
from chassis.blobs import BlobStore
from chassis.clock import FixedClock
from chassis.db import Database
from chassis.migrations import upgrade
from chassis.signing import EventSigner, public_half
from chassis.testing import eventually
from chassis.web import WebSettings

from .world import EVENT_SEED, NOW, PORTAL_URL, ROOT_SEED, VAULT_URL, World, vault_key_set

MIGRATIONS = Path(__file__).parents[1] / "migrations"
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
        database.unit_of_work(partial(Transaction, clock=clock, signer=EventSigner(EVENT_SEED))),
        clock,
        keys_dir,
        Opening(MonthKeyFolder(keys_dir), case_keys, notices, calendar, WorkingDays(3), vault),
        Desk(case_keys, notices, calendar, vault, MonthBook(public_half(ROOT_SEED))),
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
        office = Office(
            world.uow, world.desk, world.copying.store, {"database": world.database.ping}, VAULT_URL, PORTAL_URL
        )
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


@pytest.fixture
def town_pages(back_office, world) -> str:
    """A member whose referents can sign in."""
    member = world.member("town-1", name="Saint-Martin-lez-Tatinghem")
    for person in ("referent-1", "referent-2"):
        world.habilitate(person, "referent", member)
    world.publish_months()
    return member
