"""Asking who the reporter is: once, for one handler, and how each answer shows on the case."""

import secrets
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from casework.domain.identity import Standing
from casework.domain.statuses import NotNow
from casework.store import tables
from casework.usecases import asking, handling, reading
from casework.usecases.asking import AlreadyAsked, Ask, AskRefused
from casework.usecases.demanding import make_block
from casework.usecases.desk import NoSuchCase
from casework.usecases.vault_keys import NoVaultKey
from chassis.sealing import demands
from chassis.sealing.labels import is_label
from paravent.casework.v1 import events_pb2 as told
from paravent.intake.v1.content_pb2 import IdentityAnswer

from .world import VERIFIER

UNTIL = date(2026, 12, 20)


def wanted(**changes) -> Ask:
    given = {
        "request_id": secrets.token_bytes(16),
        "name": "Claire Martin",
        "body": "Wancourt (référents signalement)",
        "purpose": "protection",
        "reason": "Pour demander votre protection fonctionnelle.",
        "fields": ["contact", "name"],
        "until": UNTIL,
    }
    return Ask(**(given | changes))


@pytest.fixture
def reporter(world, town):
    return world.file(town, identity_choice="confidential")


@pytest.fixture
def case_id(world, reporter):
    made = world.release(reporter)
    handling.take_in_charge(world.uow, world.desk, world.staff("referent-1"), made)
    return made


def ask(world, case_id, person: str = "referent-1", **changes) -> Ask:
    request = wanted(**changes)
    asking.ask(world.uow, world.desk, world.staff(person), case_id, request)
    return request


def answer(world, reporter, request: Ask, decision: str, *, after: int = 0, effective_at: str = "", **more) -> None:
    given = IdentityAnswer(request_id=request.request_id, decision=decision, effective_at=effective_at, **more)
    world.speak(reporter, answer=given, at=world.clock.now() + timedelta(seconds=after))
    world.open_all()


def shown(world, case_id, person: str = "referent-1") -> asking.IdentityView:
    return reading.show_to_handler(world.uow, world.desk, world.staff(person), case_id).identity


def requests_told(world, reporter) -> list:
    return [n.identity_request for n in world.told(reporter) if n.WhichOneof("body") == "identity_request"]


def test_a_request_reaches_the_reporter_signed_and_names_the_one_who_asks(world, reporter, case_id):
    made = ask(world, case_id)
    [request] = requests_told(world, reporter)
    assert (request.issuer, request.subject, request.name) == (world.issuer, "referent-1", "Claire Martin")
    assert (request.request_id, request.purpose, list(request.fields)) == (
        made.request_id,
        "protection",
        ["name", "contact"],
    )
    assert (request.until, request.regime, request.body) == ("2026-12-20", "avdhas", made.body)
    assert request.case_label == shown(world, case_id).label
    noted = [row.action for row in world.rows(tables.access_journal) if row.action == "asked_identity"]
    assert len(noted) == 1


def test_a_double_click_is_one_request(world, reporter, case_id):
    request = wanted()
    for _ in range(2):
        asking.ask(world.uow, world.desk, world.staff("referent-1"), case_id, request)
    assert len(requests_told(world, reporter)) == 1
    assert len(world.rows(tables.identity_requests)) == 1


def test_nobody_is_asked_twice_while_the_answer_may_come(world, reporter, case_id):
    first = ask(world, case_id)
    with pytest.raises(AlreadyAsked):
        ask(world, case_id)
    ask(world, case_id, "referent-2")  # another person: the reporter may know one and not the other
    answer(world, reporter, first, "refused")
    ask(world, case_id)
    assert len(requests_told(world, reporter)) == 3


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"purpose": "curiosity"}, ("purpose",)),
        ({"reason": "  "}, ("reason",)),
        ({"reason": "é" * 3000}, ("reason",)),
        ({"fields": []}, ("fields",)),
        ({"fields": ["name", "address"]}, ("fields",)),
        ({"until": date(2026, 11, 20)}, ("until",)),
        ({"until": date(2026, 11, 20) + timedelta(days=181)}, ("until",)),
        ({"until": None, "name": " "}, ("until", "name")),
    ],
)
def test_what_is_asked_is_checked(world, reporter, case_id, changes, parts):
    with pytest.raises(AskRefused) as refused:
        ask(world, case_id, **changes)
    assert refused.value.parts == parts
    assert requests_told(world, reporter) == []


def test_only_a_handler_of_a_case_in_charge_may_ask(world, town, reporter):
    case_id = world.release(reporter)
    with pytest.raises(NotNow):
        ask(world, case_id)
    handling.take_in_charge(world.uow, world.desk, world.staff("referent-1"), case_id)
    for person in ("screener-1", "authority-1"):
        with pytest.raises(NoSuchCase):
            ask(world, case_id, person)
    handling.close(world.uow, world.desk, world.staff("referent-1"), case_id, "Des mesures ont été prises.")
    with pytest.raises(NotNow):
        ask(world, case_id)


def test_an_agreement_is_pending_then_effective_then_over(world, reporter, case_id):
    request = ask(world, case_id)
    effective = world.clock.now() + timedelta(hours=24)
    answer(world, reporter, request, "agreed", effective_at=effective.isoformat())
    [seen] = shown(world, case_id).asked
    assert (seen.standing, seen.effective) == (Standing.PENDING, date(2026, 11, 21))
    world.clock.advance(timedelta(hours=24))
    assert shown(world, case_id).asked[0].standing is Standing.EFFECTIVE
    world.clock.instant = datetime(2026, 12, 21, 9, 0, tzinfo=UTC)
    assert shown(world, case_id).asked[0].standing is Standing.EXPIRED


def test_who_asked_and_nobody_else_is_called(world, reporter, case_id):
    request = ask(world, case_id)
    answer(world, reporter, request, "refused")
    called = [e.person_id for e in world.events(told.AttentionNeeded) if e.reason == 5]
    assert called == ["referent-1"]
    assert shown(world, case_id, "referent-2").asked[0].mine is False


@pytest.mark.parametrize("order", list(permutations(["agreed", "hastened", "withdrawn"])))
def test_answers_that_come_in_any_order_end_the_same(world, reporter, case_id, order):
    request = ask(world, case_id)
    when = {"agreed": 0, "hastened": 60, "withdrawn": 120}
    for decision in order:
        answer(world, reporter, request, decision, after=when[decision])
    assert shown(world, case_id).asked[0].standing is Standing.WITHDRAWN


def test_a_hastened_agreement_is_effective_at_once(world, reporter, case_id):
    request = ask(world, case_id)
    answer(world, reporter, request, "hastened", after=-1)
    answer(world, reporter, request, "agreed", after=-60, effective_at="2026-11-21T09:30:00Z")
    assert shown(world, case_id).asked[0].standing is Standing.EFFECTIVE


@pytest.mark.parametrize(
    "spoilt",
    [
        {"decision": "perhaps"},
        {"decision": "asked"},
        {"decision": "agreed", "effective_at": "tomorrow"},
        {"decision": "agreed", "effective_at": "2026-11-21T09:30:00"},
    ],
)
def test_an_answer_that_is_none_changes_nothing_and_blocks_nobody(world, reporter, case_id, spoilt):
    request = ask(world, case_id)
    world.speak(reporter, answer=IdentityAnswer(request_id=request.request_id, **spoilt))
    world.speak(reporter, "Bonjour")
    world.open_all()
    assert shown(world, case_id).asked[0].standing is Standing.WAITING
    assert [row.state for row in world.rows(tables.inbound)].count("opened") == 3


def test_the_reporter_of_another_case_answers_nothing_here(world, town, reporter, case_id):
    request = ask(world, case_id)
    stranger = world.file(town)
    world.release(stranger)
    answer(world, stranger, request, "agreed")
    assert shown(world, case_id).asked[0].standing is Standing.WAITING


def test_casework_keeps_no_consent_id(world, reporter, case_id):
    request = ask(world, case_id)
    answer(world, reporter, request, "agreed", consent_id=b"c" * 16)
    [row] = world.rows(tables.identity_requests)
    with world.uow("test") as tx:
        case = tx.cases.find(case_id)
    from casework.usecases.sealing import CaseSeal

    seal = CaseSeal(case_id, world.desk.case_keys.unwrap([(case_id, case.wrapped_key)])[0])
    kept = seal.open_answer(row.request_id, row.sealed_answer)
    assert (kept.answer.decision, kept.answer.consent_id) == ("agreed", b"")


def test_a_code_is_drawn_for_each_case_and_stays(world, town):
    ids = [world.release(world.file(town)) for _ in range(3)]
    labels = [shown(world, case_id).label for case_id in ids]
    assert len(set(labels)) == 3
    assert [shown(world, case_id).label for case_id in ids] == labels


@pytest.mark.parametrize(("drawn", "kept"), [("K7Q-4F3", True), ("KLO-000", False), ("", False)])
def test_the_code_that_intake_drew_is_the_cases_own_if_it_is_one(world, town, drawn, kept):
    reporter = world.reporter()
    report = world.content(reporter, town)
    report.case_label = drawn
    world.send(reporter, report)
    case_id = world.release(reporter)
    assert (shown(world, case_id).label == drawn) is kept
    assert is_label(shown(world, case_id).label)


def test_an_unread_answer_raises_the_case_in_the_list(world, town, reporter, case_id):
    request = ask(world, case_id)
    for _ in range(3):
        world.clock.advance(timedelta(days=1))
        world.release(world.file(town))
    answer(world, reporter, request, "refused")
    person, statuses = world.staff("referent-1"), reading.HANDLED
    rows, _ = reading.list_cases(world.uow, person, reading.Quality.HANDLER, statuses, 1)
    assert (rows[0].case_id, rows[0].answers) == (case_id, 1)
    shown(world, case_id)
    rows, _ = reading.list_cases(world.uow, person, reading.Quality.HANDLER, statuses, 1)
    assert rows[-1].case_id == case_id


def test_an_unread_message_raises_the_case_in_the_list(world, town):
    old = world.file(town)
    case_id = world.release(old)
    world.clock.advance(timedelta(days=1))
    world.release(world.file(town))
    world.speak(old, "Encore un mot")
    world.open_all()
    rows, _ = reading.list_cases(world.uow, world.staff("referent-1"), reading.Quality.HANDLER, reading.HANDLED, 1)
    assert (rows[0].case_id, rows[0].unread) == (case_id, 1)


def test_the_block_of_a_judicial_demand_says_the_report_to_the_verifier_alone(world, reporter, case_id):
    block = make_block(world.uow, world.desk, world.staff("referent-1"), case_id)
    token = demands.open_frame(demands.read_frame(block), VERIFIER.secret)
    assert (token.ref, token.regime, token.issued_on) == (reporter.ref, "avdhas", "2026-11-20")
    assert token.case_label == shown(world, case_id).label
    assert [row.person_id for row in world.rows(tables.access_journal) if row.action == "made_judicial_demand"] == [
        "referent-1"
    ]
    with pytest.raises(NoSuchCase):
        make_block(world.uow, world.desk, world.staff("authority-1"), case_id)


def test_without_the_verifiers_key_no_block_is_made(world, case_id):
    with world.uow("test") as tx:
        tx.session.execute(tables.vault_keys.update().values(signed=b"forged"))
    with pytest.raises(NoVaultKey):
        make_block(world.uow, world.desk, world.staff("referent-1"), case_id)
    assert [row for row in world.rows(tables.access_journal) if row.action == "made_judicial_demand"] == []
