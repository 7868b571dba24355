"""What the space tells of identity-vault: asked over mutual TLS, sealed both ways, and never in the way of a visit."""

import time
from types import SimpleNamespace

import grpc
import pytest

from chassis.rpc import Detail, Refused, serve
from chassis.sealing import age, padding, receipts, statements
from chassis.sealing.receipts import Receipt
from chassis.sealing.statements import BadStatement
from intake.entrypoints.web.app import make_app
from intake.gateways.reporter_view import ReporterViewGateway
from paravent.casework.v1.content_pb2 import IdentityRequest
from paravent.identity_vault.v1 import reach_pb2, reporter_pb2
from paravent.identity_vault.v1.record_pb2 import TransportLayer, VerifierLetter
from paravent.identity_vault.v1.reporter_pb2 import ReporterEntry, ReporterQuery, ReporterView
from paravent.intake.v1.content_pb2 import ReporterMessage
from paravent.intake.v1.events_pb2 import ReportSubmitted
from paravent_rpc.identity_vault.v1 import reach_pb2_grpc, reporter_pb2_grpc

VERIFIER, LINKER, WEB = "verifier.identity-vault.paravent", "linker.identity-vault.paravent", "web.intake.paravent"
NAMED = {"identite": "confidential", "given_name": "Zéphyrine", "family_name": "Quatrevingtdix"}


class Reporting(reporter_pb2_grpc.ReporterServiceServicer):
    """The verifier's end: opens the query with the verifier's key, answers `view` to the query's key."""

    def __init__(self, vault) -> None:
        self.vault = vault
        self.view = ReporterView()
        self.asked: list[bytes] = []
        self.answer = None
        self.refuses = False

    def View(self, request, _call):
        assert len(request.query) == 1152
        query = ReporterQuery.FromString(padding.unpad(age.open_fixed(self.vault.verifier.secret, request.query)))
        self.asked.append(query.ref)
        if self.refuses:
            raise Refused(grpc.StatusCode.UNAVAILABLE, Detail.STORE_AWAY)
        recipient = self.answer or query.reply_to
        sealed = age.seal(recipient, padding.pad_to_bucket(self.view.SerializeToString()))
        return reporter_pb2.ReporterServiceViewResponse(view=sealed)


class Reaching(reach_pb2_grpc.ReachServiceServicer):
    """The linker's end."""

    def __init__(self, vault) -> None:
        self.vault = vault
        self.state = "kept"
        self.asked: list[bytes] = []

    def ViewContact(self, request, _call):
        query = ReporterQuery.FromString(padding.unpad(age.open_fixed(self.vault.linker.secret, request.query)))
        self.asked.append(query.ref)
        view = reach_pb2.ContactView(state=self.state).SerializeToString()
        return reach_pb2.ViewContactResponse(view=age.seal(query.reply_to, padding.pad(view, 256)))


@pytest.fixture
def far(vault, certificates, settings, clock, database, ready):
    """A verifier and a linker that listen, and a browser of a portal that knows them."""
    from fastapi.testclient import TestClient

    reporting, reaching = Reporting(vault), Reaching(vault)
    view, contact = "/paravent.identity_vault.v1.ReporterService/View", "/paravent.identity_vault.v1.ReachService/"
    add_reporter = reporter_pb2_grpc.add_ReporterServiceServicer_to_server
    add_reach = reach_pb2_grpc.add_ReachServiceServicer_to_server
    verifier = serve(certificates.issue(VERIFIER), 0, [(add_reporter, reporting)], {view: [WEB]})
    allow = {f"{contact}Notify": ["opener.casework.paravent"], f"{contact}ViewContact": [WEB]}
    linker = serve(certificates.issue(LINKER), 0, [(add_reach, reaching)], allow)
    gateway = ReporterViewGateway(
        (f"127.0.0.1:{verifier.port}", VERIFIER), (f"127.0.0.1:{linker.port}", LINKER), certificates.issue(WEB)
    )
    with TestClient(make_app(settings, clock, gateway), base_url="https://signaler.test", follow_redirects=False) as it:
        yield SimpleNamespace(client=it, reporting=reporting, reaching=reaching, verifier=verifier, linker=linker)
    gateway.close()
    verifier.stop(0)
    linker.stop(0)


@pytest.fixture
def browser(browser, far):
    """The same browser, at the portal that knows identity-vault."""
    browser.client = far.client
    return browser


@pytest.fixture
def filed(browser):
    browser.fill()
    browser.send(prevenir="x@exemple.org", **NAMED)
    return list(browser.words)


@pytest.fixture
def agreed(browser, filed, notify, database, pepper):
    """An agreement that the reporter signed; answers its id."""
    from sqlalchemy import text

    asked = {"issuer": "https://qui.test", "subject": "r-1", "name": "Mme Lanoy", "body": "CdG 62", "fields": ["name"]}
    asked |= {"purpose": "meeting", "case_label": "Merle-42", "until": "2026-12-20", "regime": "avdhas"}
    notify(identity_request=IdentityRequest(request_id=b"r" * 16, **asked))
    browser.enter(filed)
    address = browser.page.split('href="/suivi/demande/')[1].split('"')[0]
    browser.get(f"/suivi/demande/{address}")
    form = {"jeton": browser.field("jeton"), "lu": browser.field("lu"), "recepisse": " ".join(filed)}
    assert browser.post(f"/suivi/demande/{address}/accepter", **form).status_code == 303
    identity = receipts.derive(Receipt.parse(" ".join(filed)), pepper).identity
    with database.engine.connect() as connection:
        [own] = connection.execute(text("SELECT envelope FROM messages")).scalars()
    return ReporterMessage.FromString(padding.unpad(age.open(identity, own))).answer.consent_id


@pytest.fixture
def letters(database, vault):
    """The statements that wait for the verifier, each with the place of the key that signed it."""
    from sqlalchemy import text

    def read(keys: list[bytes]) -> list[tuple[statements.Statement, int]]:
        with database.engine.connect() as connection:
            records = connection.execute(text("SELECT record FROM vault_queue WHERE prompt")).scalars().all()
        found = []
        for record in records:
            layer = TransportLayer.FromString(age.open_fixed(vault.transport.secret, record))
            letter = VerifierLetter.FromString(padding.unpad(age.open_fixed(vault.verifier.secret, layer.to_verifier)))
            found += [
                (statements.verify(letter.statement, key), place) for place, key in enumerate(keys) if _by(letter, key)
            ]
        return found

    return read


def _by(letter: VerifierLetter, key: bytes) -> bool:
    try:
        statements.verify(letter.statement, key)
    except BadStatement:
        return False
    return True


def shown(browser) -> str:
    return browser.page.replace("\u00a0", " ")


def test_a_disclosure_is_shown_with_who_when_and_for_what(browser, far, agreed):
    used = {"kind": "consent", "consent_id": agreed, "state": "used", "disclosed_at": "2026-11-26T08:30:00Z"}
    far.reporting.view.entries.append(ReporterEntry(**used))
    browser.get("/suivi/espace")
    assert "Mme Lanoy (CdG 62)" in shown(browser)
    assert "montrée une fois, le 26 novembre 2026 à 9 h 30, pour organiser un entretien" in shown(browser)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("effective", "Cette personne peut voir votre identité, une fois"),
        ("withdrawn", "Vous avez repris votre accord"),
        ("expired", "a pris fin"),
        ("used", "rien n’a été montré"),
    ],
)
def test_an_agreements_state_is_the_vaults(browser, far, agreed, state, said):
    far.reporting.view.entries.append(ReporterEntry(kind="consent", consent_id=agreed, state=state))
    browser.get("/suivi/espace")
    assert said in shown(browser)


@pytest.mark.parametrize(("state", "signers"), [("pending", (0, 1)), ("effective", (1,)), ("withdrawn", (0,))])
def test_who_signs_after_words_were_replaced_is_the_vaults_to_say(
    browser, far, agreed, filed, letters, pepper, state, signers
):
    browser.enter(filed)
    browser.get("/suivi/cle")
    new = list(browser.words)
    form = {"jeton": browser.field("jeton"), "etat": browser.field("etat"), "note": "oui"}
    assert browser.post("/suivi/cle", **form, recepisse=" ".join(filed)).status_code == 200
    keys = [receipts.derive(Receipt.parse(" ".join(words)), pepper).verify_key for words in (filed, new)]
    [announced] = [said for said, _ in letters(keys) if said.kind == statements.KEY_REPLACED]
    far.reporting.view.entries.append(ReporterEntry(kind="key", consent_id=announced.id, state=state))
    browser.enter(new)
    address = browser.page.split('href="/suivi/demande/')[1].split('"')[0]
    browser.get(f"/suivi/demande/{address}")
    form = {"jeton": browser.field("jeton"), "retrait": " ".join(new)}
    assert browser.post(f"/suivi/demande/{address}/reprendre", **form).status_code == 303
    withdrawn = [place for said, place in letters(keys) if said.kind == statements.WITHDRAWAL]
    assert sorted(withdrawn) == list(signers)


def test_refused_openings_demands_of_justice_and_lost_passkeys_are_shown(browser, far, filed):
    refused = {
        "kind": "refused",
        "state": "expired",
        "addressee_name": "M. Curieux",
        "signed_at": "2026-11-24T08:00:00Z",
    }
    judicial = {"kind": "judicial", "state": "carried_out", "explanation": "Réquisition du parquet d’Arras."}
    passkey = {"kind": "passkey", "state": "replaced", "addressee_name": "Paul Durand"}
    far.reporting.view.entries.extend([ReporterEntry(**refused), ReporterEntry(**judicial), ReporterEntry(**passkey)])
    browser.enter(filed)
    assert "une ouverture a été essayée par M. Curieux et refusée" in shown(browser)
    assert "remise à l’autorité judiciaire" in shown(browser)
    assert "Paul Durand, à qui vous avez donné votre accord, a perdu sa clé d’accès" in shown(browser)


@pytest.mark.parametrize(
    ("state", "said"), [("kept", "est gardée"), ("sent", "déjà été envoyé"), ("bounced", "arrivé")]
)
def test_the_addresss_state_is_shown(browser, far, filed, state, said):
    far.reaching.state = state
    browser.enter(filed)
    assert said in shown(browser)


def test_the_questions_hold_the_reports_ref_and_nobody_elses(browser, far, filed, told, casework):
    browser.enter(filed)
    ref = casework.open(told(ReportSubmitted)[0][0].envelope).ref
    assert far.reporting.asked == far.reaching.asked == [ref]


def test_nothing_is_asked_for_an_anonymous_report_without_an_address(browser, far):
    browser.fill()
    browser.send()
    browser.enter(list(browser.words))
    assert far.reporting.asked == far.reaching.asked == []
    assert "ne répond pas" not in browser.page


def test_the_space_opens_in_time_without_the_vault_and_says_so(browser, far, filed):
    far.verifier.stop(0)
    far.linker.stop(0)
    before = time.monotonic()
    assert browser.enter(filed).status_code == 200
    assert time.monotonic() - before < 5
    assert "Le coffre des identités ne répond pas" in shown(browser)
    assert "Mon chef me rabaisse" in browser.page


def test_a_refusal_or_an_answer_for_somebody_else_is_as_good_as_none(browser, far, filed):
    far.reporting.refuses = True
    browser.enter(filed)
    assert "ne répond pas" in shown(browser)
    far.reporting.refuses = False
    far.reporting.answer = age.new_identity().recipient
    browser.get("/suivi/espace")
    assert "ne répond pas" in shown(browser)
