"""A reporter took new words: replies go to them, and to nobody who cannot open the report."""

import secrets
from datetime import timedelta

import pytest

from casework.store import tables
from casework.usecases import handling, receiving
from chassis.sealing import age
from chassis.sealing.age import CannotOpen
from chassis.sealing.notices import open_notice
from paravent.casework.v1.events_pb2 import ReporterNotified
from paravent.intake.v1 import content_pb2 as intake
from paravent.intake.v1.events_pb2 import ReporterSpoke

from .world import CDG


@pytest.fixture
def reporter(world, town):
    made = world.file(town)
    world.open_all()
    return made


@pytest.fixture
def take_words(world, reporter):
    """The reporter takes new words; answers the keys that these give."""

    def take(*, proof: bytes | None = None, recipient: str = "", after: int = 0) -> age.Identity:
        keys = age.new_identity()
        told = intake.Readdressing(recipient=recipient or keys.recipient, proof=proof or reporter.ref)
        message = intake.ReporterMessage(recipient=told)
        message.written_at.FromDatetime(world.clock.now() + timedelta(minutes=after))
        with world.uow("test") as tx:
            receiving.receive_message(
                tx,
                ReporterSpoke(
                    report_id=reporter.report_id,
                    cdg_id=CDG,
                    key_period="2026-11",
                    message_id=secrets.token_bytes(16),
                    envelope=world.seal(message.SerializeToString()),
                ),
            )
        return keys

    return take


def told_next(world, reporter) -> list[bytes]:
    """What casework tells once a referent takes the case in charge."""
    known = [event.envelope for event in world.events(ReporterNotified)]
    handling.take_in_charge(world.uow, world.desk, world.staff("referent-1"), world.release(reporter))
    return [event.envelope for event in world.events(ReporterNotified) if event.envelope not in known]


def opens(world, reporter, keys: age.Identity, envelope: bytes) -> bool:
    signers = [world.notices.public_key(CDG)]
    try:
        open_notice(envelope, report_id=reporter.report_id, signers=signers, identity=keys.secret)
    except CannotOpen:
        return False
    return True


def test_replies_go_to_the_new_words_alone_and_the_bell_rings_once(world, reporter, take_words):
    rings = len(world.rows(tables.reach_queue))
    new = take_words()
    world.open_all()
    assert len(world.rows(tables.reach_queue)) == rings + 1
    told = told_next(world, reporter)
    assert told
    assert all(opens(world, reporter, new, envelope) for envelope in told)
    assert not any(opens(world, reporter, reporter.keys, envelope) for envelope in told)
    assert world.rows(tables.messages)
    assert not [row for row in world.rows(tables.messages) if row.author == "reporter"]  # nothing to read for handlers


def test_without_what_stands_inside_the_report_nobody_turns_replies_away(world, reporter, take_words):
    thief = take_words(proof=secrets.token_bytes(16))
    world.open_all()
    told = told_next(world, reporter)
    assert all(opens(world, reporter, reporter.keys, envelope) for envelope in told)
    assert not any(opens(world, reporter, thief, envelope) for envelope in told)


@pytest.mark.parametrize("nobody", ["age1", "nobody@exemple.fr"])
def test_what_takes_no_replies_is_refused(world, reporter, take_words, nobody):
    take_words(recipient=nobody)
    world.open_all()
    assert all(opens(world, reporter, reporter.keys, envelope) for envelope in told_next(world, reporter))


def test_changes_that_come_in_any_order_end_with_the_last_words(world, reporter, take_words):
    newest = take_words(after=20)
    world.open_all()
    take_words(after=10)
    take_words(after=5)
    world.open_all()
    assert all(opens(world, reporter, newest, envelope) for envelope in told_next(world, reporter))


def test_a_change_that_comes_before_its_case_waits_for_it(world, town, take_words, reporter):
    [row] = [row for row in world.rows(tables.inbound) if row.kind == "report"]
    assert row.state == "opened"
    late = world.reporter()
    keys = age.new_identity()
    message = intake.ReporterMessage(recipient=intake.Readdressing(recipient=keys.recipient, proof=late.ref))
    message.written_at.FromDatetime(world.clock.now() + timedelta(minutes=1))
    event = ReporterSpoke(
        report_id=late.report_id,
        cdg_id=CDG,
        key_period="2026-11",
        message_id=secrets.token_bytes(16),
        envelope=world.seal(message.SerializeToString()),
    )
    with world.uow("test") as tx:
        receiving.receive_message(tx, event)
    world.open_all()
    world.send(late, world.content(late, town))
    world.open_all()
    assert all(opens(world, late, keys, envelope) for envelope in told_next(world, late))
