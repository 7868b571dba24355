"""The yearly call of 3,000 members: called, printed by two printers, declared, billed; a clock and a printer are killed
on the way. CALLS_MEMBERS changes how many; the growth part has 35,000 and looks at the first of them only.
"""

import os
import subprocess
import sys
import time
from datetime import timedelta

from sqlalchemy import func, select

from billing.domain.calls import CallState
from billing.store import tables as t
from billing.store.call_tables import call_runs, calls
from billing.store.document_tables import documents
from billing.usecases import billing_calls, call_views, calling, declaring
from chassis.clock import paris_day
from tests.load.called import Billing, billing, wait_for
from tests.load.measure import Measure, measure

MEMBERS = int(os.environ.get("CALLS_MEMBERS", "3000"))
MANY = 35_000
# Seconds of the parts that are looked at for a while only.
_A_WHILE = 20
# Pages that each of the two raw printers renders.
_RAW_PAGES = 80
_LONGEST = 1800
_MEGABYTE = 1 << 20


def run() -> list[Measure]:
    with billing(MEMBERS) as here:
        start = time.perf_counter()
        called = _call(here)
        print(f"   called in {time.perf_counter() - start:.0f} s", flush=True)
        raw = _raw(here)
        printed = _print(here)
        # The machine may have grown slower or faster meanwhile.
        raw = (raw + _raw(here)) / 2
        print(f"   printed after {time.perf_counter() - start:.0f} s", flush=True)
        declared = _declare(here)
        issued = _issue(here)
        print(f"   billed after {time.perf_counter() - start:.0f} s", flush=True)
        facturx = _print_for_a_while(here)
        _prove(here)
        small = dict(here.peaks)
    many_rate, many_page, many_peak = _many()
    return [
        measure(f"yearly call, {MEMBERS:,} members, clock killed once", MEMBERS / called, "s"),
        measure("yearly call, members called", called, "members/s", at_least=40),
        measure("yearly call, bordereaux, 2 printers", printed, "pages/s", floor=raw, ratio_at_least=0.7),
        measure("yearly call, bordereaux, all of them", MEMBERS / printed, "s"),
        measure("yearly call, declarations one by one", declared, "calls/s"),
        measure("yearly call, invoices, clock killed once", issued, "invoices/s", at_least=20),
        measure("yearly call, Factur-X, 2 printers", facturx, "pages/s"),
        measure("yearly call, clock's largest PSS", small["clock"] / _MEGABYTE, "MB", at_most=200),
        measure("yearly call, a printer's largest PSS", small["printer"] / _MEGABYTE, "MB", at_most=300),
        measure(
            f"yearly call, {MANY:,} members, members called", many_rate, "members/s", floor=called, ratio_at_least=0.5
        ),
        measure(f"yearly call, {MANY:,} members, page before the start", many_page, "s", at_most=30),
        measure(f"yearly call, {MANY:,} members, clock's largest PSS", many_peak / _MEGABYTE, "MB", at_most=300),
    ]


def _start_run(here: Billing) -> None:
    today = paris_day(here.clock.now())
    calling.start(here.uow, here.manager, today.year, today + timedelta(30), here.clock)


def _call(here: Billing) -> float:
    """Members called in a second, from the start of the run to its end; the clock is killed when a third is done."""
    _start_run(here)
    clock = here.start("clock")
    wait_for(lambda: _count(here, calls) > 0, within=_LONGEST, pause=0.05)
    started, before = time.perf_counter(), _count(here, calls)
    wait_for(lambda: _count(here, calls) > MEMBERS // 3, within=_LONGEST, meanwhile=lambda: here.look("clock", clock))
    clock.kill()
    clock.wait()
    clock = here.start("clock")
    wait_for(lambda: _finished(here), within=_LONGEST, meanwhile=lambda: here.look("clock", clock))
    spent = time.perf_counter() - started
    _end(clock)
    return (MEMBERS - before) / spent


def _print(here: Billing) -> float:
    """Bordereaux printed in a second by two printers, one of which is killed and started again."""
    printers = [here.start("printer") for _ in range(2)]

    def look() -> None:
        for one in printers:
            here.look("printer", one)

    wait_for(lambda: _waiting(here) < MEMBERS, within=_LONGEST, pause=0.05)
    started, first = time.perf_counter(), _waiting(here)
    wait_for(lambda: _waiting(here) < MEMBERS // 2, within=_LONGEST, meanwhile=look)
    printers[0].kill()
    printers[0].wait()
    printers[0] = here.start("printer")
    wait_for(lambda: _waiting(here) == 0, within=_LONGEST, meanwhile=look)
    spent = time.perf_counter() - started
    for one in printers:
        _end(one)
    return first / spent


def _raw(here: Billing) -> float:
    """The floor: the same pages by WeasyPrint alone, in two processes at once."""
    with here.uow("some_page") as tx:
        content = tx.session.scalar(select(documents.c.content).where(documents.c.kind == "bordereau").limit(1))
    command = [sys.executable, "-W", "ignore", "-m", "tests.load.raw_pages", str(_RAW_PAGES)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    printers = [subprocess.Popen(command, text=True, **pipes) for _ in range(2)]
    for one in printers:
        assert one.stdin is not None
        one.stdin.write(content or "")
        one.stdin.close()
    rates = []
    for one in printers:
        assert one.stdout is not None
        rates.append(float(one.stdout.read()))
        one.wait()
        one.stdout.close()
    return sum(rates)


def _declare(here: Billing) -> float:
    """Declarations kept in a second, one after the other."""
    with here.uow("sent") as tx:
        rows = tx.session.execute(select(calls.c.id, calls.c.member_id, calls.c.known_agents)).all()
        members = tx.members.many([row.member_id for row in rows])
    started = time.perf_counter()
    for row in rows:
        known = declaring.typed(row.known_agents + row.known_agents // 10, "Alix Exemple", "Secrétaire de mairie")
        declaring.declare(here.uow, members[row.member_id], row.id, known, here.clock, sure=True)
    return len(rows) / (time.perf_counter() - started)


def _issue(here: Billing) -> float:
    """Invoices issued in a second; the clock is killed when a third is done."""
    with here.uow("run") as tx:
        run_id = tx.session.scalars(select(call_runs.c.id)).one()
    declaring.approve(here.uow, here.manager, run_id, here.clock)
    assert billing_calls.ask(here.uow, here.manager, run_id, here.clock) == MEMBERS
    clock = here.start("clock")
    wait_for(lambda: _count(here, t.invoices) > 0, within=_LONGEST, pause=0.05)
    started, before = time.perf_counter(), _count(here, t.invoices)
    wait_for(lambda: _count(here, t.invoices) > MEMBERS // 3, within=_LONGEST)
    clock.kill()
    clock.wait()
    clock = here.start("clock")
    wait_for(lambda: _issued(here) == MEMBERS, within=_LONGEST, meanwhile=lambda: here.look("clock", clock))
    rate = (MEMBERS - before) / (time.perf_counter() - started)
    _end(clock)
    return rate


def _print_for_a_while(here: Billing) -> float:
    """Factur-X invoices printed in a second by two printers, looked at for a while."""
    printers = [here.start("printer") for _ in range(2)]
    all_of_them = _waiting(here)
    wait_for(lambda: _waiting(here) < all_of_them, within=_LONGEST, pause=0.05)
    started, first = time.perf_counter(), _waiting(here)
    wait_for(lambda: time.perf_counter() - started > _A_WHILE or _waiting(here) == 0, within=_LONGEST)
    rate = (first - _waiting(here)) / (time.perf_counter() - started)
    for one in printers:
        here.look("printer", one)
        _end(one)
    return rate


def _prove(here: Billing) -> None:
    """Each member once, each document once, each call one invoice, no gap in the numbers."""
    with here.uow("prove") as tx:
        scalar = tx.session.scalar
        assert scalar(select(func.count(func.distinct(calls.c.member_id)))) == MEMBERS == _count(here, calls)
        printed = select(func.count()).where(documents.c.kind == "bordereau", documents.c.pdf.is_not(None))
        assert scalar(printed) == MEMBERS
        assert scalar(select(func.count(func.distinct(documents.c.subject_id)))) == _count(here, documents)
        assert scalar(select(func.count(func.distinct(calls.c.invoice_id)))) == MEMBERS
        year = paris_day(here.clock.now()).year
        assert tx.invoices.ranks(here.manager.cdg_id, year) == list(range(1, MEMBERS + 1))


def _many() -> tuple[float, float, int]:
    """With 35,000 members: how many are called in a second, the manager's page before it, the clock's memory."""
    with billing(MANY) as here:
        started = time.perf_counter()
        seen = call_views.prospect(here.uow, here.manager, paris_day(here.clock.now()).year)
        page = time.perf_counter() - started
        assert len(seen.who) == MANY
        _start_run(here)
        clock = here.start("clock")
        wait_for(lambda: _count(here, calls) > 0, within=_LONGEST, pause=0.05)
        started, first = time.perf_counter(), _count(here, calls)
        wait_for(lambda: time.perf_counter() - started > _A_WHILE, within=_LONGEST)
        rate = (_count(here, calls) - first) / (time.perf_counter() - started)
        here.look("clock", clock)
        clock.kill()
        clock.wait()
        return rate, page, here.peaks["clock"]


def _count(here: Billing, table) -> int:
    with here.uow("count") as tx:
        return tx.session.scalar(select(func.count()).select_from(table)) or 0


def _waiting(here: Billing) -> int:
    with here.uow("waiting") as tx:
        return tx.documents.waiting()


def _issued(here: Billing) -> int:
    with here.uow("issued") as tx:
        return tx.session.scalar(select(func.count()).where(calls.c.state == CallState.ISSUED)) or 0


def _finished(here: Billing) -> bool:
    with here.uow("finished") as tx:
        return tx.session.scalars(select(call_runs.c.finished_at)).one() is not None


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait(60)
