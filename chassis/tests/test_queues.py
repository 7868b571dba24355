"""Queue tables, listeners, locks and timers on a real PostgreSQL."""

import threading
import time
from contextlib import closing

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, delete, insert, select, text
from sqlalchemy.orm import Session

from chassis.db import Database
from chassis.locks import Leadership, advisory_lock
from chassis.queues import Listener, claim, notify, work_off
from chassis.testing import eventually
from chassis.timers import every, take_turn

metadata = MetaData()
jobs = Table("jobs", metadata, Column("id", Integer, primary_key=True))


@pytest.fixture(scope="module")
def database(fresh_database):
    with closing(Database(fresh_database("queues").owner_url, name="tests")) as database:
        metadata.create_all(database.engine)
        yield database


@pytest.fixture
def put(database):
    """Put rows into the queue table, and tell the channel `jobs`."""
    with database.engine.begin() as connection:
        connection.execute(delete(jobs))

    def add(*ids):
        with Session(database.engine) as session, session.begin():
            session.execute(insert(jobs), [{"id": number} for number in ids])
            notify(session, "jobs")

    return add


def _disconnect_all(database):
    """What a restart of PostgreSQL does to its clients."""
    with database.engine.connect() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        connection.execute(text(f"{others} AND datname = current_database()"))


def test_two_processes_never_claim_the_same_row(database, put):
    put(1, 2, 3, 4, 5)
    with Session(database.engine) as one, Session(database.engine) as two:
        first = {row.id for row in claim(one, jobs, 3)}
        second = {row.id for row in claim(two, jobs, 3)}
        assert (first, second) == ({1, 2, 3}, {4, 5})
        assert not claim(two, jobs, 3, where=jobs.c.id < 3)


def test_a_listener_wakes_when_told_and_also_after_its_connection_was_lost(database, put):
    with closing(Listener(database.engine, "jobs")) as listener:
        assert listener.wait(5), "what was told before it listened is not known"
        assert not listener.wait(0.1)
        put(1)
        assert listener.wait(5)
        _disconnect_all(database)
        assert listener.wait(5), "it connects again, and cannot know what it missed"
        put(2)
        assert listener.wait(5)


def test_a_listener_stops_waiting_when_the_process_stops(database):
    stop = threading.Event()
    with closing(Listener(database.engine, "jobs")) as listener:
        listener.wait(5)
        threading.Timer(0.2, stop.set).start()
        started = time.monotonic()
        assert not listener.wait(30, stop)
        assert time.monotonic() - started < 5


def test_a_queue_is_worked_off_as_rows_come_and_through_an_outage(database, put):
    stop = threading.Event()

    def work():
        with Session(database.engine) as session, session.begin():
            rows = claim(session, jobs, 2)
            session.execute(delete(jobs).where(jobs.c.id.in_([row.id for row in rows])))
            return len(rows)

    def left():
        with database.engine.connect() as connection:
            return connection.execute(select(jobs)).all()

    put(*range(5))
    worker = threading.Thread(target=work_off, args=(work, Listener(database.engine, "jobs"), stop))
    worker.start()
    eventually(lambda: not left())
    put(7)
    eventually(lambda: not left(), within=3)
    _disconnect_all(database)
    put(8, 9)
    eventually(lambda: not left())
    stop.set()
    worker.join(5)
    assert not worker.is_alive()


def test_a_lock_has_one_holder_and_is_free_afterwards(database):
    with advisory_lock(database.engine, "x") as first, advisory_lock(database.engine, "x") as second:
        assert (first, second) == (True, False)
    with advisory_lock(database.engine, "x") as again:
        assert again


def test_leadership_passes_on_when_the_leader_lets_go_or_loses_its_connection(database):
    one, two = Leadership(database.engine, "lead"), Leadership(database.engine, "lead")
    assert one.hold()
    assert not two.hold()
    one.release()
    assert two.hold()
    _disconnect_all(database)
    eventually(one.hold)
    one.release()
    two.release()


def test_a_turn_is_skipped_while_another_process_takes_it(database):
    turns = []
    with advisory_lock(database.engine, "turn"):
        assert not take_turn("turn", database.engine, lambda: turns.append(1))
    assert take_turn("turn", database.engine, lambda: turns.append(2))
    assert turns == [2]


def test_work_is_done_at_intervals_until_stopped(database):
    stop, turns = threading.Event(), []
    clock = threading.Thread(
        target=every, args=(0.05, "tick", database.engine, lambda: turns.append(1)), kwargs={"stop": stop}
    )
    clock.start()
    eventually(lambda: len(turns) >= 3)
    stop.set()
    clock.join(5)
    assert not clock.is_alive()
