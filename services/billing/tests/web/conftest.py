"""The application on a real server, a real identity provider, and visitors who sign in there."""

import re
import socket
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from billing.entrypoints.web.app import make
from billing.gateways.accounting_files import AccountingFiles
from billing.gateways.press import WeasyPress
from billing.settings import Settings
from local_platform.ports import free_port
from local_platform.servers.oidc import IdentityProvider
from tests.support.clients import client
from tests.support.serving import serving

ACCOUNTS = """
[[accounts]]
sub = "gestion-1"
name = "Camille Exemple"
email = "camille.exemple@example.org"
[[accounts]]
sub = "gestion-2"
name = "Dominique Modèle"
email = "dominique.modele@example.org"
[[accounts]]
sub = "gestion-60"
name = "Claude Voisin"
email = "claude.voisin@example.org"
[[accounts]]
sub = "maxime"
name = "Maxime Essai"
email = "Maxime.Essai@example.org"
[[accounts]]
sub = "lou"
name = "Lou Factice"
email = "lou.factice@example.org"
"""


@pytest.fixture(scope="session")
def provider(tmp_path_factory) -> Iterator[IdentityProvider]:
    accounts: Path = tmp_path_factory.mktemp("accounts") / "accounts.toml"
    accounts.write_text(ACCOUNTS)
    provider = IdentityProvider(free_port(), accounts).start()
    yield provider
    provider.stop()


@pytest.fixture(scope="session")
def issuer(provider) -> str:
    return provider.issuer


@pytest.fixture
def site(database, clock, provider) -> Iterator[str]:
    """The address of the application, as role `web` runs it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = Settings(
            database_url=database.app_url,
            event_key=bytes(range(32)).hex(),
            session_key="5e" * 32,
            cookie_secure=False,
            public_url=address,
            oidc_issuer=provider.issuer,
            oidc_client_id="billing",
            oidc_client_secret="demonstration",
            habilitation_delay_hours=0,
        )
        with serving(make(settings, clock, WeasyPress(), AccountingFiles()), listener):
            yield address


class Visitor:
    """A browser without JavaScript: keeps cookies, and sends back the token of the page that it last saw."""

    def __init__(self, address: str) -> None:
        self._client = client(address, follow_redirects=True, timeout=60)
        self.page = ""

    def get(self, path: str) -> httpx.Response:
        return self._seen(self._client.get(path))

    def post(self, path: str, fields: dict[str, str] | None = None, *, token: bool = True) -> httpx.Response:
        found = re.search(r'name="_csrf" value="([0-9a-f]+)"', self.page)
        csrf = {"_csrf": found[1]} if found and token else {}
        return self._seen(self._client.post(path, data=csrf | (fields or {})))

    def upload(
        self, path: str, field: str, name: str, content: bytes, *, token: bool = True, **fields: str
    ) -> httpx.Response:
        """Send a file, and other fields, with the token of the page that was last seen."""
        found = re.search(r'name="_csrf" value="([0-9a-f]+)"', self.page)
        csrf = {"_csrf": found[1]} if found and token else {}
        return self._seen(self._client.post(path, data=csrf | fields, files={field: (name, content, "text/csv")}))

    def sign_in(self, subject: str, path: str = "/") -> httpx.Response:
        """Ask for a page, choose an account at the provider, come back."""
        asked = self._client.get(path)
        assert "/oauth2/authorize" in str(asked.url)
        return self._seen(self._client.post(asked.url, data={"sub": subject}))

    def link(self, label: str) -> str:
        """The address of the first link with this label."""
        found = re.search(rf'<a [^>]*href="([^"]+)"[^>]*>\s*{re.escape(label)}', self.page)
        assert found, f"no link {label!r}"
        return unescape(found[1])

    @property
    def text(self) -> str:
        """What the page says, without its markup."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.page)).split())

    def close(self) -> None:
        self._client.close()

    def _seen(self, answer: httpx.Response) -> httpx.Response:
        self.page = answer.text.replace("\N{NO-BREAK SPACE}", " ")
        return answer


@pytest.fixture
def visitor(site, parties) -> Iterator[Callable[..., Visitor]]:
    """Somebody at a browser, signed in or not."""
    visitors: list[Visitor] = []

    def come(subject: str | None = None) -> Visitor:
        visitors.append(Visitor(site))
        if subject is not None:
            assert visitors[-1].sign_in(subject).url.path == "/"
        return visitors[-1]

    yield come
    for each in visitors:
        each.close()


@pytest.fixture
def fields() -> dict[str, str]:
    """The form of a convention received on 17 December 2025."""
    return {
        "deliberated_on": "2025-12-08",
        "signed_on": "2025-12-12",
        "received_on": "17/12/2025",
        "headcount": "1 204",
        "substitute": "cdg",
        "referent_1_name": "Maxime Essai",
        "referent_1_function": "Secrétaire",
        "referent_1_email": "maxime.essai@example.org",
        "referent_1_phone": "03 53 01 00 01",
        "referent_2_name": "Lou Factice",
        "referent_2_function": "Adjointe",
        "referent_2_email": "lou.factice@example.org",
        "referent_2_phone": "03 53 01 00 02",
    }
