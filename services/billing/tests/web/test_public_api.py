"""The API for other public systems: what a token opens, what it never tells, and the page where tokens are made."""

import json
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from lxml import etree
from schemathesis import openapi
from sqlalchemy import insert, select

from billing.domain.api_access import Scope, TypedToken
from billing.domain.invoices import Motive
from billing.domain.money import Money
from billing.domain.vat import Line
from billing.store import tables as t
from billing.store.api_tables import api_tokens
from billing.store.call_tables import call_runs, calls
from billing.usecases import api_access, conventions, invoicing
from paravent.billing.v1 import events_pb2 as events
from tests.support.clients import client

Ask = Callable[..., httpx.Response]
AT = {"street": "1 rue de l’Exemple", "postcode": "62700", "city": "Bruay-la-Buissière"}
SELLER = {
    "name": "CdG 62",
    "siret": "28620001900011",
    "iban": "FR7630001007941234567890185",
    "email": "compta@cdg62.example.org",
    "vat_number": "",
}
ZUDAUSQUES = "216209056"


@pytest.fixture
def billed(uow, owner_uow, parties, zudausques, typed, clock) -> uuid.UUID:
    """Zudausques has a convention, was called for 2026, billed twice, and once for nothing; its id."""
    member_id = conventions.record_convention(uow, parties.first, zudausques, typed, clock)
    cdg_id = parties.first.cdg_id
    blank = {"siret": "", "service_code": "", "engagement": ""}
    lines = [Line("Participation annuelle", Decimal(12), Decimal(2))]
    year = (date(2026, 1, 1), date(2026, 12, 31))
    with owner_uow("sellers") as tx:
        tx.session.execute(t.sellers.insert().values(cdg_id=cdg_id, **SELLER, **AT))
        tx.session.execute(t.buyers.insert().values(member_id=member_id, **blank, **AT))
    with uow("issue") as tx:
        cdg, member = tx.parties.cdg(cdg_id), tx.members.get(member_id, cdg_id)
        kept = {"issued_on": date(2026, 3, 10), "period": year, "contract": "62-0001"}
        first = invoicing.issue(tx, cdg, member, lines, cause=uuid.uuid4(), **kept).id
        invoicing.issue(tx, cdg, member, lines, cause=uuid.uuid4(), **kept)
        invoicing.undo(tx, cdg, first, issued_on=date(2026, 3, 10), motive=Motive.TWICE)
        _call(tx, parties, cdg_id, member_id, first)
    return member_id


def _call(tx, parties, cdg_id, member_id, invoice_id) -> None:
    """A call that was answered and billed, and one of the year before that is only prepared."""
    now = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
    convention_id = tx.session.scalars(select(t.conventions.c.id)).one()
    for year, state in ((2026, "issued"), (2025, "prepared")):
        run, person = uuid.uuid4(), {"declared_by": "Maxime Essai", "declared_function": "Secrétaire"}
        counts = {"all_agents": 12, "called_before": 0, "expected": 1}
        started = {"started_by": parties.first.id, "started_at": now, "due_on": date(year, 4, 30)}
        tx.session.execute(insert(call_runs).values(id=run, cdg_id=cdg_id, year=year, **counts, **started))
        row = {"id": uuid.uuid4(), "run_id": run, "member_id": member_id, "convention_id": convention_id}
        row |= {"first_on": date(year, 1, 1), "last_on": date(year, 12, 31), "due_on": date(year, 4, 30)}
        row |= {"tariff_version": 1, "part": 12, "whole": 12, "affiliated": True, "state": state, **person}
        row |= {"motive": "", "hindrance": ""}
        if state == "issued":
            row |= {"agents": 12, "net_cents": 2400, "tax_cents": 0, "sent_at": now, "declared_at": now}
            row |= {"checked_at": now, "checked_by": parties.first.id, "invoice_id": invoice_id}
        tx.session.execute(insert(calls).values(row))


@pytest.fixture
def token(uow, parties, clock) -> Callable[..., str]:
    """A token of a CdG that opens these (everything)."""

    def issue(*scopes: Scope, manager=None, days: int = 30) -> str:
        until = clock.now().date() + timedelta(days)
        typed = TypedToken("Comptabilité", scopes or tuple(Scope), until)
        return api_access.issue(uow, manager or parties.first, typed, clock)[0]

    return issue


@pytest.fixture
def ask(site) -> Iterator[Ask]:
    with client(site, timeout=60) as http:

        def get(path: str, token: str = "", **query: object) -> httpx.Response:
            headers = {"authorization": f"Bearer {token}"} if token else {}
            return http.get(f"/api/v1{path}", params=query, headers=headers)

        yield get


def test_another_system_reads_members_conventions_calls_and_invoices(billed, ask, token):
    ours = token()
    assert ask(f"/members/{ZUDAUSQUES}", ours).json() == {
        "siren": ZUDAUSQUES,
        "name": "Zudausques",
        "siret": None,
        "kind": "commune",
        "insee_code": "62905",
        "department": "62",
        "affiliated": None,
        "headcount": {"at_day": "2024-12-31", "agents": 12},
    }
    [convention] = ask("/conventions", ours, in_force_on="2026-01-01").json()["items"]
    assert (convention["from_day"], convention["until_day"]) == ("2026-01-01", "2027-06-27")
    assert ask("/conventions", ours, in_force_on="2025-12-31").json()["items"] == []
    [call] = ask("/calls", ours).json()["items"]
    assert (call["year"], call["state"], call["net"], call["invoice_number"]) == (
        2026,
        "issued",
        "24.00",
        "62-2026-000001",
    )
    first, second, undone = ask("/invoices", ours, siren=ZUDAUSQUES).json()["items"]
    assert [each["number"] for each in (first, second, undone)] == [f"62-2026-00000{rank}" for rank in (1, 2, 3)]
    assert (undone["kind"], undone["corrects"]) == ("credit_note", first["number"])
    assert (first["net"], first["tax"], first["gross"], first["currency"]) == ("24.00", "0.00", "24.00", "EUR")
    assert ask(f"/invoices/{first['number']}", ours).json() == first


def test_an_invoice_comes_as_a_pdf_and_as_xml(billed, ask, token):
    ours = token(Scope.INVOICES)
    pdf = ask("/invoices/62-2026-000001.pdf", ours)
    assert (pdf.headers["content-type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    xml = ask("/invoices/62-2026-000001.xml", ours)
    assert xml.headers["content-type"] == "application/xml"
    assert b"62-2026-000001" in etree.tostring(etree.fromstring(xml.content))
    assert [ask(f"/invoices/62-2026-000009{end}", ours).status_code for end in ("", ".pdf", ".xml")] == [404] * 3


def test_a_long_list_is_read_by_parts(billed, ask, token):
    ours, numbers, cursor = token(), [], None
    while True:
        part = ask("/invoices", ours, limit=2, **({"cursor": cursor} if cursor else {})).json()
        numbers += [each["number"] for each in part["items"]]
        cursor = part["next"]
        if cursor is None:
            break
    assert numbers == [f"62-2026-00000{rank}" for rank in (1, 2, 3)]
    assert ask("/invoices", ours, cursor=str(uuid.uuid4())).status_code == 404


def test_a_token_opens_its_own_cdg_and_what_was_ticked(billed, ask, token, parties):
    theirs = token(manager=parties.elsewhere)
    for what in ("members", "conventions", "calls", "invoices"):
        assert ask(f"/{what}", theirs).json() == {"items": [], "next": None}
        others = [scope for scope in Scope if scope != what]
        refused = ask(f"/{what}", token(*others))
        assert (refused.status_code, refused.json()["detail"]) == (403, f"Ce jeton n’ouvre pas « {what} ».")
    for hidden in (f"/members/{ZUDAUSQUES}", "/invoices/62-2026-000001", "/invoices/62-2026-000001.pdf"):
        assert ask(hidden, theirs).status_code == 404


def test_the_event_of_an_invoice_says_what_the_api_says(billed, ask, token, told):
    """The same invoice, told and asked for."""
    public = told(events.InvoiceIssued)
    listed = {each["number"]: each for each in ask("/invoices", token()).json()["items"]}
    assert len(public) == len(listed) == 3
    for event in public:
        said = listed[event.number]
        assert (event.member.siren, event.member.name) == (said["member"]["siren"], said["member"]["name"])
        assert event.invoice_id == said["id"]
        assert said["kind"] == {"380": "invoice", "381": "credit_note"}[event.kind]
        assert (event.issued_on, event.due_on) == (said["issued_on"], said["due_on"])
        assert Money(event.net_cents) == Money.of(said["net"])
        assert Money(event.tax_cents) == Money.of(said["tax"])


def test_nothing_says_who_a_person_is(billed, ask, token):
    """Referents, who declared, managers: their names are in the database, and in no answer."""
    ours = token()
    said = "".join(ask(f"/{what}", ours).text for what in ("members", "conventions", "calls", "invoices"))
    assert "Zudausques" in said
    for person in ("Maxime", "Essai", "Lou Factice", "Camille", "Dominique", "Secrétaire", "@", "03 53"):
        assert person not in said


def test_without_a_token_that_works_nothing_is_told(billed, ask, token, clock, uow, parties):
    short = token(days=1)
    assert ask("/members", short).status_code == 200
    clock.advance(timedelta(days=1))
    for wrong in ("", "pvapi_unknown", short):
        answer = ask("/members", wrong)
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
        assert answer.headers["www-authenticate"] == "Bearer"
    assert ask("/orders", token()).status_code == 404


# Never drawn: what the description promises is what is checked, for every operation.
_CHECKED = settings(
    max_examples=7,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)


@pytest.mark.filterwarnings("ignore")
def test_every_answer_is_as_the_description_says(billed, site, token):
    """Schemathesis: status codes, media types and bodies, for requests that fit the description and others."""
    headers = {"Authorization": f"Bearer {token()}"}
    schema = openapi.from_url(f"{site}/api/v1/openapi.json")
    checked = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        checked.add(operation.path)

        @_CHECKED
        @given(case=operation.as_strategy())
        def conforms(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=headers)

        conforms()
    assert checked == set(json.loads(client().get(f"{site}/api/v1/openapi.json").text)["paths"])
    assert len(checked) == 8


def test_a_manager_makes_a_token_sees_it_once_and_revokes_it(visitor, ask, uow):
    manager = visitor("gestion-1")
    manager.get("/acces-api")
    refused = manager.post("/acces-api", {"name": "", "expires_on": "2020-01-01"})
    assert refused.status_code == 422
    for words in ("Indiquez quel système", "Cochez au moins une ressource", "doit être un jour à venir"):
        assert words in manager.text
    manager.post("/acces-api", {"name": "Trésorerie", "scopes": "calls", "expires_on": "2027-03-10"})
    made = re.search(r"pvapi_[\w-]{43}", manager.page)[0]
    assert ask("/calls", made).status_code == 200
    assert made not in manager.get("/acces-api").text
    with uow("look") as tx:
        assert made.encode() not in tx.session.scalars(select(api_tokens.c.token_hash)).one()
    assert "10 mars 2026" in manager.text
    revoking = manager.link("Révoquer")
    assert visitor("gestion-60").get(revoking).status_code == 404
    manager.get(revoking)
    manager.post(revoking)
    assert "refusé dès maintenant" in manager.text
    assert ask("/calls", made).status_code == 401
