"""From an envelope to a case: once, whole, under a key of its own, and nothing lost on the way."""

import secrets
from datetime import UTC, date, datetime

import pytest

from casework.gateways.month_keys import MonthKeyFolder
from casework.store import tables
from casework.usecases.opening import open_reports
from casework.usecases.ports import KeysAway
from casework.usecases.repairing import awaken, try_again
from paravent.casework.v1 import events_pb2 as told
from paravent.intake.v1.events_pb2 import ReportSubmitted


def states(world) -> list[str]:
    return sorted(row.state for row in world.rows(tables.inbound))


def test_a_report_becomes_one_case_and_tells_everybody_in_the_same_transaction(world, town):
    reporter = world.file(town, acts=["DISCRIMINATION", "MENACE"])
    world.open_all()

    case = world.case_of(reporter)
    assert (case.status, case.main_act, case.pool, case.flagged) == ("screening", "DISCRIMINATION", "member", False)
    assert [e.report_id for e in world.events(told.CaseOpened)] == [reporter.report_id]
    attention = [(e.person_id, e.reason) for e in world.events(told.AttentionNeeded)]
    assert attention == [("screener-1", told.ATTENTION_REASON_TO_SCREEN)]
    [figures] = world.events(told.FiguresChanged)
    [delta] = figures.deltas
    assert (delta.month, delta.act, delta.size_band, delta.delta) == ("2026-11", "DISCRIMINATION", "20-49", 1)
    [notice] = world.told(reporter)
    assert notice.status.status == "screening"
    assert notice.ref == reporter.ref


def test_the_queue_keeps_no_envelope_of_an_opened_report(world, town):
    world.file(town)
    world.open_all()
    [row] = world.rows(tables.inbound)
    assert (row.state, row.envelope) == ("opened", None)


def test_the_same_report_twice_is_one_case(world, town):
    reporter = world.file(town)
    world.open_all()
    world.send(reporter, world.content(reporter, town))
    world.open_all()
    assert len(world.rows(tables.cases)) == 1
    assert len(world.events(told.CaseOpened)) == 1


def test_a_failure_after_the_case_was_written_leaves_neither_case_nor_event(world, town, monkeypatch):
    reporter = world.file(town)
    monkeypatch.setattr("casework.usecases.opening._tell", lambda *_: (_ for _ in ()).throw(KeysAway()))
    with pytest.raises(KeysAway):
        open_reports(world.uow, world.opening, 10)
    assert world.rows(tables.cases) == []
    assert world.rows(tables.outbox) == []
    monkeypatch.undo()
    world.open_all()
    assert world.case_of(reporter) is not None


def test_the_legal_clocks_start_at_the_true_time_not_at_the_opening(world, town):
    world.clock.instant = datetime(2026, 11, 10, 23, 30, tzinfo=UTC)  # 11 November in Paris, a public holiday
    reporter = world.file(town)
    world.clock.instant = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    world.open_all()
    clocks = {row.rule: row for row in world.rows(tables.deadlines)}
    assert world.case_of(reporter).filed_day == date(2026, 11, 11)
    assert clocks["inform"].met_day == date(2026, 11, 11)
    assert clocks["take_charge"].due_day == date(2026, 11, 16)  # 12, 13, then Monday 16
    assert clocks["open_inquiry"].due_day == date(2027, 1, 11)


def test_poison_is_set_aside_and_blocks_nobody(world, town):
    for envelope in (secrets.token_bytes(2000), world.seal(b"\xff\xff\xff"), world.seal(b"")):
        world.queue(
            ReportSubmitted(report_id=secrets.token_bytes(16), cdg_id="cdg-62", key_period="2026-11", envelope=envelope)
        )
    reporter = world.file(town)
    world.open_all()
    assert states(world) == ["opened", "unopenable", "unopenable", "unopenable"]
    assert all(row.envelope for row in world.rows(tables.inbound) if row.state == "unopenable")
    assert world.case_of(reporter) is not None


def test_a_report_that_cannot_be_stored_is_found_among_the_others_and_set_aside(world, town):
    broken = world.reporter()
    content = world.content(broken, town)
    content.reporter_recipient = "age1notarecipient"
    world.send(broken, content)
    good = [world.file(town) for _ in range(5)]
    world.open_all()
    assert states(world) == ["opened"] * 5 + ["unopenable"]
    assert all(world.case_of(reporter) for reporter in good)


def test_a_report_without_its_month_key_is_opened_once_the_key_is_back(world, town, tmp_path):
    reporter = world.file(town)
    folder = world.keys_dir / "cdg-62"
    folder.rename(tmp_path / "lost")
    world.open_all()
    assert states(world) == ["unopenable"]
    (tmp_path / "lost").rename(folder)
    assert try_again(world.uow) == 1
    world.open_all()
    assert world.case_of(reporter) is not None


def test_a_month_named_by_an_attacker_is_not_a_path(world):
    keys = MonthKeyFolder(world.keys_dir)
    from chassis.sealing.age import CannotOpen

    for cdg_id, period in (("../../etc", "2026-11"), ("cdg-62", "../2026-11"), ("cdg/62", "2026-11")):
        with pytest.raises(CannotOpen, match="month"):
            keys.open(cdg_id, period, b"")


def test_a_report_of_a_member_not_yet_known_waits_for_it(world):
    reporter = world.file("town-unknown")
    world.open_all()
    assert states(world) == ["postponed"]
    world.member("town-unknown")
    world.open_all()
    assert world.case_of(reporter) is not None


def test_what_a_reporter_says_before_the_case_is_open_waits_for_it(world, town):
    reporter = world.reporter()
    world.speak(reporter, "J'ai oublié de dire…")
    world.open_all()
    assert states(world) == ["postponed"]
    world.send(reporter, world.content(reporter, town))
    world.open_all()
    assert states(world) == ["opened", "opened"]
    assert [row.author for row in world.rows(tables.messages) if row.kind == "text"] == ["reporter"]
    reasons = [e.reason for e in world.events(told.AttentionNeeded)]
    assert sorted(reasons) == [told.ATTENTION_REASON_TO_SCREEN, told.ATTENTION_REASON_NEW_MESSAGE]


def test_a_message_postponed_behind_our_back_is_looked_at_again(world, town):
    reporter = world.file(town)
    world.open_all()
    world.speak(reporter, "Bonjour")
    with world.uow("test") as tx:
        tx.inbound.postpone([row.inbound_id for row in world.rows(tables.inbound) if row.kind == "message"])
    assert awaken(world.uow) == 1
    world.open_all()
    assert states(world) == ["opened", "opened"]


def test_while_openbao_is_away_nothing_is_set_aside(world, town, bao_access):
    from casework.gateways.openbao import Session, TransitCaseKeys

    reporter = world.file(town)
    away = TransitCaseKeys(Session("http://127.0.0.1:9", "role", "secret"), bao_access.mount, "case-keys")
    opening = type(world.opening)(
        world.opening.month_keys, away, world.notices, world.opening.calendar, world.opening.target, world.vault
    )
    with pytest.raises(KeysAway):
        open_reports(world.uow, opening, 10)
    assert states(world) == ["waiting"]
    world.open_all()
    assert world.case_of(reporter) is not None


def test_while_the_month_keys_are_out_of_reach_nothing_is_set_aside(world, town, tmp_path):
    reporter = world.file(town)
    world.keys_dir.rename(tmp_path / "unmounted")
    with pytest.raises(KeysAway):
        open_reports(world.uow, world.opening, 10)
    assert states(world) == ["waiting"]
    (tmp_path / "unmounted").rename(world.keys_dir)
    world.open_all()
    assert world.case_of(reporter) is not None


def test_a_wrapped_key_moved_to_another_case_does_not_unwrap(world, town):
    from chassis.sealing.age import CannotOpen

    first, second = (world.file(town) for _ in range(2))
    world.open_all()
    one, other = world.case_of(first), world.case_of(second)
    with pytest.raises(CannotOpen):
        world.desk.case_keys.unwrap([(one.case_id, other.wrapped_key)])
