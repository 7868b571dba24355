"""What the relay does with an outbox when all goes well, and when it does not."""

import datetime as dt
import threading
import uuid
from collections import Counter

import pytest
from sqlalchemy import select

from chassis.bus import topology
from chassis.clock import PARIS, FixedClock
from chassis.outbox import Outbox
from chassis.relay import Relay, ReleaseSchedule
from chassis.testing import eventually
from paravent.casework.v1.events_pb2 import CaseOpened, FiguresChanged
from paravent.intake.v1.events_pb2 import ReportSubmitted

OPENED = "paravent.casework.v1.CaseOpened"
DAY = dt.date(2026, 11, 20)


@pytest.fixture
def outbox(database, sample):
    """Add events: `outbox(CaseOpened(), held=True)`."""

    def add(*events, **options):
        with database.unit_of_work(lambda session: Outbox(session, sample.outbox, day=DAY))("tell") as box:
            return [box.add(event, **options) for event in events]

    return add


@pytest.fixture
def waiting(database, sample):
    """The ids of the events that still wait."""

    def look():
        table = sample.outbox
        with database.engine.connect() as connection:
            return set(connection.execute(select(table.c.id).where(table.c.payload.is_not(None))).scalars())

    return look


@pytest.fixture
def opened_queue(broker):
    """intake's queue for CaseOpened, empty: counts what arrives, by event id."""
    topology.declare(broker.amqp_url, "intake", [CaseOpened])
    with broker.connection() as connection:
        connection.channel().queue_purge(f"intake.{OPENED}")

    def arrived():
        found = Counter()
        with broker.connection() as connection:
            channel = connection.channel()
            count = channel.queue_declare(f"intake.{OPENED}", passive=True).message_count
            channel.basic_consume(
                f"intake.{OPENED}",
                no_ack=True,
                callback=lambda m: found.update([uuid.UUID(m.properties["message_id"])]),
            )
            while found.total() < count:
                connection.drain_events(timeout=10)
        return found

    return arrived


@pytest.fixture
def relay(broker, database, sample):
    """A casework relay in this process, one batch at a time."""

    def make(release="immediate", clock=None, **options):
        schedule = ReleaseSchedule.parse(release)
        return Relay(
            options.pop("amqp_url", broker.amqp_url),
            database,
            sample.outbox,
            "casework",
            schedule,
            state=sample.relay_state,
            clock=clock,
            **options,
        )

    return make


def test_what_is_confirmed_leaves_only_a_tombstone(outbox, relay, opened_queue, database, sample):
    (event_id,) = outbox(CaseOpened(report_id=b"r" * 16))
    sender = relay()
    assert sender.send_batch() == 1
    assert opened_queue() == {event_id: 1}
    with database.engine.connect() as connection:
        (row,) = connection.execute(select(sample.outbox))
    assert (row.id, row.type, row.day) == (event_id, OPENED, DAY)
    assert (row.payload, row.signature, row.traceparent, row.held) == (None, None, None, False)
    sender.close()


def test_an_unroutable_event_is_an_error_and_holds_up_no_other(outbox, start_relay, opened_queue, waiting, broker):
    (lost,) = outbox(FiguresChanged())
    relay = start_relay()
    relay.wait_for('"event": "relay.unroutable"')
    events = outbox(*(CaseOpened() for _ in range(3)))
    eventually(lambda: waiting() == {lost})
    assert opened_queue() == dict.fromkeys(events, 1)
    topology.declare(broker.amqp_url, "analytics", [FiguresChanged])
    eventually(lambda: not waiting(), within=20)
    assert broker.depth("analytics.paravent.casework.v1.FiguresChanged") == 1


def test_a_relay_killed_amid_its_work_loses_nothing(outbox, start_relay, opened_queue, waiting):
    events = set(outbox(*(CaseOpened(report_id=bytes(2000)) for _ in range(3000))))
    first = start_relay()
    eventually(lambda: len(waiting()) < len(events), every=0.01)
    first.kill()
    left = waiting()
    assert left, "it had finished before it was killed"
    start_relay()
    eventually(lambda: not waiting(), within=30)
    found = opened_queue()
    assert set(found) == events
    assert sum(found.values()) - len(events) <= 400, "more than the killed batch came twice"


def test_of_two_relays_one_works_and_the_other_takes_over(outbox, start_relay, waiting, opened_queue):
    first = start_relay()
    outbox(CaseOpened())
    eventually(lambda: not waiting())
    start_relay()
    first.kill()
    outbox(CaseOpened())
    eventually(lambda: not waiting())
    assert sum(opened_queue().values()) == 2


def test_a_relay_survives_a_broker_that_goes_and_comes(outbox, start_relay, waiting, opened_queue, broker, cable):
    line = cable(broker.amqp_url)
    relay = start_relay(amqp_url=line.url)
    outbox(CaseOpened())
    eventually(lambda: not waiting())
    line.cut()
    events = outbox(*(CaseOpened() for _ in range(5)))
    relay.wait_for("relay.paused")
    assert waiting() == set(events)
    line.mend()
    eventually(lambda: not waiting())
    assert sum(opened_queue().values()) == 6
    assert relay.terminate() == 0


def test_a_relay_survives_postgresql_going_and_coming(outbox, start_relay, waiting, opened_queue, database_url, cable):
    line = cable(database_url)
    relay = start_relay(database_url=line.url)
    outbox(CaseOpened())
    eventually(lambda: not waiting())
    line.cut()
    relay.wait_for("relay.paused")
    outbox(CaseOpened())
    line.mend()
    eventually(lambda: not waiting())
    assert sum(opened_queue().values()) == 2


def test_a_broker_that_does_not_confirm_is_not_waited_for_without_end(
    outbox, relay, waiting, opened_queue, broker, cable
):
    line = cable(broker.amqp_url)
    sender = relay(amqp_url=line.url, confirm_timeout=0.5)
    outbox(CaseOpened())
    sender.send_batch()
    (stuck,) = outbox(CaseOpened())
    line.freeze()
    with pytest.raises(OSError, match="without an answer"):
        sender.send_batch()
    assert waiting() == {stuck}
    sender.close()


def test_held_events_leave_together_at_a_set_hour_only(outbox, relay, waiting, opened_queue):
    clock = FixedClock(dt.datetime(2026, 11, 20, 12, 50, tzinfo=PARIS))
    sender = relay("hours:07:00,13:00,19:00", clock)
    held = set(outbox(CaseOpened(), CaseOpened(), held=True))
    urgent = outbox(CaseOpened())
    assert sender.send_batch() == 1
    assert waiting() == held
    assert opened_queue() == dict.fromkeys(urgent, 1)
    clock.advance(dt.timedelta(minutes=10))
    assert sender.send_batch() == 2
    assert not waiting()
    sender.close()


def test_a_restart_between_two_hours_releases_nothing(outbox, relay, waiting, opened_queue):
    clock = FixedClock(dt.datetime(2026, 11, 20, 13, 1, tzinfo=PARIS))
    sender = relay("hours:07:00,13:00,19:00", clock)
    sender.send_batch()
    sender.close()
    (held,) = outbox(CaseOpened(), held=True)
    clock.advance(dt.timedelta(hours=1))
    again = relay("hours:07:00,13:00,19:00", clock)
    assert again.send_batch() == 0
    assert waiting() == {held}
    clock.advance(dt.timedelta(days=2))
    assert again.send_batch() == 1
    again.close()


def test_without_a_schedule_held_events_leave_at_once(outbox, start_relay, waiting, opened_queue):
    start_relay()
    outbox(CaseOpened(), held=True)
    eventually(lambda: not waiting())


def test_events_leave_in_an_order_that_is_not_that_of_their_writing(outbox, relay, broker, opened_queue):
    events = outbox(*(CaseOpened() for _ in range(60)), held=True)
    sender = relay()
    sender.send_batch()
    order = list(opened_queue())
    assert order != events
    assert order == sorted(events)
    sender.close()


def test_a_schedule_needs_a_memory(database, sample):
    with pytest.raises(ValueError, match="relay_state"):
        Relay("amqp://x/y", database, sample.outbox, "casework", ReleaseSchedule.parse("every:5"))


def test_an_event_wakes_an_idle_relay(outbox, database, sample, relay, waiting, opened_queue):
    stop = threading.Event()
    sender = relay("every:3600")
    thread = threading.Thread(target=sender.run, args=(stop,))
    thread.start()
    outbox(CaseOpened())
    eventually(lambda: not waiting(), within=5, every=0.01)
    stop.set()
    thread.join()


def test_a_transaction_that_fails_tells_nothing(database, sample, waiting):
    unit = database.unit_of_work(lambda session: Outbox(session, sample.outbox, day=DAY))

    def fail():
        with unit("tell") as box:
            box.add(CaseOpened())
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert not waiting()
    with pytest.raises(ValueError, match="no signing key"), unit("tell") as box:
        box.add(ReportSubmitted(), signed=True)
