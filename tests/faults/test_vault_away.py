"""OpenBao is away for a minute while a hundred reports are filed: all are accepted, and all are sealed afterwards."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from local_platform.demo import Demo
from tests.anonymity.search import Canaries, report
from tests.faults.telling import tell
from tests.support import sealed, stores
from tests.support.marks import unique
from tests.support.portal import Reporter, Story

REPORTS = 100
FILERS = 4
# Seconds.
AWAY = 60
SLOT = 0.2


@dataclass
class Outage:
    """What was filed meanwhile: receipt -> family name, empty for an anonymous report."""

    names: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    refused: int = 0
    waiting: int = 0
    found: str = ""


@pytest.fixture(scope="module")
def demo():
    with Demo(release="every:2", durable=True, slot_seconds=SLOT) as platform:
        platform.settle()
        yield platform


@pytest.fixture(scope="module")
def outage(demo):
    siren = stores.rows(demo, "intake", "SELECT siren FROM members ORDER BY siren")[0][0]
    made = Outage()
    began = time.monotonic()
    demo.hold("openbao")
    with ThreadPoolExecutor(FILERS) as filers:
        list(filers.map(lambda number: _file(demo, siren, number, made), range(REPORTS)))
    time.sleep(max(0.0, AWAY - (time.monotonic() - began)))
    made.waiting = stores.frames_waiting(demo)
    made.found = report(_readable(demo, made))
    away = time.monotonic() - began
    demo.release("openbao")
    demo.until(lambda: stores.frames_waiting(demo) == 0, within=180)
    tell(f"OpenBao was away for {away:.0f} s, {len(made.names)} reports accepted meanwhile")
    return made


def _file(demo: Demo, siren: str, number: int, made: Outage) -> None:
    """Every other report is named. A portal that refuses one is counted, and not asked again."""
    name = f"Durand{unique()}" if number % 2 else ""
    identity = {"given_name": "Zoé", "family_name": name, "phone": "", "email": ""} if name else None
    with Reporter(demo.url("intake"), timeout=30) as reporter:
        try:
            words = reporter.report(siren, Story(identity=identity))
        except AssertionError:
            with made.lock:
                made.refused += 1
            return
    with made.lock:
        made.names[words] = name


def _readable(demo: Demo, made: Outage):
    """Names that can be read in any file or row of the platform while the vault is away."""
    canaries = Canaries({f"name {n}": name for n, name in enumerate(filter(None, made.names.values()))})
    hits = set()
    for name, folder in demo.stores().items():
        if name != "openbao":
            hits |= canaries.in_folder(folder)
    for service in (*stores.SHARED, stores.VAULT):
        for place, value in stores.values(demo, service):
            hits |= canaries.in_bytes(place, bytes(value) if isinstance(value, bytes) else str(value).encode())
    return hits


@pytest.mark.timeout(600)
def test_every_report_is_accepted_while_openbao_is_away(outage):
    assert outage.refused == 0
    assert len(outage.names) == REPORTS


def test_meanwhile_everything_waits_and_nothing_can_be_read(outage):
    assert outage.waiting == REPORTS
    assert outage.found == ""


def test_afterwards_every_report_is_exactly_one_record(demo, outage):
    stored = list(sealed.records(demo))
    refs = dict(zip(sealed.refs(demo, outage.names), outage.names.values(), strict=True))
    mine = [record for record in stored if record.ref in refs]
    lost, twice = len(refs) - len({r.ref for r in mine}), len(mine) - len({r.ref for r in mine})
    tell(f"{lost} records lost, {twice} duplicated, among {len(stored)} with the covers")

    assert Counter(record.ref for record in mine) == Counter(list(refs))
    assert {record.version for record in mine} == {1}
    named = {record.ref: record.identity.family_name if record.identity else "" for record in mine}
    assert named == refs
