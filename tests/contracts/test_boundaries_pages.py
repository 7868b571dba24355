"""Pages: who may open which, who may send which form, and what a session is worth elsewhere."""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import httpx
import pytest

from tests.support import stores
from tests.support.clients import client

SCREENER, REFERENT, OTHER_REFERENT, AUTHORITY = "ecran-1", "referent-1", "referent-3", "autorite-1"
MANAGER, STRANGER = "gestion-1", "nouveau-1"
ACTS = ("prise-en-charge", "messages", "cloture")
BACK_OFFICES = ("casework", "billing")
# What a browser says of a form that another site sends.
FOREIGN = (
    {"origin": "https://ailleurs.example.org"},
    {"origin": "http://127.0.0.1:1"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
)


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in with a browser of their own. `token`: what the forms of this session carry."""

    http: httpx.Client
    token: str

    def get(self, path: str) -> httpx.Response:
        return self.http.get(path)

    def send(self, path: str) -> httpx.Response:
        """A form with everything that a page of ours would put into it."""
        typed = {"message": "Bonjour", "explication": "Voilà", "envoi": uuid.uuid4().hex, "action": "transmettre"}
        return self.http.post(path, data={"_csrf": self.token, **typed})


SignIn = Callable[..., Visitor]


def enter(url: str, subject: str) -> Visitor:
    """Sign in through the identity provider."""
    http = client(url, timeout=60)
    choice = http.get("/connexion", follow_redirects=True)
    back = http.post(str(choice.url), data={"sub": subject})
    assert http.get(back.headers["location"]).status_code == 303
    first = http.get("/", follow_redirects=True)
    return Visitor(http, re.findall(r'name="_csrf" value="([^"]+)"', first.text)[0])


@pytest.fixture(scope="module")
def sign_in(demo) -> Iterator[SignIn]:
    """`sign_in(subject, service)`: the same visit for the whole module."""
    visitors: dict[tuple[str, str], Visitor] = {}

    def visit(subject: str, service: str = "casework") -> Visitor:
        if (subject, service) not in visitors:
            visitors[subject, service] = enter(demo.url(service), subject)
        return visitors[subject, service]

    yield visit
    for visitor in visitors.values():
        visitor.http.close()


def file_of(demo, case_id: str) -> str:
    ((file_id,),) = stores.rows(demo, "casework", f"SELECT file_id FROM files WHERE case_id = '{case_id}'")
    return str(file_id)


def state_of(demo, case_id: str) -> str:
    """All that a form could change of a case."""
    (row,) = stores.rows(demo, "casework", f"SELECT * FROM cases WHERE case_id = '{case_id}'")
    count = stores.count(demo, "casework", f"SELECT count(*) FROM messages WHERE case_id = '{case_id}'")
    return f"{row} {count}"


def case_pages(demo, cases) -> dict[str, list[str]]:
    """Every page of a real case, by the quality that it is for."""
    file_id = file_of(demo, cases.released)
    return {
        listing: [f"/{listing}", f"/{listing}/{cases.released}", f"/{listing}/{cases.released}/fichiers/{file_id}"]
        for listing in ("dossiers", "relecture")
    }


def case_forms(case_id: str) -> dict[str, list[str]]:
    return {
        "dossiers": [f"/dossiers/{case_id}/{act}" for act in ACTS],
        "relecture": [f"/relecture/{case_id}", f"/relecture/{case_id}/messages"],
    }


@pytest.mark.parametrize("subject", [STRANGER, MANAGER])
def test_an_account_without_habilitation_sees_nothing_of_casework(demo, sign_in, cases, subject):
    browser, before = sign_in(subject), state_of(demo, cases.released)
    for paths in case_pages(demo, cases).values():
        for path in ("/", *paths):
            answer = browser.get(path)
            assert answer.status_code == 403, path
            assert cases.released not in answer.text
    for paths in case_forms(cases.released).values():
        for path in paths:
            assert browser.send(path).status_code == 403, path
    assert state_of(demo, cases.released) == before


@pytest.mark.parametrize(
    ("subject", "closed"), [(REFERENT, "relecture"), (AUTHORITY, "relecture"), (SCREENER, "dossiers")]
)
def test_a_referent_does_not_screen_and_a_screener_does_not_handle(demo, sign_in, cases, subject, closed):
    browser, before = sign_in(subject), state_of(demo, cases.released)
    for path in case_pages(demo, cases)[closed]:
        assert browser.get(path).status_code == 403, path
    for path in case_forms(cases.released)[closed]:
        assert browser.send(path).status_code == 403, path
    assert state_of(demo, cases.released) == before


@pytest.mark.parametrize(
    ("subject", "which"),
    [
        (OTHER_REFERENT, "released"),
        (AUTHORITY, "released"),
        (REFERENT, "authority"),
        (OTHER_REFERENT, "authority"),
        (REFERENT, "waiting"),
    ],
    ids=[
        "the referent of another member",
        "the authority referent, when nobody above is implicated",
        "the member's referent, when the authority is implicated",
        "another member's referent, when the authority is implicated",
        "the member's referent, before the screener has released it",
    ],
)
def test_a_case_that_one_may_not_see_answers_as_one_that_does_not_exist(demo, sign_in, cases, subject, which):
    browser, case_id = sign_in(subject), getattr(cases, which)
    before = state_of(demo, case_id)
    assert case_id not in browser.get("/dossiers").text
    assert case_id not in browser.get("/dossiers?vue=clos").text

    file_id = file_of(demo, cases.released)
    for ending in ("", f"/fichiers/{file_id}", *(f"/{act}" for act in ACTS)):
        told = []
        for wanted in (case_id, str(uuid.uuid4())):
            path = f"/dossiers/{wanted}{ending}"
            answer = browser.send(path) if ending[1:] in ACTS else browser.get(path)
            headers = {name: value for name, value in answer.headers.items() if name not in ("date", "set-cookie")}
            told.append((answer.status_code, answer.text, headers))
        assert told[0] == told[1], ending
        assert told[0][0] == 404, ending
    assert state_of(demo, case_id) == before


def test_a_form_sent_from_another_site_changes_nothing(demo, sign_in, cases):
    before = [state_of(demo, case_id) for case_id in (cases.released, cases.waiting)]
    for subject, kind in ((REFERENT, "dossiers"), (SCREENER, "relecture")):
        visitor = sign_in(subject)
        fields = {"_csrf": visitor.token, "message": "Bonjour", "action": "transmettre"}
        for headers in FOREIGN:
            for path in [*case_forms(cases.released)[kind], *case_forms(cases.waiting)[kind]]:
                assert visitor.http.post(path, data=fields, headers=headers).status_code == 403, path
    assert [state_of(demo, case_id) for case_id in (cases.released, cases.waiting)] == before


def test_a_form_without_its_session_s_token_changes_nothing(demo, sign_in, cases):
    browser, theirs = sign_in(REFERENT), sign_in("referent-2").token
    before = state_of(demo, cases.released)
    for fields in ({}, {"_csrf": ""}, {"_csrf": theirs}, {"_csrf": "0" * 64}):
        for path in case_forms(cases.released)["dossiers"]:
            answer = browser.http.post(path, data={"message": "Bonjour", "explication": "Voilà", **fields})
            assert answer.status_code == 403, path
    assert state_of(demo, cases.released) == before


@pytest.mark.parametrize("subject", [REFERENT, SCREENER, AUTHORITY, STRANGER])
def test_billing_refuses_whoever_is_no_manager(demo, sign_in, subject):
    ((member_id, siren),) = stores.rows(demo, "billing", "SELECT id, siren FROM members LIMIT 1")
    ((habilitation_id,),) = stores.rows(demo, "billing", "SELECT id FROM habilitations LIMIT 1")
    browser = sign_in(subject, "billing")
    refusal = browser.get("/")
    forms = [f"/conventions/nouvelle/{siren}", f"/membres/{member_id}/designer/referent"]
    forms += [f"/habilitations/{habilitation_id}/{step}" for step in ("confirmer", "retirer", "inviter")]
    for path in ["/", "/equipe", f"/membres/{member_id}", "/conventions/nouvelle", *forms]:
        answer = browser.get(path)
        assert (answer.status_code, answer.text) == (403, refusal.text), path
    query = "SELECT id, version FROM habilitations ORDER BY id"
    before = stores.rows(demo, "billing", query)
    for path in forms:
        assert browser.send(path).status_code == 403, path
    assert stores.rows(demo, "billing", query) == before


def test_a_session_of_one_service_is_worth_nothing_in_another(demo, sign_in):
    """Cookies know no port: a browser sends them all. Under either name, they open nothing."""
    kept = {service: sign_in(MANAGER, service).http.cookies for service in BACK_OFFICES}
    for service, cookies in kept.items():
        (other,) = set(BACK_OFFICES) - {service}
        jar = dict(cookies)
        jar |= {name.replace(service, other): value for name, value in cookies.items()}
        assert f"{other}-session" in jar
        with client(demo.url(other), cookies=jar, timeout=60) as browser:
            answer = browser.get("/")
        assert (answer.status_code, answer.headers["location"]) == (303, "/connexion?suite=/")


def test_an_altered_session_is_no_session(demo, sign_in):
    cookies = dict(sign_in(REFERENT).http.cookies)
    sealed = cookies["casework-session"]
    for at in (0, len(sealed) // 2, len(sealed) - 2):
        altered = sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]
        with client(demo.url("casework"), cookies={"casework-session": altered}) as forger:
            assert forger.get("/dossiers").status_code == 303


def test_a_copied_session_ends_when_its_owner_signs_out(demo):
    owner = enter(demo.url("casework"), REFERENT)
    stolen = dict(owner.http.cookies)
    with closing(owner.http), client(demo.url("casework"), cookies=stolen) as thief:
        assert thief.get("/dossiers").status_code == 200
        assert owner.send("/deconnexion").status_code == 303
        assert thief.get("/dossiers").status_code == 303


@pytest.mark.parametrize("service", BACK_OFFICES)
def test_nobody_is_shown_anything_before_signing_in(demo, cases, service):
    paths = {
        "casework": ["/", *(path for paths in case_pages(demo, cases).values() for path in paths)],
        "billing": ["/", "/equipe", f"/membres/{uuid.uuid4()}", "/conventions/nouvelle"],
    }[service]
    with client(demo.url(service)) as browser:
        for path in paths:
            answer = browser.get(path)
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/connexion")
            assert answer.text == ""
        for path in case_forms(cases.released)["dossiers"] if service == "casework" else []:
            assert browser.post(path, data={}).status_code == 401, path


def test_other_systems_are_told_nothing_without_a_token_of_their_own(demo, sign_in):
    """Neither is a manager whose session a page of another site would borrow."""
    manager = sign_in(MANAGER, "billing").http
    paths = ("members", "members/216209056", "conventions", "calls", "invoices", "invoices/62-2026-000001.pdf")
    answers = [manager.get(f"/api/v1/{path}") for path in paths]
    answers += [
        httpx.get(f"{demo.url('events')}/v1/events", headers=said) for said in ({}, {"authorization": "Bearer x"})
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}


def test_what_is_refused_above_is_granted_to_whom_it_belongs(demo, sign_in, cases):
    """The same requests, by those who may: a wrong address would otherwise look like a refusal."""
    pages = case_pages(demo, cases)
    for subject, kind in ((REFERENT, "dossiers"), (SCREENER, "relecture")):
        browser = sign_in(subject)
        assert [browser.get(path).status_code for path in pages[kind]] == [200] * 3
    assert sign_in(AUTHORITY).get(f"/dossiers/{cases.authority}").status_code == 200
    assert sign_in(MANAGER, "billing").get("/").status_code == 200

    referent = sign_in(REFERENT)
    assert referent.send(f"/dossiers/{cases.released}/prise-en-charge").status_code == 303
    assert referent.send(f"/dossiers/{cases.released}/messages").status_code == 303
    assert "in_charge" in state_of(demo, cases.released)
