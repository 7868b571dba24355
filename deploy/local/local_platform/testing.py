"""The pytest plugin: real private servers, one set per test run.

The factories hand out resources that live until the end of the run, so fixtures of any scope may use them.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local_platform.addresses import DatabaseAddress, OpenBaoAddress, PostgresAddress, RabbitAddress
from local_platform.certificates import CertificateAuthority
from local_platform.infrastructure import Servers
from local_platform.servers.broker_admin import BrokerAdmin
from local_platform.servers.copies import copy_database, drop_copy
from local_platform.servers.databases import PROCESSES, VAULT_PROCESSES, ensure_database
from local_platform.servers.smtp import SmtpSink

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The first is the same browser without what draws windows: half the work for the same page.
_CHROMIUMS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")


@dataclass(frozen=True)
class VhostAddress:
    """A virtual host of its own, with a user who may do everything in it."""

    name: str
    amqp_url: str
    server: RabbitAddress
    admin: BrokerAdmin

    def user(self, name: str, configure: str, write: str, read: str) -> str:
        """A restricted user (regular expressions on names); answers its AMQP address."""
        full = f"{self.name}-{name}"
        password = self.admin.ensure_user(full)
        self.admin.permit(full, self.name, configure, write, read)
        return self.server.amqp_url(self.name, full, password)

    def permit_topics(self, user: str, exchange: str, write: str, read: str) -> None:
        """Topic permissions (regular expressions on routing keys) for a user that `user` made."""
        self.admin.permit_topics(f"{self.name}-{user}", self.name, exchange, write, read)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The shared servers; each starts when first used."""
    shared = Servers()
    try:
        yield shared
    finally:
        shared.stop()


@pytest.fixture(scope="session")
def fresh_database(servers: Servers) -> Callable[..., DatabaseAddress]:
    """Factory of empty databases: `fresh_database("casework")`; `vault=True` takes identity-vault's own cluster.
    Each has the roles of its service's processes (`process_urls`). They go with their server."""

    def make(name: str = "test", *, vault: bool = False) -> DatabaseAddress:
        full = _drawn(name)
        server = servers.vault_postgres if vault else servers.postgres
        processes = VAULT_PROCESSES if vault else PROCESSES.get(name, ())
        return ensure_database(server, full, process_passwords={one: secrets.token_hex(16) for one in processes})

    return make


@pytest.fixture(scope="session")
def migrated_once(fresh_database: Callable[..., DatabaseAddress]) -> Callable[..., DatabaseAddress]:
    """The one database of a run that a folder of migrations was applied to: what others are copied from."""
    from chassis.migrations import upgrade

    made: dict[Path, DatabaseAddress] = {}

    def find(name: str, migrations: Path, *, vault: bool) -> DatabaseAddress:
        if migrations not in made:
            made[migrations] = fresh_database(name, vault=vault)
            upgrade(migrations, made[migrations].owner_url, made[migrations].app_role)
        return made[migrations]

    return find


@pytest.fixture
def migrated_database(
    servers: Servers, migrated_once: Callable[..., DatabaseAddress]
) -> Iterator[Callable[..., DatabaseAddress]]:
    """Factory of databases at the newest revision, for one test: `migrated_database("identity-vault", MIGRATIONS,
    vault=True)`. Copies have the roles of what they were copied from, and go with the test."""
    made: list[tuple[PostgresAddress, str]] = []

    def make(name: str, migrations: Path, *, vault: bool = False) -> DatabaseAddress:
        server = servers.vault_postgres if vault else servers.postgres
        made.append((server, _drawn(name)))
        return copy_database(server, migrated_once(name, migrations, vault=vault), made[-1][1])

    yield make
    for server, name in made:
        drop_copy(server, name)


def _drawn(name: str) -> str:
    return f"{name.replace('-', '_')}_{secrets.token_hex(4)}"


@pytest.fixture(scope="session")
def fresh_vhost(servers: Servers) -> Iterator[Callable[[], VhostAddress]]:
    """Factory of empty RabbitMQ virtual hosts."""
    made: list[str] = []

    def make() -> VhostAddress:
        server = servers.rabbitmq
        admin = BrokerAdmin(server)
        name = f"test-{secrets.token_hex(4)}"
        made.append(name)
        admin.ensure_vhost(name)
        password = admin.ensure_user(name)
        admin.permit(name, name, ".*", ".*", ".*")
        return VhostAddress(name, server.amqp_url(name, name, password), server, admin)

    yield make
    for name in made:
        BrokerAdmin(servers.rabbitmq).delete_vhost(name)


@pytest.fixture(scope="session")
def bao(servers: Servers) -> OpenBaoAddress:
    """OpenBao with its root token. Shared by the whole run: use mount names of your own."""
    return servers.openbao


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    """A certificate authority: `certificates.issue("sealpump.intake.paravent")`."""
    return CertificateAuthority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """Chromium: the one that CHROMIUM names, else the system's, without windows where it has such a one.

    One for the whole run: playwright bears no second.
    """
    from playwright.sync_api import sync_playwright

    args = ["--no-sandbox"] if os.geteuid() == 0 else []  # root cannot have its sandbox
    with sync_playwright() as playwright:
        found = next((path for path in _CHROMIUMS if Path(path).exists()), _CHROMIUMS[-1])
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", found), args=args)
        yield browser
        browser.close()


@pytest.fixture
def mailbox(servers: Servers) -> Iterator[SmtpSink]:
    """The mail sink, empty at the start of each test."""
    servers.smtp.clear()
    yield servers.smtp
    servers.smtp.clear()
