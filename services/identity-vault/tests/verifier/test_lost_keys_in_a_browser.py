"""Lost passkeys and deferred notices on the pages, with the real verifier: who lost theirs, and two custodians."""

import re
import secrets
import socket
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from oidc_provider_mock import User, run_server_in_thread

from chassis.clock import SystemClock, paris_day
from chassis.sealing.demands import write_block
from chassis.web import WebSettings
from identity_vault.entrypoints.web.app import create
from identity_vault.entrypoints.web.office import Office
from identity_vault.gateways.custody import RemoteCustody
from identity_vault.gateways.discloser_keys import DiscloserKeyFolder
from identity_vault.gateways.key_folder import KeyFolder
from identity_vault.gateways.keyrings import RemoteKeyrings, RemoteRecoveries
from identity_vault.gateways.verifier import RemoteVerifier
from local_platform.ports import free_port
from paravent.identity_vault.v1.order_pb2 import DemandToken
from tests.support.browsing import follow, look
from tests.support.custodians import AUTHORITY, FIRST, SECOND, custodian_rows
from tests.support.serving import serving
from tests.support.vault_pages import add_authenticator, register

DISCLOSER = "discloser.identity-vault.paravent"
PERSONS = {"referent-1": "Paul Durand", FIRST: "Camille Garde", SECOND: "Dominique Veille"}
NARROW = {"width": 360, "height": 800}


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
def world(start_verifier, address, verifier_port, issuer):
    """No delay: what delays do is tested beside."""
    return start_verifier(
        public_origin=address,
        verifier_port=verifier_port,
        consent_delay_seconds=0,
        passkey_delay_seconds=0,
        custodians=custodian_rows(issuer.url),
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
    office = Office(
        remote,
        world.reads,
        DiscloserKeyFolder(KeyFolder(key_settings.discloser_keys_dir)),
        b"k" * 32,
        custody=RemoteCustody(remote.channel),
        custodians=frozenset((issuer.url, subject) for subject in (FIRST, SECOND)),
        keyrings=RemoteKeyrings(remote.channel),
        recoveries=RemoteRecoveries(remote.channel),
    )
    with serving(create(settings, office), listener):
        yield address
    remote.close()


@pytest.fixture
def visit(chromium, vault):
    contexts = []

    def enter(subject: str = "referent-1"):
        context = chromium.new_context(viewport=NARROW)
        contexts.append(context)
        page = context.new_page()
        add_authenticator(page)
        page.goto(vault + "/connexion")
        follow(page, page.locator(f"button[name=sub][value='{subject}']"))
        page.wait_for_url(vault + "/")
        register(page)
        return page

    yield enter
    for context in contexts:
        context.close()


def press(page, name: str, kind: str = "button") -> None:
    follow(page, page.get_by_role(kind, name=name))


def confirm(page, vault: str, code: str) -> list[str]:
    """A custodian types the code and touches their key; what axe and the width find on the way."""
    page.goto(f"{vault}/cles-perdues")
    found = look(page, "cles-perdues")
    follow(page, page.get_by_role("link", name="Paul Durand"))
    page.get_by_label("Code que donne la personne").fill("AAAA AAAA")
    press(page, "Continuer")
    page.get_by_text("Ce n’est pas le code de cette demande").first.wait_for()
    found += look(page, "cle-a-confirmer")
    page.get_by_label("Code que donne la personne").fill(code)
    press(page, "Continuer")
    found += look(page, "cle-confirmer")
    press(page, "Toucher ma clé et confirmer")
    return found


def test_who_lost_their_only_key_meets_two_custodians_and_opens_again(world, vault, visit):
    reporter = world.file()
    world.send(reporter, reporter.consent(world.verifier._clock.now() - timedelta(seconds=1)))
    page, first, second = visit(), visit(FIRST), visit(SECOND)
    page.goto(f"{vault}/cle")
    press(page, "J’ai perdu toutes mes clés", "link")
    found = look(page, "cle-perdue")
    press(page, "Obtenir le code")
    code = page.locator(".big-code").inner_text()
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", code)
    found += look(page, "cle-code")
    page.goto(f"{vault}/cle")
    page.get_by_text("Une perte est déclarée").wait_for()
    assert code not in page.content()
    found += look(page, "cle-perte-declaree")
    found += confirm(first, vault, code)
    first.get_by_text("Il en faut une seconde").wait_for()
    assert code not in first.content()
    found += confirm(second, vault, code)
    second.get_by_text("La perte est confirmée").wait_for()
    page.goto(f"{vault}/cle")
    page.get_by_text("Deux gardiens ont confirmé la perte").wait_for()
    found += look(page, "cle-a-refaire")
    follow(page, page.get_by_role("button", name="Enregistrer une clé"))
    page.get_by_text("Votre clé est enregistrée").wait_for()
    page.goto(vault)
    follow(page, page.get_by_role("link", name="Dossier 2026-017"))
    follow(page, page.get_by_role("link", name="C’est mon dossier, ouvrir l’identité"))
    press(page, "Toucher ma clé et ouvrir")
    page.get_by_role("heading", name="La personne qui a signalé").wait_for()
    assert found == []


def test_whose_key_is_not_lost_ends_what_somebody_else_asked(world, vault, visit):
    page = visit()
    page.goto(f"{vault}/cle/perdue")
    press(page, "Obtenir le code")
    page.goto(f"{vault}/cle")
    press(page, "Arrêter cette demande", "link")
    found = look(page, "cle-retrouvee")
    press(page, "Toucher ma clé et arrêter la demande")
    assert page.get_by_text("Une perte est déclarée").count() == 0
    assert ("recovery_ended", "owner") in world.told()
    assert found == []


def test_a_key_is_taken_away_with_a_touch_of_another(world, vault, visit):
    page = visit()
    assert page.get_by_role("button", name="Retirer cette clé").count() == 0, "the only one stays"
    page.goto(f"{vault}/cle")
    press(page, "Toucher ma clé actuelle")
    add_authenticator(page, "usb")
    press(page, "Enregistrer cette clé")
    found = look(page, "cle-deux")
    follow(page, page.get_by_role("button", name="Retirer cette clé").nth(1))
    found += look(page, "cle-retrait")
    press(page, "Toucher l’autre clé et retirer")
    page.get_by_text("La clé est retirée").wait_for()
    assert ("passkey_withdrawn", "owner") in world.told()
    assert found == []


def test_a_lost_key_is_told_only_to_who_signed_in_just_now(vault, visit, monkeypatch):
    page = visit()
    page.goto(f"{vault}/cle/perdue")
    monkeypatch.setattr("identity_vault.entrypoints.web.office.NEWEST_TOKEN", -1)
    press(page, "Obtenir le code")
    page.get_by_text("veut que vous veniez de vous identifier").wait_for()
    assert page.locator(".big-code").count() == 0


def test_others_find_no_page_of_lost_keys(vault, visit):
    page = visit()
    assert page.goto(f"{vault}/cles-perdues").status == 404


def carried_out(world, first, second, vault: str, review_on: str) -> str:
    """A demand whose reporter is told later; its page's address."""
    token = DemandToken(ref=world.file().ref, case_label="K7Q-4F2", regime="avdhas", token_id=bytes(16))
    first.goto(f"{vault}/gardiens/nouvel-ordre")
    first.locator("label", has_text="Une réquisition judiciaire").click()
    first.locator("label", has_text="Plus tard").click()
    answers = {
        "Bloc remis": write_block(token, world.frames.verifier),
        "Référence de l’acte": "Réquisition 2026/118",
        "Autorité qui demande": "Parquet de l’exemple",
        "Date de l’acte": "2026-11-02",
        "Clé publique de l’autorité": AUTHORITY.recipient,
        "Date du réexamen": review_on,
    }
    for label, answer in answers.items():
        first.get_by_label(label).fill(answer)
    press(first, "Enregistrer l’ordre")
    for page in (first, second):
        page.goto(first.url)
        press(page, "Toucher ma clé et signer")
    press(second, "Exécuter l’ordre")
    return first.url


def test_two_custodians_put_a_deferred_notice_off(world, vault, visit):
    first, second = visit(FIRST), visit(SECOND)
    today = paris_day(SystemClock().now())
    address = carried_out(world, first, second, vault, (today + timedelta(days=30)).isoformat())
    first.goto(address)
    press(first, "Écrire ce report")
    first.get_by_text("Écrivez la nouvelle date").first.wait_for()
    found = look(first, "report-erreurs")
    first.get_by_label("Nouvelle date du réexamen").fill((today + timedelta(days=5000)).isoformat())
    first.get_by_label("Pourquoi l’informer").fill("Des actes d’enquête sont en cours.")
    press(first, "Écrire ce report")
    first.get_by_text("n’admet pas ce report").first.wait_for()
    first.get_by_label("Nouvelle date du réexamen").fill((today + timedelta(days=90)).isoformat())
    press(first, "Écrire ce report")
    first.get_by_text("Ne vaut pas encore").wait_for()
    found += look(first, "report-a-signer")
    press(first, "Toucher ma clé et signer le report")
    first.get_by_text("Ne vaut pas encore").wait_for()
    second.goto(f"{vault}/gardiens")
    second.get_by_text("À signer par vous").wait_for()
    second.goto(address)
    press(second, "Toucher ma clé et signer le report")
    found += look(second, "report-signe")
    assert second.get_by_text("Ne vaut pas encore").count() == 0
    assert ("notice_extended", "requisition") in world.told()
    assert found == []
