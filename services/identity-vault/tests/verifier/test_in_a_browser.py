"""The whole way with the real verifier, sealer, OpenBao and pages: an addressee in a browser sees an identity once."""

import secrets
import socket
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from oidc_provider_mock import User, run_server_in_thread

from chassis.clock import SystemClock
from chassis.web import WebSettings
from identity_vault.entrypoints.web.app import create
from identity_vault.entrypoints.web.office import Office
from identity_vault.gateways.discloser_keys import DiscloserKeyFolder
from identity_vault.gateways.key_folder import KeyFolder
from identity_vault.gateways.verifier import RemoteVerifier
from local_platform.ports import free_port
from tests.support.serving import serving
from tests.support.vault_pages import add_authenticator, register

DISCLOSER = "discloser.identity-vault.paravent"
PERSONS = {"referent-1": "Paul Durand", "referent-2": "Lou Factice"}


@pytest.fixture
def clock() -> SystemClock:
    """The provider's tokens are of today."""
    return SystemClock()


@pytest.fixture
def issuer() -> Iterator[SimpleNamespace]:
    users = [User(sub=sub, claims={"name": name, "email": f"{sub}@example.org"}) for sub, name in PERSONS.items()]
    with run_server_in_thread(require_nonce=True, user_claims=users) as provider:
        yield SimpleNamespace(url=f"http://localhost:{provider.server_port}")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


@pytest.fixture
def address(listener) -> str:
    return f"http://localhost:{listener.getsockname()[1]}"


@pytest.fixture
def verifier_port() -> int:
    return free_port()


@pytest.fixture
def world(start_verifier, address, verifier_port):
    """No delay: what delays do is tested beside."""
    return start_verifier(
        public_origin=address, verifier_port=verifier_port, consent_delay_seconds=0, passkey_delay_seconds=0
    )


@pytest.fixture
def vault(world, address, listener, verifier_port, certificates, key_settings, issuer) -> Iterator[str]:
    remote = RemoteVerifier(f"127.0.0.1:{verifier_port}", certificates.issue(DISCLOSER))
    settings = WebSettings(
        public_url=address,
        cookie_secure=False,
        session_key=secrets.token_hex(32),
        oidc_issuer=issuer.url,
        oidc_client_id="identity-vault",
        oidc_client_secret="x" * 32,
    )
    keys = DiscloserKeyFolder(KeyFolder(key_settings.discloser_keys_dir))
    with serving(create(settings, Office(remote, world.reads, keys, b"k" * 32)), listener):
        yield address
    remote.close()


@pytest.fixture
def visit(chromium, vault):
    contexts = []

    def enter(subject: str = "referent-1"):
        context = chromium.new_context()
        contexts.append(context)
        page = context.new_page()
        add_authenticator(page)
        page.goto(vault + "/connexion")
        page.click(f"button[name=sub][value='{subject}']")
        page.wait_for_url(vault + "/")
        return page

    yield enter
    for context in contexts:
        context.close()


def agree(world, **values):
    reporter = world.file()
    statement = reporter.consent(world.verifier._clock.now() - timedelta(seconds=1), **values)
    world.send(reporter, statement)
    return reporter


def to_the_touch(page, vault) -> None:
    page.goto(vault)
    page.get_by_role("link", name="Dossier 2026-017").click()
    page.get_by_role("link", name="C’est mon dossier, ouvrir l’identité").click()


def touch(page) -> None:
    page.get_by_role("button", name="Toucher ma clé et ouvrir").click()


def test_from_the_reporters_signature_to_the_identity_shown_once(world, vault, visit):
    reporter = agree(world)
    page = visit()
    register(page)
    to_the_touch(page, vault)
    touch(page)
    page.get_by_role("heading", name="La personne qui a signalé").wait_for()
    shown = page.locator(".identity").inner_text()
    assert "Jeanne" in shown
    assert "Marin" in shown
    assert "jeanne@example.org" in shown
    assert "Agent" not in shown  # not agreed
    page.reload()
    page.get_by_text("Déjà ouvert").wait_for()
    assert "Marin" not in page.content()
    (entry,) = [entry for entry in world.view(reporter).entries if entry.kind == "consent"]
    assert (entry.state, bool(entry.disclosed_at)) == ("used", True)
    kinds = [kind for kind, _ in world.told()]
    assert (kinds.count("disclosure"), kinds.count("disclosure_refused")) == (1, 0)


def test_the_other_referent_sees_no_agreement(world, vault, visit):
    agree(world)
    page = visit("referent-2")
    page.get_by_text("Aucun accord ne vous est adressé").wait_for()


def test_what_is_withdrawn_before_the_touch_opens_no_more(world, vault, visit):
    reporter = agree(world)
    page = visit()
    register(page)
    to_the_touch(page, vault)
    (entry,) = world.view(reporter).entries[:1]
    world.send(reporter, reporter.says("withdrawal", world.verifier._clock.now(), consent=entry.consent_id))
    touch(page)
    page.get_by_role("heading", name="Cet accord a été retiré").wait_for()
    assert "Marin" not in page.content()


def test_an_anonymous_report_opens_on_nothing_and_says_so(world, vault, visit):
    reporter = world.file(None)
    world.send(reporter, reporter.consent(world.verifier._clock.now() - timedelta(seconds=1)))
    page = visit()
    register(page)
    to_the_touch(page, vault)
    touch(page)
    page.get_by_role("heading", name="Ce signalement est anonyme").wait_for()


def test_another_passkey_is_registered_with_a_touch_of_the_first(world, vault, visit):
    page = visit()
    register(page)
    page.goto(vault + "/cle")
    page.get_by_role("button", name="Toucher ma clé actuelle").click()
    page.get_by_role("heading", name="Ajouter une autre clé", level=1).wait_for()
    add_authenticator(page, "usb")
    page.get_by_role("button", name="Enregistrer cette clé").click()
    page.get_by_text("Votre clé est enregistrée").wait_for()
    assert [kind for kind, _ in world.told()].count("passkey_registered") == 2
