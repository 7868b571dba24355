"""Kill -9 each process kind and each server while reports are being filed: none is lost, none is there twice."""

import itertools
import threading
import time
from collections import Counter

import pytest

from tests.faults.telling import tell
from tests.support import sealed, stores
from tests.support.filing import Filed, file_one
from tests.support.portal import Reporter

REPORTS = 200
FILERS = 3
# Seconds between two reports of one filer: some are under way at every kill, and the machine is left to what restarts.
PAUSE = 0.8
# Seconds that PostgreSQL stays away.
OUTAGE = 30
SERVERS = ("rabbitmq", "openbao")


@pytest.fixture(scope="module")
def member(demo):
    """The SIREN of a member in force: its page's address."""
    return stores.rows(demo, "intake", "SELECT siren FROM members WHERE until_day IS NULL OR until_day > now()")[0][0]


@pytest.fixture(scope="module")
def before(demo):
    return {"cases": _cases(demo)}


@pytest.fixture(scope="module")
def filed(demo, member, before):
    """At least REPORTS reports, filed while everything was killed in turn."""
    filed, over = Filed(), threading.Event()
    filers = [threading.Thread(target=_file_until, args=(demo, member, filed, over)) for _ in range(FILERS)]
    for filer in filers:
        filer.start()
    try:
        _break_everything(demo)
        deadline = time.monotonic() + 240
        while len(filed.marks) < REPORTS and time.monotonic() < deadline:
            time.sleep(0.2)
    finally:
        over.set()
        for filer in filers:
            filer.join()
    demo.settle(within=120)
    demo.until(lambda: stores.frames_waiting(demo) == 0, within=120)
    return filed


def _file_until(demo, member, filed, over):
    while not over.is_set():
        file_one(demo.url("intake"), member, filed)
        over.wait(PAUSE)


def _break_everything(demo):
    for name in itertools.chain(demo.processes, SERVERS):
        demo.restart(name, within=90)
        tell(f"{name} was killed and is back")
    for name in ("postgres", "vault-postgres"):
        demo.hold(name)
        time.sleep(OUTAGE)
        demo.release(name)
        tell(f"{name} was away for {OUTAGE} s")
    demo.until(lambda: all(demo.ready(name) for name in demo.processes), within=90)


def _cases(demo):
    return stores.count(demo, "casework", "SELECT count(*) FROM cases")


@pytest.mark.timeout(900)
def test_enough_reports_were_filed(filed):
    tell(f"{len(filed.marks)} reports filed, pages sent again {filed.retries} times")

    assert len(filed.marks) >= REPORTS


def test_every_report_is_exactly_one_case(demo, filed, before):
    lost = len(filed.marks) - (_cases(demo) - before["cases"])
    tell(f"{max(lost, 0)} reports lost, {max(-lost, 0)} duplicated, over {len(filed.marks)} reports")

    assert lost == 0
    assert stores.count(demo, "intake", "SELECT count(*) FROM reports") == _cases(demo)


def test_every_report_is_exactly_one_record(demo, filed):
    assert sealed.records_of(demo, filed.marks) == Counter(sealed.refs(demo, filed.marks))


def test_every_receipt_that_was_shown_opens_its_own_report(demo, filed):
    for words, mark in filed.marks.items():
        with Reporter(demo.url("intake")) as reporter:
            space = reporter.open_space(words)

            assert space.status_code == 200
            assert mark in space.text


def test_every_reporter_hears_of_the_case(demo, filed):
    silent = (
        "SELECT count(*) FROM reports r WHERE casework_envelope IS NOT NULL "
        "OR NOT EXISTS (SELECT FROM notices n WHERE n.report_id = r.report_id)"
    )

    assert stores.count(demo, "intake", silent) == 0


def test_nothing_is_parked(demo, filed):
    assert stores.messages_waiting(demo, ".parked") == {}


def test_nothing_could_not_be_opened(demo, filed):
    """The last readings of follow-up spaces may still be on their way."""
    closed = "SELECT count(*) FROM inbound WHERE state <> 'opened'"
    assert demo.until(lambda: stores.count(demo, "casework", closed) == 0, within=90)
