"""Servers go away, processes are killed: nothing is lost, nothing is applied twice."""

import signal
import time

from chassis.testing import eventually

REPORT = "paravent.intake.v1.ReportSubmitted"


def test_a_worker_that_is_asked_to_stop_finishes_what_it_has_in_hand(broker, rows, start_worker):
    worker = start_worker()
    for _ in range(5):
        broker.report("slow:1.5")
    eventually(lambda: rows.count("tried") == 5)
    assert worker.terminate() == 0
    assert rows.count("applied") == 5
    assert broker.at_rest()
    start_worker()
    last = broker.report()
    eventually(lambda: last in rows.applied())
    assert rows.count("tried") == 6, "something was delivered again"


def test_a_stop_that_takes_too_long_gives_the_event_back(broker, rows, start_worker):
    worker = start_worker()
    report_id = broker.report("slow:9")
    eventually(lambda: rows.count("tried") == 1)
    asked = time.monotonic()
    assert worker.terminate(within=12) == 75
    assert time.monotonic() - asked < 9
    assert rows.count("applied") == 0
    eventually(lambda: broker.depth(f"casework.{REPORT}") == 1)
    assert report_id not in rows.applied()


def test_an_event_whose_worker_is_killed_is_applied_by_another(broker, rows, start_worker):
    first = start_worker()
    report_id = broker.report("slow:3")
    eventually(lambda: rows.count("tried") == 1)
    first.popen.send_signal(signal.SIGKILL)
    start_worker()
    eventually(lambda: rows.applied() == [report_id])
    eventually(broker.at_rest)
    assert not broker.parked()


def test_a_broker_that_goes_away_mid_handler_costs_a_second_delivery_and_no_second_effect(
    broker, rows, start_worker, cable
):
    line = cable(broker.amqp_url)
    start_worker(amqp_url=line.url)
    report_id = broker.report("slow:1.5")
    eventually(lambda: rows.count("tried") == 1)
    line.cut()
    eventually(lambda: rows.count("applied") == 1)
    line.mend()
    eventually(broker.at_rest)
    other = broker.report()
    eventually(lambda: other in rows.applied())
    assert rows.applied().count(report_id) == 1
    assert not broker.parked()


def test_while_postgresql_is_away_nothing_counts_as_a_failure(broker, rows, start_worker, cable, database_url):
    line = cable(database_url)
    worker = start_worker(database_url=line.url)
    first = broker.report()
    eventually(lambda: rows.applied() == [first])
    line.cut()
    reports = {broker.report() for _ in range(30)}
    worker.wait_for("bus.paused")
    away_until = time.monotonic() + 3
    eventually(lambda: time.monotonic() > away_until)
    assert worker.output.count("bus.paused") < 200, "it spins"
    line.mend()
    eventually(lambda: reports <= set(rows.applied()), within=15)
    eventually(broker.at_rest)
    assert rows.count("applied") == 31
    assert not broker.parked()
    assert "bus.failed" not in worker.output


def test_a_broker_that_restarts_while_relay_and_worker_are_at_work_loses_and_doubles_nothing(
    broker, rows, outbox_of_intake, start_worker, start_relay, servers
):
    start_worker()
    start_relay(producer="intake")
    reports = outbox_of_intake("slow:0.5", 3) | outbox_of_intake("ok", 300)
    eventually(lambda: rows.count("applied") >= 10)
    servers.restart_rabbitmq()
    reports |= outbox_of_intake("ok", 20)
    eventually(lambda: reports <= set(rows.applied()), within=40)
    assert len(rows.applied()) == len(reports) == 323
    eventually(broker.at_rest)
    assert not broker.parked()


def test_a_queue_that_the_broker_lost_is_declared_again(broker, rows, start_worker):
    worker = start_worker()
    with broker.connection() as connection:
        connection.channel().queue_delete(f"casework.{REPORT}")
    worker.wait_for("bus.consumer_lost")
    eventually(lambda: broker.report() and rows.count("applied"), every=0.3)
    assert worker.terminate() == 0


def test_a_worker_stops_while_the_broker_is_away(broker, start_worker, cable):
    line = cable(broker.amqp_url)
    worker = start_worker(amqp_url=line.url)
    line.cut()
    worker.wait_for("bus.broker_away")
    assert worker.terminate() == 0
