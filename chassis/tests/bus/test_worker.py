"""What a worker does with events that succeed, fail, come twice, or are none."""

import datetime as dt
import itertools
import uuid

from chassis.bus import topology
from chassis.bus.publisher import Outgoing
from chassis.testing import eventually
from paravent.casework.v1.events_pb2 import CaseOpened

REPORT = "paravent.intake.v1.ReportSubmitted"
OPENED = "paravent.casework.v1.CaseOpened"


def test_an_event_is_applied_once_even_when_it_comes_three_times(broker, rows, start_worker):
    start_worker()
    event_id = uuid.uuid4()
    for _ in range(3):
        broker.report(event_id=event_id)
    other = broker.report()
    eventually(lambda: other in rows.applied())
    eventually(broker.at_rest)
    assert rows.count("applied") == 2
    assert rows.count("inbox") == 2
    assert not broker.parked()


def test_a_failing_handler_is_retried_after_growing_delays_then_parked(broker, rows, start_worker):
    worker = start_worker()
    broker.report("fail")
    (parked,) = eventually(broker.parked, within=15)
    tries = rows.tried_at()
    gaps = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert len(gaps) == 3
    assert gaps[0] >= 0.3
    assert gaps[1] >= 0.6
    assert gaps[2] >= 1.2
    assert (parked.reason, parked.error, parked.attempts) == ("failed", "builtins.LookupError", 4)
    assert parked.queue == f"casework.{REPORT}"
    assert rows.count("applied") == 0
    assert rows.count("inbox") == 0
    assert "Canari" not in worker.output


def test_a_handler_may_refuse_an_event_for_good(broker, rows, start_worker):
    start_worker()
    broker.report("refuse")
    (parked,) = eventually(broker.parked)
    assert (parked.reason, parked.attempts) == ("period_unknown", 0)
    assert rows.count("applied") == 0


def _message(headers: dict, body: bytes) -> Outgoing:
    valid = {
        "cloudEvents_id": str(uuid.uuid4()),
        "cloudEvents_source": "intake",
        "cloudEvents_type": REPORT,
    }
    kept = {name: value for name, value in (valid | headers).items() if value is not None}
    return Outgoing(str(uuid.uuid4()), REPORT, kept, body)


def test_what_is_no_event_of_ours_is_parked_at_once(broker, rows, start_worker):
    faults = {
        "undecodable": ({}, b"\xff\xff no protobuf"),
        "unknown_type": ({"cloudEvents_type": "paravent.intake.v1.NeverHeardOf"}, b""),
        "type": ({"cloudEvents_type": None}, b""),
        "id": ({"cloudEvents_id": "12"}, b""),
        "source": ({"cloudEvents_source": "billing"}, b""),
        "signature": ({"signature": "zz"}, b""),
        "encoding": ({"compression": "gzip"}, b"not gzip"),
    }
    start_worker()
    broker.publish(*(_message(headers, body) for headers, body in faults.values()))
    parked = eventually(lambda: (found := broker.parked()) and len(found) == len(faults) and found)
    assert {message.reason for message in parked} == set(faults)
    assert {message.attempts for message in parked} == {0}
    eventually(broker.at_rest)
    assert rows.count("tried") == 0


def test_a_privileged_event_is_applied_only_with_its_producers_signature(broker, rows, start_worker):
    start_worker()
    good = broker.habilitation(broker.signer.sign)
    eventually(lambda: rows.applied() == [good.encode()])
    broker.habilitation(None)
    broker.habilitation(lambda *_: bytes(64))
    broker.habilitation(lambda event_id, kind, payload: broker.signer.sign(event_id, kind, payload + b"\x00"))
    parked = eventually(lambda: (found := broker.parked()) and len(found) == 3 and found)
    assert sorted(message.reason for message in parked) == ["bad_signature", "bad_signature", "unsigned"]
    assert rows.count("applied") == 1


def test_only_the_headers_we_know_go_on(broker, start_worker):
    start_worker()
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    broker.report("fail", traceparent=trace, person_hint="Jeanne-Canari", baggage="who=Jeanne-Canari")
    eventually(broker.parked, within=15)
    with broker.connection() as connection:
        message = connection.channel().basic_get("casework.parked")
    known = {f"cloudEvents_{name}" for name in ("id", "source", "type", "specversion")}
    known |= {"traceparent", "attempts", "parked_queue", "parked_reason", "parked_error"}
    assert set(message.headers) - {"x-delivery-count"} == known
    assert message.headers["traceparent"] == trace
    assert "Canari" not in str(message.headers) + str(message.properties)


def test_what_a_handler_tells_carries_no_header_of_what_it_heard(broker, rows, start_worker, start_relay):
    start_worker()
    topology.declare(broker.amqp_url, "intake", [CaseOpened])
    broker.empty(f"intake.{OPENED}")
    report_id = broker.report("tell", person_hint="Jeanne-Canari")
    eventually(lambda: rows.count("outbox") == 1)
    start_relay()
    eventually(lambda: broker.depth(f"intake.{OPENED}") == 1)
    with broker.connection() as connection:
        message = connection.channel().basic_get(f"intake.{OPENED}", no_ack=True)
    assert CaseOpened.FromString(message.body).report_id == report_id
    own = {f"cloudEvents_{name}" for name in ("id", "source", "type", "specversion")}
    assert set(message.headers) - {"x-delivery-count"} == own


def test_a_message_that_kills_its_worker_again_and_again_is_parked_by_the_broker(broker):
    broker.report()
    queue = f"casework.{REPORT}"
    with broker.connection() as connection:
        channel = connection.channel()
        for _ in range(topology.DELIVERY_LIMIT + 1):
            message = eventually(lambda: channel.basic_get(queue))
            channel.basic_reject(message.delivery_tag, requeue=True)
    (parked,) = eventually(broker.parked)
    assert (parked.reason, parked.queue) == ("delivery_limit", queue)


def test_the_inbox_forgets_what_cannot_come_again(rows, start_worker):
    today = dt.datetime.now(dt.UTC).date()
    rows.remember(today - dt.timedelta(days=401))
    rows.remember(today - dt.timedelta(days=300))
    start_worker()
    eventually(lambda: rows.count("inbox") == 1)


def test_a_timer_runs_under_its_lock_in_its_transaction(rows, start_worker):
    start_worker()
    start_worker()
    eventually(lambda: rows.count("turns") >= 4)
