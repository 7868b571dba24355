"""Screening, prise en charge, dialogue and closing: what each may see, and what the reporter is told."""

import secrets
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from casework.domain.statuses import NotNow, Status
from casework.store import tables
from casework.usecases import handling, reading
from casework.usecases.desk import NoSuchCase
from casework.usecases.screening import release
from paravent.casework.v1 import events_pb2 as told
from paravent.casework.v1.content_pb2 import Notice


def last(world, reporter, kind: str) -> list[Notice]:
    return [notice for notice in world.told(reporter) if notice.WhichOneof("body") == kind]


def statuses(world, reporter) -> set[str]:
    return {notice.status.status for notice in last(world, reporter, "status")}


def test_referents_read_the_screened_version_and_only_that(world, town):
    reporter = world.file(town, what="Jeanne Canari, seule comptable, a été insultée.", where="Au bureau 12")
    case_id = world.release(reporter, what="[masqué] a été insultée.")
    view = reading.show_to_handler(world.uow, world.desk, world.staff("referent-1"), case_id)
    assert view.screened.what == "[masqué] a été insultée."
    assert view.screened.where == "Au bureau 12"
    assert view.original.what == ""
    with world.uow("test") as tx:
        assert tx.texts.original(world.staff("referent-1"), case_id) is None
        assert tx.files.originals(world.staff("referent-1"), case_id) == []
    original = reading.show_to_screener(world.uow, world.desk, world.staff("screener-1"), case_id)
    assert original.original.what.startswith("Jeanne Canari")
    assert original.screened.what == "[masqué] a été insultée."


def test_a_case_is_released_once(world, town):
    case_id = world.release(world.file(town), what="Première version")
    with pytest.raises(NotNow):
        release(world.uow, world.desk, world.staff("screener-1"), case_id, {"what": "Autre"})
    view = reading.show_to_handler(world.uow, world.desk, world.staff("referent-1"), case_id)
    assert view.screened.what == "Première version"


def test_a_handler_cannot_release(world, town):
    reporter = world.file(town)
    world.open_all()
    with pytest.raises(NoSuchCase):
        release(world.uow, world.desk, world.staff("referent-1"), world.case_of(reporter).case_id, {})


def test_the_prise_en_charge_stops_the_services_clock_and_is_told(world, town):
    reporter = world.file(town)
    case_id = world.release(reporter)
    world.clock.advance(timedelta(days=3))
    handling.take_in_charge(world.uow, world.desk, world.staff("referent-1"), case_id)
    clocks = {row.rule: row for row in world.rows(tables.deadlines)}
    assert clocks["take_charge"].met_day == date(2026, 11, 23)
    assert clocks["open_inquiry"].met_day is None
    assert statuses(world, reporter) == {"screening", "released", "in_charge"}
    with pytest.raises(NotNow):
        handling.take_in_charge(world.uow, world.desk, world.staff("referent-2"), case_id)


def test_for_an_alert_the_three_months_run_from_the_acknowledgement(world, town):
    world.clock.instant = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    reporter = world.file(town, regime="alert", acts=[])
    case_id = world.release(reporter)
    before = {row.rule: row.due_day for row in world.rows(tables.deadlines)}
    assert before == {"acknowledge": date(2026, 12, 1), "feedback": date(2027, 3, 1)}
    world.clock.instant = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    handling.take_in_charge(world.uow, world.desk, world.staff("referent-1"), case_id)
    after = {row.rule: row for row in world.rows(tables.deadlines)}
    assert after["acknowledge"].met_day == date(2026, 11, 24)
    assert after["feedback"].due_day == date(2027, 2, 24)


def test_a_message_reaches_the_reporter_once_signed_and_without_a_name(world, town):
    reporter = world.file(town)
    case_id = world.release(reporter)
    notice_id = secrets.token_bytes(16)
    for _ in range(2):
        handling.write_message(
            world.uow,
            world.desk,
            world.staff("referent-1"),
            case_id,
            notice_id=notice_id,
            author="Référente signalement",
            text="Pouvez-vous préciser ?",
        )
    [notice] = last(world, reporter, "message")
    assert (notice.message.author, notice.message.text) == ("Référente signalement", "Pouvez-vous préciser ?")
    assert (notice.notice_id, notice.ref) == (notice_id, reporter.ref)


def test_opening_the_case_tells_the_reporter_once_that_their_messages_were_read(world, town):
    reporter = world.file(town)
    message_id = world.speak(reporter, "Voici la suite")
    case_id = world.release(reporter)
    reading.show_to_screener(world.uow, world.desk, world.staff("screener-1"), case_id)
    assert last(world, reporter, "read") == []
    for person in ("referent-1", "referent-2", "referent-1"):
        reading.show_to_handler(world.uow, world.desk, world.staff(person), case_id)
    [notice] = last(world, reporter, "read")
    assert list(notice.read.message_ids) == [message_id]


def test_what_the_reporter_has_read_is_shown_to_the_handler(world, town):
    reporter = world.file(town)
    case_id = world.release(reporter)
    notice_id = secrets.token_bytes(16)
    person = world.staff("referent-1")
    handling.write_message(world.uow, world.desk, person, case_id, notice_id=notice_id, author="R", text="Bonjour")
    world.speak(reporter, read=[notice_id])
    world.open_all()
    said = reading.show_to_handler(world.uow, world.desk, person, case_id).said
    assert [(line.by, line.read) for line in said if line.text] == [("handler", True)]


def test_a_read_receipt_marks_nothing_of_another_case(world, town):
    first, second = (world.file(town) for _ in range(2))
    case_id = world.release(first)
    world.release(second)
    notice_id = secrets.token_bytes(16)
    handling.write_message(
        world.uow, world.desk, world.staff("referent-1"), case_id, notice_id=notice_id, author="R", text="Bonjour"
    )
    world.speak(second, read=[notice_id])
    world.open_all()
    with world.database.engine.connect() as connection:
        query = select(tables.messages.c.read_day).where(tables.messages.c.message_id == notice_id)
        assert connection.scalar(query) is None


def test_a_new_message_calls_those_who_see_the_case(world, town):
    reporter = world.file(town)
    world.release(reporter)
    world.speak(reporter, "Encore")
    world.open_all()
    called = {e.person_id for e in world.events(told.AttentionNeeded) if e.reason == told.ATTENTION_REASON_NEW_MESSAGE}
    assert called == {"screener-1", "referent-1", "referent-2"}


def test_closing_needs_an_explanation_and_gives_it_to_the_reporter(world, town):
    reporter = world.file(town)
    case_id = world.release(reporter)
    person = world.staff("referent-1")
    with pytest.raises(NotNow):
        handling.close(world.uow, world.desk, person, case_id, "Trop tôt")
    handling.take_in_charge(world.uow, world.desk, person, case_id)
    for text in ("", "   ", "x" * 8000):
        with pytest.raises(handling.TextRefused):
            handling.close(world.uow, world.desk, person, case_id, text)
    handling.close(world.uow, world.desk, person, case_id, "Des mesures ont été prises.")
    assert world.case_of(reporter).status == Status.CLOSED
    closed = [n for n in last(world, reporter, "status") if n.status.status == "closed"]
    assert [n.status.explanation for n in closed] == ["Des mesures ont été prises."]


def test_every_look_is_written_down(world, town):
    case_id = world.release(world.file(town))
    reading.show_to_screener(world.uow, world.desk, world.staff("screener-1"), case_id)
    reading.show_to_handler(world.uow, world.desk, world.staff("referent-1"), case_id)
    noted = sorted((row.person_id, row.action) for row in world.rows(tables.access_journal))
    assert noted == [
        ("referent-1", "read_screened"),
        ("screener-1", "read_original"),
        ("screener-1", "released"),
    ]
