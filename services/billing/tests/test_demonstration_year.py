"""The demonstration's year: something of everything that a manager meets, and played once."""

from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import func, select

from billing.domain.calls import CallState
from billing.domain.habilitation import Account
from billing.reference import demo
from billing.store import tables as t
from billing.store.balances import Sought
from billing.store.transaction import Transaction
from billing.usecases import dunning, invoice_pages, overview, reading
from billing.usecases.demonstration import seed_demonstration
from billing.usecases.demonstration_year import tell_year
from chassis.clock import FixedClock
from chassis.db import Database
from chassis.signing import EventSigner

from .conftest import ISSUER, SEED

CLOCK = FixedClock(datetime(2026, 11, 22, 9, tzinfo=UTC))


@pytest.fixture
def at(database):
    theirs = Database(database.owner_url, name="billing.test-seed")
    yield lambda clock: theirs.unit_of_work(partial(Transaction, clock=clock, signer=EventSigner(SEED)))
    theirs.close()


@pytest.fixture
def manager(at, communes):
    seed_demonstration(at(CLOCK), demo.load(), ISSUER, communes.by_insee_code, CLOCK)
    return reading.manager_of(at(CLOCK), Account(ISSUER, demo.load().manager))


def test_a_newcomer_meets_something_of_everything_once(at, manager):
    assert tell_year(at, manager, CLOCK)
    uow = at(CLOCK)
    dunning.prepare(uow, CLOCK)
    seen = overview.morning(uow, manager, CLOCK)
    assert not seen.beginning
    assert seen.accounts.calls == {CallState.SENT: 2, CallState.DECLARED: 1, CallState.ISSUED: 9}
    assert (seen.members.undeclared, seen.members.ending_soon, seen.accounts.late_invoices) == (1, 1, 3)
    assert seen.members.standings["proposee"] == 2
    listed = invoice_pages.listing(uow, manager, Sought(), CLOCK, offset=0, limit=20)
    assert [one.standing.number for one in listed.lines][::9] == ["62-2026-000010", "62-2026-000001"]
    assert listed.lines[0].credit
    assert sum(one.standing.disputed for one in listed.lines) == 1
    assert len(dunning.overview(uow, manager, CLOCK).waiting) == 2

    def counted() -> list[int]:
        with uow("count") as tx:
            return [tx.session.scalar(select(func.count()).select_from(table)) for table in t.metadata.sorted_tables]

    before = counted()
    assert not tell_year(at, manager, CLOCK)
    assert counted() == before
