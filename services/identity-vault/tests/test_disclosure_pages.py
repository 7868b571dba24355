"""The vault's pages, served and signed in for real, with passkeys of a virtual authenticator: what is shown, once."""

import re
import secrets
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from oidc_provider_mock import User, run_server_in_thread
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from chassis.db import Database
from chassis.migrations import upgrade
from chassis.rpc import Detail
from chassis.web import WebSettings
from identity_vault.domain.journal import Entry, Kind
from identity_vault.entrypoints.web.app import create
from identity_vault.entrypoints.web.office import Office
from identity_vault.entrypoints.web.words import refusal
from identity_vault.gateways.discloser_keys import DiscloserKeyFolder
from identity_vault.gateways.key_folder import KeyFolder
from identity_vault.gateways.verifier import RemoteVerifier
from identity_vault.store.journal import Journal
from identity_vault.store.journal_view import DiscloserTransaction
from identity_vault.usecases.disclosing import ReadRefused
from local_platform.addresses import DatabaseAddress
from paravent.identity_vault.v1.record_pb2 import Identity
from tests.support.browsing import look
from tests.support.serving import serving
from tests.support.small_verifier import DISCLOSER, NAME, PATH, SmallVerifier
from tests.support.vault_pages import add_authenticator, register

JEANNE = Identity(
    given_name="Jeanne", family_name="Canari", position="Adjointe technique", phone="06 00 00 00 00", email="j@ex.org"
)
MIGRATIONS = Path(__file__).parents[1] / "migrations"
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

    def request(self, path: str) -> str:
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


@pytest.fixture(scope="module")
def written(fresh_database) -> DatabaseAddress:
    """A database whose journal has entries of two months."""
    made = fresh_database("identity-vault", vault=True)
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
        client = httpx.Client(base_url=vault, trust_env=False)
        opened.append(client)
        back = httpx.post(client.get("/connexion").headers["location"], data={"sub": subject}, trust_env=False)
        client.get(back.headers["location"])
        return client

    yield enter
    for client in opened:
        client.close()


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


def agreement_path(client: httpx.Client) -> str:
    return re.search(r'href="(/accords/[0-9a-f]+)"', client.get("/").text)[1]


def csrf(page: str) -> str:
    return re.search(r'name="_csrf" value="([^"]+)"', page)[1]


# --- the journey


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_an_identity_is_shown_once_after_a_touch_of_the_passkey(vault, visit, verifier, shelf, width, scheme):
    page = visit(width=width, color_scheme=scheme)
    faults = look(page, "accords-sans-cle")
    page.get_by_role("link", name="Clé d’accès", exact=True).click()
    faults += look(page, "cle-a-enregistrer")
    register(page)
    faults += look(page, "cle")
    page.get_by_role("link", name="Accords", exact=True).click()
    faults += look(page, "accords")
    page.get_by_role("link", name="Dossier 7MLD-K2PA").click()
    faults += look(page, "accord")
    signed = page.locator(".signed").inner_text()
    named = "vous, Maxime Essai, Commune de Wancourt, et vous seul·e"
    for words in (named, "ses nom et prénom", "organiser un entretien"):
        assert words in " ".join(signed.split())
    assert "jusqu" not in signed
    assert "31 décembre 2026" in signed
    page.get_by_role("link", name="C’est mon dossier, ouvrir l’identité").click()
    faults += look(page, "ouverture")
    page.get_by_role("button", name="Toucher ma clé et ouvrir").click()
    page.get_by_role("heading", name="La personne qui a signalé").wait_for()
    faults += look(page, "identite")
    shown = page.locator(".identity").inner_text()
    assert "Jeanne" in shown
    assert "Canari" in shown
    assert "Adjointe technique" in shown
    for hidden in ("06 00 00 00 00", "j@ex.org"):  # not agreed
        assert hidden not in page.content()
    assert verifier.accessors == ["accessor-1"]
    assert verifier.bodies == [(PATH, b"body")]
    assert shelf.open == 0
    page.reload()
    page.get_by_text("Déjà ouvert").wait_for()
    assert "Canari" not in page.content()
    page.go_back()
    page.get_by_text("Déjà ouvert").wait_for()  # the page of the touch leads back to what was signed
    assert "Canari" not in page.content()
    faults += look(page, "accord-ouvert")
    assert faults == []
    assert page.complaints == []


def test_another_passkey_needs_a_touch_of_the_first(visit, verifier):
    page = visit()
    register(page)
    page.goto(page.url.partition("?")[0])
    page.get_by_role("button", name="Toucher ma clé actuelle").click()
    page.get_by_role("heading", name="Ajouter une autre clé", level=1).wait_for()
    assert look(page, "cle-suivante") == []
    page.get_by_role("button", name="Enregistrer cette clé").click()
    page.get_by_text("Cet appareil porte déjà une clé").wait_for()
    add_authenticator(page, "usb")
    page.get_by_role("button", name="Enregistrer cette clé").click()
    page.get_by_text("Votre clé est enregistrée").wait_for()
    assert len(verifier.keys) == 2


def test_without_javascript_the_page_says_what_it_needs_it_for(chromium, vault, sign_in, verifier):
    verifier.keys["AAAA"] = (b"", 0)
    client = sign_in()
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies([{"name": c.name, "value": c.value, "url": vault} for c in client.cookies.jar])
    page = context.new_page()
    page.goto(vault + agreement_path(client) + "/ouverture")
    assert page.locator("noscript .notice").is_visible()
    assert page.get_by_role("button", name="Toucher ma clé et ouvrir").is_disabled()
    context.close()


def test_a_page_that_waited_too_long_asks_for_no_touch(visit, verifier):
    page = visit()
    register(page)
    page.goto(page.url.partition("/cle")[0])
    page.add_init_script("performance.now = () => 111000")
    page.get_by_role("link", name="Dossier 7MLD-K2PA").click()
    page.get_by_role("link", name="C’est mon dossier, ouvrir l’identité").click()
    page.get_by_role("button", name="Toucher ma clé et ouvrir").click()
    page.get_by_text("Rechargez-la, puis recommencez").wait_for()
    assert "BeginDisclosure" not in verifier.calls


def test_the_key_that_does_not_answer_sends_nothing(chromium, vault, sign_in, verifier):
    verifier.keys["AAAA"] = (b"", 0)  # a key that this browser does not have
    client = sign_in()
    context = chromium.new_context()
    context.add_cookies([{"name": c.name, "value": c.value, "url": vault} for c in client.cookies.jar])
    page = context.new_page()
    add_authenticator(page)
    page.goto(vault + agreement_path(client) + "/ouverture")
    page.get_by_role("button", name="Toucher ma clé et ouvrir").click()
    page.get_by_text("Rien n’a été envoyé").wait_for()
    assert "BeginDisclosure" not in verifier.calls
    context.close()


# --- what is refused


def test_a_stranger_is_told_what_this_place_is_and_no_more(vault, chromium):
    for path in ("/cle", "/accords/" + "0" * 20, "/journal"):
        assert httpx.get(vault + path, trust_env=False).status_code == 303
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(vault)
    assert "Coffre des identités" in page.content()
    assert look(page, "accueil") == []
    context.close()


def test_another_person_sees_no_agreement_and_finds_none_at_its_address(sign_in):
    path = agreement_path(sign_in())
    other = sign_in("referent-2")
    home = other.get("/")
    assert "Aucun accord ne vous est adressé" in home.text
    assert "depuis le dossier" in home.text
    assert other.get(path).status_code == 404


@pytest.mark.parametrize("detail", [d for d in Detail if refusal(d).title != refusal("").title])
def test_each_refusal_says_what_happened_and_what_to_do(sign_in, verifier, detail):
    verifier.refuse["BeginDisclosure"] = detail
    client = sign_in()
    path = agreement_path(client)
    form = {"_csrf": csrf(client.get(path).text), "poignee": "x", "assertion": "{}"}
    answer = client.post(path, data=form)
    words = refusal(detail)
    assert answer.status_code == words.status
    assert words.title in answer.text
    assert words.then in answer.text
    assert "L’accord a servi" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def opened(client: httpx.Client) -> httpx.Response:
    path = agreement_path(client)
    form = {"_csrf": csrf(client.get(path).text), "poignee": "x", "assertion": "{}"}
    return client.post(path, data=form)


@pytest.fixture
def trusting(verifier, monkeypatch) -> SmallVerifier:
    """A verifier that takes any touch: what comes after it is tested."""
    monkeypatch.setattr(verifier, "_touched", lambda purpose, assertion: None)
    return verifier


@pytest.mark.parametrize("step", ["ApproveReads", "RemoveLayer"])
def test_whatever_fails_after_the_first_step_is_told_as_used_up(sign_in, trusting, step):
    trusting.refuse[step] = Detail.RECORD_MISMATCH
    answer = opened(sign_in())
    assert answer.status_code == 409
    assert "L’accord a servi" in answer.text
    assert "Canari" not in answer.text


def test_a_record_of_another_report_shows_nothing(sign_in, trusting):
    trusting.other_ref = bytes(16)
    answer = opened(sign_in())
    assert answer.status_code == 409
    assert "L’identité scellée n’est pas celle de ce dossier" in answer.text
    assert "Canari" not in answer.text


def test_a_record_sealed_to_another_discloser_shows_nothing(sign_in, trusting, tmp_path):
    stranger = KeyFolder(tmp_path / "stranger")
    stranger.ensure("2026")
    trusting.recipient = stranger.public_halves()[0][1]
    answer = opened(sign_in())
    assert answer.status_code == 409
    assert "Canari" not in answer.text


def test_a_record_that_openbao_keeps_shows_nothing(sign_in, trusting, shelf):
    shelf.detail = "no-record"
    answer = opened(sign_in())
    assert answer.status_code == 404
    assert "L’accord a servi" in answer.text


def test_an_anonymous_report_is_told_plainly(sign_in, trusting):
    trusting.identity = None
    answer = opened(sign_in())
    assert answer.status_code == 200
    assert "Ce signalement est anonyme" in answer.text


def test_only_what_was_agreed_is_shown(sign_in, trusting):
    trusting.fields = ("contact",)
    text = opened(sign_in()).text
    assert "06 00 00 00 00" in text
    for hidden in ("Jeanne", "Canari", "Adjointe technique"):
        assert hidden not in text


@pytest.mark.parametrize(
    ("regime", "said", "unsaid"),
    [("alert", "deux ans d’emprisonnement et de 30 000 €", "R135-4"), ("avdhas", "CGFP, art. R135-4", "30 000 €")],
)
def test_the_duties_cite_the_text_of_the_case_and_no_other(sign_in, trusting, regime, said, unsaid):
    trusting.regime = regime
    text = opened(sign_in()).text
    assert said in text
    assert unsaid not in text


def test_without_the_verifier_nothing_opens_and_the_page_says_so(sign_in, trusting):
    client = sign_in()
    path = agreement_path(client)
    form = {"_csrf": csrf(client.get(path).text), "poignee": "x", "assertion": "{}"}
    trusting.refuse["BeginDisclosure"] = Detail.INTERNAL
    answer = client.post(path, data=form)
    assert answer.status_code == 503
    assert "Le vérificateur ne répond pas" in answer.text
    assert trusting.state == "effective"


def test_a_form_sent_again_is_told_so_and_is_no_attempt(sign_in, trusting):
    client = sign_in()
    path = agreement_path(client)
    form = {"_csrf": csrf(client.get(path).text), "poignee": "x", "assertion": "{}"}
    assert "Canari" in client.post(path, data=form).text
    again = client.post(path, data=form)
    assert again.status_code == 410
    assert "Cet accord a déjà été ouvert" in again.text
    assert "Canari" not in again.text
    assert trusting.calls.count("BeginDisclosure") == 1


def test_a_form_without_its_token_opens_nothing(sign_in, trusting):
    client = sign_in()
    answer = client.post(agreement_path(client), data={"poignee": "x", "assertion": "{}"})
    assert answer.status_code == 403
    assert "BeginDisclosure" not in trusting.calls


def test_an_old_identification_is_asked_for_again(sign_in, trusting, monkeypatch):
    client = sign_in()
    path = agreement_path(client)
    form = {"_csrf": csrf(client.get(path).text), "poignee": "x", "assertion": "{}"}
    monkeypatch.setattr("identity_vault.entrypoints.web.office.OLDEST_TOKEN", -1)
    asked = client.get(path)
    assert (asked.status_code, asked.headers["location"]) == (303, f"/connexion?suite={path}")
    answer = client.post(path, data=form)
    assert answer.status_code == 401
    assert "Rien n’a été ouvert ni utilisé" in answer.text
    assert "BeginDisclosure" not in trusting.calls


def test_a_passkey_that_waits_says_from_when(sign_in, verifier):
    verifier.passkey_waits_until = "2026-11-25T08:30:00Z"
    client = sign_in()
    for path in ("/", "/cle", agreement_path(client)):
        assert "25 novembre 2026 à 9 h 30" in client.get(path).text


@pytest.mark.parametrize("state", ["pending", "used", "withdrawn", "expired"])
def test_an_agreement_that_does_not_open_has_no_button(sign_in, verifier, state):
    verifier.state = state
    verifier.keys["AAAA"] = (b"", 0)
    client = sign_in()
    text = client.get(agreement_path(client)).text
    assert "/ouverture" not in text
    assert client.get(agreement_path(client) + "/ouverture").status_code == 303
    assert "BeginAssertion" not in verifier.calls


def test_nothing_of_an_identity_is_logged(sign_in, trusting, capfd):
    assert "Canari" in opened(sign_in()).text
    trusting.state, trusting.other_ref = "effective", bytes(16)
    opened(sign_in())
    said = "".join(capfd.readouterr())
    for secret in ("Jeanne", "Canari", "7MLD", "Maxime", "Wancourt"):
        assert secret not in said


# --- the journal


def test_the_dpo_sees_what_happened_and_how_often(visit, vault):
    page = visit("dpo-1")
    page.get_by_role("link", name="Journal").click()
    assert look(page, "journal") == []
    rows = [row.split("\t") for row in page.locator("tbody").inner_text().splitlines()]
    assert rows == [
        ["21 novembre 2026", "Ouverture refusée", "accord déjà ouvert", "2"],
        ["20 novembre 2026", "Identité ouverte", "entretien", "1"],
    ]
    page.get_by_role("link", name="octobre 2026").click()
    page.get_by_text("Accord enregistré").wait_for()
    page.set_viewport_size({"width": 360, "height": 740})
    assert look(page, "journal") == []


def test_nobody_else_finds_the_journal(sign_in):
    referent = sign_in()
    assert referent.get("/journal").status_code == 404
    assert "/journal" not in referent.get("/").text


def test_the_discloser_s_role_reads_neither_who_nor_what_of_the_journal(journal):
    for column in ("entry", "hash", "previous", "subject"):
        with pytest.raises(ProgrammingError, match="permission denied"), journal.engine.connect() as connection:
            connection.execute(text(f"SELECT {column} FROM journal"))
