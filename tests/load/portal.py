"""The portal: reports accepted per second and how long each waits, with the whole platform running."""

import os
import threading
import time
import uuid

import psutil
import psycopg

from local_platform.demo import Demo
from tests.load.clients import Answers, send
from tests.load.measure import Measure, measure, percentile
from tests.load.platform import Desk, Request, platform
from tests.support import stores

# Clients -> reports of one run.
RUNS = {1: 300, 8: 1200, 16: 1200}
WITH_FILE = 80
MEGABYTE = 1 << 20
# Bytes of a report's rows: two envelopes, the record, the outbox.
_ROWS = (4500, 4500, 5120, 4700)


def run() -> list[Measure]:
    with platform("every:5") as demo:
        desk = Desk(demo)
        floor = _floor(demo)
        measures: list[Measure] = []
        for clients, number in RUNS.items():
            measures += _accepted(demo, desk, clients, number, floor)
        measures += _with_files(demo, desk)
        measures.append(_large_file(demo, desk))
        desk.close()
    return measures


def _accepted(demo: Demo, desk: Desk, clients: int, number: int, floor: float) -> list[Measure]:
    """The best of three runs for each figure; what is lost counts over all of them."""
    runs: list[Answers] = []
    lost = 0
    for _ in range(3):
        answers, missing = _run(demo, desk.requests(number), clients)
        runs.append(answers)
        lost += missing
    best = max(runs, key=lambda answers: answers.rate)
    name = f"portal, {clients} client{'s' if clients > 1 else ''}"
    eight = clients == 8
    p50, p95 = (min(percentile(run.seconds, share) for run in runs) * 1000 for share in (0.5, 0.95))
    return [
        measure(f"{name}: accepted", best.rate, "reports/s", floor=floor, at_least=100 if eight else None),
        measure(f"{name}: p50", p50, "ms"),
        measure(f"{name}: p95", p95, "ms", at_most=150 if eight else None),
        measure(f"{name}: lost or refused", lost, "reports", at_most=0),
    ]


def _run(demo: Demo, requests: list[Request], clients: int) -> tuple[Answers, int]:
    before = _stored(demo)
    answers = send(demo.url("intake"), requests, clients)
    return answers, len(answers.seconds) - (_stored(demo) - before) + answers.refused


def _stored(demo: Demo) -> int:
    return stores.count(demo, "intake", "SELECT count(*) FROM reports")


def _with_files(demo: Demo, desk: Desk) -> list[Measure]:
    answers, lost = _run(demo, desk.requests(WITH_FILE, os.urandom(MEGABYTE)), 8)
    return [
        measure("portal, 8 clients, a file of 1 MB: accepted", answers.rate, "reports/s"),
        measure("portal, 8 clients, a file of 1 MB: p95", percentile(answers.seconds, 0.95) * 1000, "ms"),
        measure("portal, 8 clients, a file of 1 MB: lost or refused", lost, "reports", at_most=0),
    ]


def _large_file(demo: Demo, desk: Desk) -> Measure:
    """What a file of 100 MB adds to the resident memory of the portal's process, at its highest."""
    requests = desk.requests(1, os.urandom(100 * MEGABYTE))
    pid = demo.pid("intake.web")
    before, highest, over = _resident(pid), [0], threading.Event()

    def watch() -> None:
        while not over.is_set():
            highest[0] = max(highest[0], _resident(pid))
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    answers = send(demo.url("intake"), requests, 1)
    over.set()
    watcher.join()
    if answers.refused:
        raise AssertionError("the file of 100 MB was refused")
    return measure("portal, a file of 100 MB: memory added", (highest[0] - before) / MEGABYTE, "MB", at_most=50)


def _resident(pid: int) -> int:
    """Resident bytes of a process and its children."""
    process = psutil.Process(pid)
    return sum(int(one.memory_info().rss) for one in [process, *process.children(recursive=True)])


def _floor(demo: Demo, seconds: float = 3, connections: int = 8) -> float:
    """Raw transactions per second that insert as many bytes in as many rows, on the same server."""
    admin = demo.superuser_url("postgres", "postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("CREATE TABLE floor (id uuid PRIMARY KEY, data bytea)")
    done, end = [0] * connections, time.perf_counter() + seconds

    def insert(place: int) -> None:
        with psycopg.connect(admin) as connection:
            while time.perf_counter() < end:
                for size in _ROWS:
                    connection.execute("INSERT INTO floor VALUES (%s, %s)", (uuid.uuid4(), bytes(size)))
                connection.commit()
                done[place] += 1

    threads = [threading.Thread(target=insert, args=(place,)) for place in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("DROP TABLE floor")
    return sum(done) / seconds
