"""A reporter told a referent their name as they filed: what each handler's page says, and a change of mind."""

import secrets
from datetime import timedelta

import pytest

from casework.domain.identity import Standing
from casework.store import tables
from casework.usecases import handling, reading
from paravent.casework.v1 import events_pb2 as told
from paravent.intake.v1.content_pb2 import IdentityAnswer, KnownTo

LABEL = "K7Q-4F3"


def known_to(world, subject: str, **changes) -> KnownTo:
    made = {
        "request_id": secrets.token_bytes(16),
        "issuer": world.issuer,
        "subject": subject,
        "name": "Claire Martin",
        "body": "Wancourt",
        "purpose": "support",
        "fields": ["name", "contact"],
        "until": (world.clock.now() + timedelta(days=30)).date().isoformat(),
        "effective_at": (world.clock.now() + timedelta(days=1)).isoformat(),
    }
    return KnownTo(**(made | changes))


@pytest.fixture
def confide(world, town):
    """Somebody files, and tells these persons; answers the reporter and the released case."""

    def filed(*known: KnownTo, **answers):
        reporter = world.reporter()
        report = world.content(reporter, town, identity_choice="known", **answers)
        report.case_label = LABEL
        report.known_to.extend(known)
        world.send(reporter, report)
        return reporter, world.release(reporter)

    return filed


def shown(world, case_id, person: str = "referent-1"):
    return reading.show_to_handler(world.uow, world.desk, world.staff(person), case_id).identity


def test_the_person_named_reads_that_the_name_is_theirs_to_see_from_a_day_on(world, confide):
    _, case_id = confide(known_to(world, "referent-1"))
    view = shown(world, case_id)
    [one] = view.asked
    assert (one.mine, one.given_at_filing, one.standing) == (True, True, Standing.PENDING)
    assert one.effective == (world.clock.now() + timedelta(days=1)).date()
    assert not view.anonymous
    assert view.label == LABEL
    assert not view.may_ask
    world.clock.advance(timedelta(days=1))
    assert shown(world, case_id).asked[0].standing is Standing.EFFECTIVE


def test_another_handler_reads_only_that_somebody_named_may_see_it(world, confide):
    _, case_id = confide(known_to(world, "referent-2"))
    [one] = shown(world, case_id).asked
    assert (one.mine, one.name) == (False, "Claire Martin")
    assert shown(world, case_id, "referent-2").asked[0].mine
    assert shown(world, case_id).may_ask


def test_who_was_told_and_does_not_handle_the_case_is_told_nothing_of_it(world, confide):
    """A screener may find in the text that a referent is implicated: the case goes elsewhere."""
    _, elsewhere = confide(known_to(world, "referent-1"), implicated=["REFERENT"])
    assert shown(world, elsewhere, "authority-1").asked[0].mine is False
    with pytest.raises(reading.NoSuchCase):
        shown(world, elsewhere)


def test_the_reporter_who_takes_it_back_is_heard_and_who_was_named_is_called(world, confide):
    known = known_to(world, "referent-1")
    reporter, case_id = confide(known)
    handling.take_in_charge(world.uow, world.desk, world.staff("referent-1"), case_id)
    answer = IdentityAnswer(request_id=known.request_id, decision="withdrawn")
    world.speak(reporter, answer=answer, at=world.clock.now() + timedelta(minutes=5))
    world.open_all()
    view = shown(world, case_id)
    assert view.asked[0].standing is Standing.WITHDRAWN
    assert view.may_ask
    reasons = [event.reason for event in world.events(told.AttentionNeeded) if event.person_id == "referent-1"]
    assert told.AttentionReason.ATTENTION_REASON_IDENTITY_ANSWER in reasons


def test_the_reporter_who_brings_it_forward_is_heard(world, confide):
    known = known_to(world, "referent-1")
    reporter, case_id = confide(known)
    now = world.clock.now() + timedelta(minutes=5)
    answer = IdentityAnswer(request_id=known.request_id, decision="hastened", effective_at=now.isoformat())
    world.speak(reporter, answer=answer, at=now)
    world.open_all()
    world.clock.advance(timedelta(minutes=6))
    assert shown(world, case_id).asked[0].standing is Standing.EFFECTIVE


@pytest.mark.parametrize(
    "changes",
    [
        {"request_id": b"short"},
        {"until": "bientôt"},
        {"effective_at": "2026-11-25"},
        {"purpose": "curiosity"},
        {"fields": ["receipt"]},
        {"name": ""},
    ],
)
def test_an_unsound_agreement_is_left_out_and_the_case_opens_all_the_same(world, confide, changes):
    _, case_id = confide(known_to(world, "referent-1", **changes))
    assert shown(world, case_id).asked == []


def test_nothing_of_it_stands_in_clear(world, confide):
    known = known_to(world, "referent-1")
    confide(known)
    [row] = world.rows(tables.identity_requests)
    assert b"Claire" not in row.sealed + row.sealed_answer
    assert (row.state, row.person_id, row.unread) == ("agreed", "referent-1", False)
