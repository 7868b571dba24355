"""The listeners' pages in a browser, on a telephone, with a courier that checks the ID token by itself."""

import secrets
import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from oidc_provider_mock import User, run_server_in_thread

from chassis.clock import PARIS, SystemClock
from chassis.db import Database
from chassis.idtokens import IdTokens, IssuerKeys
from chassis.web import WebSettings
from identity_vault.entrypoints.courier import CourierProcess
from identity_vault.entrypoints.web.app import create
from identity_vault.entrypoints.web.office import Office
from identity_vault.gateways.call_backs import RemoteCallBacks
from identity_vault.gateways.key_folder import KeyFolder
from identity_vault.gateways.listeners import ListenerTokens
from identity_vault.gateways.smtp import mail_server
from identity_vault.usecases.listening import Desk
from identity_vault.usecases.mailing import apply
from tests.support.browsing import follow, look
from tests.support.serving import serving

PHONE = {"width": 360, "height": 740}
PERSONS = {"ecoute-1": "Sol Écoute", "ecoute-2": "Ada Écoute", "referent-1": "Maxime Essai"}


@pytest.fixture
def vault(courier_settings, folders, address, certificates, asked) -> Iterator[tuple[str, CourierProcess]]:
    """The address of the vault's pages, and the courier behind them; one call-back is due, one is for tomorrow."""
    users = [User(sub=sub, claims={"name": name, "email": f"{sub}@example.org"}) for sub, name in PERSONS.items()]
    clock, database = SystemClock(), Database(address.process_urls["courier"], name="courier")
    with (
        run_server_in_thread(require_nonce=True, user_claims=users) as provider,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        issuer, here = f"http://localhost:{provider.server_port}", f"http://localhost:{listener.getsockname()[1]}"
        told = courier_settings.model_copy(
            update={"listeners": [f"{issuer}|ecoute-1|cdg-62", f"{issuer}|ecoute-2|*"], "oidc_issuer": issuer}
        )
        tokens = ListenerTokens(IdTokens(IssuerKeys(issuer), told.oidc_client_id, longest_age=told.id_token_age))
        keys = KeyFolder(folders["courier"])
        courier = CourierProcess(told, database, keys, mail_server(told, clock), tokens, clock)
        hour = clock.now().astimezone(PARIS)
        with courier.calling._uow("ask") as tx:
            for wished in (hour, hour + timedelta(days=1)):
                apply(tx, asked(hour=wished.strftime("%Y-%m-%dT%H")))
        server = courier.serve()
        certificate = certificates.issue("discloser.identity-vault.paravent")
        remote = RemoteCallBacks(f"127.0.0.1:{server.port}", certificate)
        settings = WebSettings(
            public_url=here,
            cookie_secure=False,
            session_key=secrets.token_hex(32),
            oidc_issuer=issuer,
            oidc_client_id="identity-vault",
            oidc_client_secret="x" * 32,
        )
        persons = frozenset({(issuer, "ecoute-1"), (issuer, "ecoute-2")})
        nothing = None
        app = create(settings, Office(nothing, nothing, nothing, b"k" * 32), Desk(remote, persons))
        with serving(app, listener):
            yield here, courier
        remote.close()
        server.stop(0)
    database.close()


@pytest.fixture
def enter(chromium, vault):
    """Somebody's browser, without scripts, on the page of call-backs."""
    contexts = []

    def open_as(subject: str):
        context = chromium.new_context(viewport=PHONE, locale="fr-FR")
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{vault[0]}/rappels")
        follow(page, page.locator(f'button[name="sub"][value="{subject}"]'))
        return page

    yield open_as
    for context in contexts:
        context.close()


def test_a_listener_takes_a_call_and_ends_it(enter, vault):
    page, other = enter("ecoute-1"), enter("ecoute-2")
    assert page.get_by_role("link", name="Rappels", exact=True).count() == 1
    assert page.locator("li.card").count() == 2
    assert page.get_by_text("Le numéro se montrera cinq minutes avant l’heure.").count() == 1
    assert look(page, "rappels-liste") == []
    follow(page, page.get_by_role("button", name="Prendre cet appel"))
    assert page.get_by_role("link", name="06 39 98 00 01").count() == 1
    assert look(page, "rappels-numero") == []
    follow(other, other.get_by_role("button", name="Prendre cet appel"))
    assert other.get_by_role("heading", name="Ce rappel n’est plus à faire").count() == 1
    assert look(other, "rappels-pris") == []
    page.get_by_role("link", name="Revenir à la liste").click()
    page.get_by_role("button", name="Revoir le numéro").click()
    follow(page, page.get_by_role("button", name="L’appel est terminé, effacer le numéro"))
    assert page.locator("li.card").count() == 1
    with vault[1].calling._uow("look") as tx:
        assert len(tx.call_backs.all()) == 1


def test_who_is_no_listener_is_told_so_and_has_no_link(enter):
    page = enter("referent-1")
    assert page.get_by_role("heading", name="Cette page est celle des écoutants").count() == 1
    assert page.get_by_role("link", name="Rappels", exact=True).count() == 0
    assert "06 39" not in page.content()
