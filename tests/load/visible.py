"""From release to the handlers' list: how long a report takes to stand there, at a set rate; how long after a rush.

The clock of a report starts when intake has committed it (with the release delay at zero that is its release) and stops
when its case stands in the list of whoever must act first, as the list's own query reads it. What a screener then
releases stands in the referent's list in the same transaction.
"""

import threading
import time

from local_platform.demo import Demo
from tests.load.clients import send
from tests.load.measure import Measure, measure, percentile
from tests.load.platform import Desk, platform
from tests.support import stores

# Reports per second -> (seconds of it, longest p95 in milliseconds).
RATES = {20: (20, 500), 60: (15, 1000)}
RUSH = 800
CLIENTS = 8
# Seconds between two looks; what a time may be off by.
_LOOK = 0.02
_PATIENCE = 120
_NEW = {
    table: f"INSERT INTO seen SELECT report_id FROM {table} t "
    "WHERE NOT EXISTS (SELECT FROM seen s WHERE s.report_id = t.report_id) RETURNING report_id"
    for table in ("reports", "cases")
}


class Watch:
    """Looks at both databases and writes down when each report first stood in each."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._over = threading.Event()
        self.filed: dict[bytes, float] = {}
        self.listed: dict[bytes, float] = {}
        self._sides = [
            threading.Thread(target=self._look, args=("intake", "reports", self.filed)),
            threading.Thread(target=self._look, args=("casework", "cases", self.listed)),
        ]

    def __enter__(self) -> "Watch":
        for side in self._sides:
            side.start()
        time.sleep(1)
        self.filed.clear()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for side in self._sides:
            side.join()

    def _look(self, service: str, table: str, seen: dict[bytes, float]) -> None:
        """The server compares with what was seen before: looking must not become the load."""
        with stores.connect(self._demo, service) as connection:
            connection.execute("CREATE TEMPORARY TABLE seen (report_id bytea PRIMARY KEY)")
            while not self._over.is_set():
                rows = connection.execute(_NEW[table]).fetchall()
                now = time.perf_counter()
                for (report_id,) in rows:
                    seen[report_id] = now
                time.sleep(_LOOK)

    def wait(self, reports: int) -> None:
        """Until that many reports were filed and all of them are listed."""
        deadline = time.monotonic() + _PATIENCE
        while len(self.filed) < reports or self.filed.keys() - self.listed.keys():
            if time.monotonic() > deadline:
                raise AssertionError(f"{reports} sent, {len(self.filed)} filed, {len(self.listed)} listed")
            time.sleep(_LOOK)

    def delays(self) -> list[float]:
        return [self.listed[report] - filed for report, filed in self.filed.items()]


def run() -> list[Measure]:
    with platform("immediate") as demo:
        desk = Desk(demo)
        measures = [_at_rate(demo, desk, rate, *expected) for rate, expected in RATES.items()]
        measures.append(_after_a_rush(demo, desk))
        desk.close()
    return measures


def _at_rate(demo: Demo, desk: Desk, rate: int, seconds: int, longest: int) -> Measure:
    """p95; best of three."""
    found = []
    for _ in range(3):
        requests = desk.requests(rate * seconds)
        with Watch(demo) as watch:
            send(demo.url("intake"), requests, CLIENTS, per_second=rate)
            watch.wait(len(requests))
        found.append(percentile(watch.delays(), 0.95) * 1000)
    return measure(f"release to list, {rate} reports/s: p95", min(found), "ms", at_most=longest)


def _after_a_rush(demo: Demo, desk: Desk) -> Measure:
    """Seconds from the last report accepted, as fast as the portal takes them, until every case is listed."""
    requests = desk.requests(RUSH)
    with Watch(demo) as watch:
        send(demo.url("intake"), requests, CLIENTS)
        accepted = time.perf_counter()
        watch.wait(RUSH)
    return measure(f"drain after {RUSH} reports at saturation", time.perf_counter() - accepted, "s")
