"""Who sees a case, in the store itself: lists, counts, pages, texts, files and bells."""

import uuid
from datetime import timedelta

import pytest

from casework.domain.people import Quality
from casework.domain.statuses import Status
from casework.store import tables
from casework.usecases import handling, reading
from casework.usecases.desk import NoSuchCase
from paravent.casework.v1 import events_pb2 as told

ALL = (Status.SCREENING, Status.RELEASED, Status.IN_CHARGE, Status.CLOSED)


def listed(world, person_id: str) -> int:
    rows, total = reading.list_cases(world.uow, world.staff(person_id), Quality.HANDLER, ALL, 1)
    assert len(rows) == total
    return total


def called(world, reason=told.ATTENTION_REASON_NEW_CASE) -> set[str]:
    return {e.person_id for e in world.events(told.AttentionNeeded) if e.reason == reason}


def assert_no_trace(world, person_id: str, case_id: uuid.UUID) -> None:
    """Nothing that the person can ask differs from what they would get if the case did not exist."""
    person = world.staff(person_id)
    assert listed(world, person_id) == 0
    for attempt in (
        lambda wanted: reading.show_to_handler(world.uow, world.desk, person, wanted),
        lambda wanted: reading.show_to_screener(world.uow, world.desk, person, wanted),
        lambda wanted: handling.take_in_charge(world.uow, world.desk, person, wanted),
        lambda wanted: handling.close(world.uow, world.desk, person, wanted, "Rien"),
        lambda wanted: handling.write_message(
            world.uow, world.desk, person, wanted, notice_id=bytes(16), author="x", text="x"
        ),
    ):
        for wanted in (case_id, uuid.uuid4()):
            with pytest.raises(NoSuchCase):
                attempt(wanted)
    with world.uow("test") as tx:
        assert tx.texts.original(person, case_id) is None
        assert tx.texts.screened(person, case_id) is None
        assert tx.messages.of_case(person, case_id) == []
        assert tx.files.copies(person, case_id) == []
        assert tx.files.originals(person, case_id) == []
        assert tx.deadlines.of_case(person, case_id) == []
    assert not [e for e in world.events(told.AttentionNeeded) if e.person_id == person_id]
    assert not [row for row in world.rows(tables.access_journal) if row.person_id == person_id]


@pytest.mark.parametrize("who", ["AUTORITE_TERRITORIALE", "DGS", "SECRETAIRE_GENERAL", "ELU"])
def test_an_implicated_mayor_leaves_no_trace_of_the_case_to_the_towns_referents(world, town, who):
    reporter = world.file(town, implicated=[who, "COLLEGUE"])
    case_id = world.release(reporter)
    world.speak(reporter, "Et encore ceci")
    world.open_all()
    for person in ("referent-1", "referent-2"):
        assert_no_trace(world, person, case_id)
    assert called(world) == {"authority-1", "authority-2"}
    assert listed(world, "authority-1") == 1


def test_before_the_release_no_referent_sees_that_a_case_exists(world, town):
    reporter = world.file(town)
    world.open_all()
    for person in ("referent-1", "authority-1"):
        assert_no_trace(world, person, world.case_of(reporter).case_id)


def test_a_mayor_found_in_the_text_by_the_screener_is_as_implicated_as_one_who_was_ticked(world, town):
    reporter = world.file(town, implicated=["COLLEGUE"], what="Monsieur le maire me…")
    case_id = world.release(reporter, implicated=["AUTORITE_TERRITORIALE"])
    assert_no_trace(world, "referent-1", case_id)
    assert called(world) == {"authority-1", "authority-2"}


def test_an_implicated_referent_sends_the_case_to_the_cdg(world, town):
    case_id = world.release(world.file(town, implicated=["REFERENT"]))
    assert_no_trace(world, "referent-1", case_id)
    assert called(world) == {"authority-1", "authority-2"}


def test_an_implicated_cdg_leaves_the_case_to_the_screener_and_flags_it(world, town):
    reporter = world.file(town, implicated=["CDG", "AUTORITE_TERRITORIALE"])
    case_id = world.release(reporter)
    for person in ("referent-1", "authority-1"):
        assert_no_trace(world, person, case_id)
    assert world.case_of(reporter).flagged
    handling.write_message(
        world.uow,
        world.desk,
        world.staff("screener-1"),
        case_id,
        notice_id=bytes(16),
        author="x",
        text="Nous cherchons",
    )
    assert "Nous cherchons" in [notice.message.text for notice in world.told(reporter)]


def test_a_named_substitute_takes_the_place_of_the_cdgs_referents(world, town):
    world.habilitate("substitute", "authority_referent", town)
    case_id = world.release(world.file(town, implicated=["DGS"]))
    assert called(world) == {"substitute"}
    assert_no_trace(world, "authority-1", case_id)


def test_a_substitute_who_is_under_the_implicated_person_is_passed_over(world, town):
    world.habilitate("referent-2", "authority_referent", town)
    case_id = world.release(world.file(town, implicated=["DGS"]))
    assert called(world) == {"authority-1", "authority-2"}
    assert_no_trace(world, "referent-2", case_id)


def test_referents_of_another_town_see_nothing(world, town):
    world.member("town-2")
    world.habilitate("elsewhere", "referent", "town-2")
    assert_no_trace(world, "elsewhere", world.release(world.file(town)))


def test_a_screener_of_another_cdg_sees_nothing(world, town):
    world.habilitate("screener-80", "screener", cdg_id="cdg-80")
    assert_no_trace(world, "screener-80", world.release(world.file(town)))


def test_a_new_referent_sees_the_towns_cases_but_not_those_of_the_authority(world, town):
    ordinary = world.release(world.file(town))
    authority = world.release(world.file(town, implicated=["DGS"]))
    pending = world.file(town)
    world.open_all()
    newcomer = world.habilitate("newcomer", "referent", town)
    assert listed(world, "newcomer") == 1
    assert reading.show_to_handler(world.uow, world.desk, newcomer, ordinary).row.case_id == ordinary
    for hidden in (authority, world.case_of(pending).case_id):
        with pytest.raises(NoSuchCase):
            reading.show_to_handler(world.uow, world.desk, newcomer, hidden)


def test_a_habilitation_opens_nothing_before_its_day_and_nothing_after_its_end(world, town):
    later = (world.clock.now() + timedelta(hours=48)).isoformat()
    end = (world.clock.now() + timedelta(days=10)).isoformat()
    world.habilitate("future", "referent", town, valid_from=later, valid_until=end)
    world.release(world.file(town))
    assert world.staff("future") is None
    assert "future" not in called(world)
    world.clock.advance(timedelta(days=3))
    assert listed(world, "future") == 1
    world.clock.advance(timedelta(days=8))
    assert world.staff("future") is None


def test_a_removed_referent_loses_the_case_in_the_middle_of_the_session(world, town):
    case_id = world.release(world.file(town))
    person = world.staff("referent-1")
    world.habilitate("referent-1", "referent", town, version=2, valid_until="2026-11-01T00:00:00Z")
    with pytest.raises(NoSuchCase):
        reading.show_to_handler(world.uow, world.desk, person, case_id)
    world.habilitate("referent-1", "referent", town, version=1)
    assert world.staff("referent-1") is None, "an older version brings nobody back"


def test_an_account_that_stands_for_two_persons_lets_nobody_in(world, town):
    from casework.store.people import AmbiguousPerson
    from casework.usecases.receiving import record_habilitation
    from paravent.billing.v1.events_pb2 import HabilitationBound

    event = HabilitationBound(
        habilitation_id="h-other",
        version=1,
        person_id="another-person",
        issuer="https://id.example.org",
        subject="referent-1",
        role="HABILITATION_ROLE_REFERENT",
        cdg_id="cdg-62",
        member_id=town,
        valid_from="2026-01-01T00:00:00Z",
    )
    with world.uow("test") as tx:
        record_habilitation(tx, event)
    with pytest.raises(AmbiguousPerson):
        world.staff("referent-1")
