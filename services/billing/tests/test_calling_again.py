"""A member that was called off is called again: once, by another call, and never while the first still counts."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from billing.domain.calls import CallRefused, CallState
from billing.domain.ending import Cause, Ending
from billing.domain.invoices import Motive
from billing.gateways.paper import fill
from billing.store.call_tables import calls
from billing.store.life import KnownEnding
from billing.usecases import billing_calls, calling, declaring, ledger
from chassis.clock import FixedClock
from paravent.billing.v1 import events_pb2 as events
from tests.support.called_members import joiner

DUE = date(2026, 4, 15)


@pytest.fixture
def run(uow, owner_uow, parties, clock):
    """Two members are called."""
    joiner(uow, owner_uow, parties, clock)(2)
    run = calling.start(uow, parties.first, 2026, DUE, clock)
    calling.call_members(uow, clock)
    return run


@pytest.fixture
def member(uow, run):
    """The one that has an address."""
    with uow("member") as tx:
        found = tx.session.scalar(select(calls.c.member_id).order_by(calls.c.known_agents.desc()).limit(1))
        return tx.members.any(found)


@pytest.fixture
def of(uow, run, member):
    """The member's calls of the year: the one that stands first."""

    def read():
        with uow("calls") as tx:
            return tx.calls.in_run(run, member.id)

    return read


def test_who_was_called_off_is_called_again_once_however_many_ask(uow, parties, run, member, of, clock, told):
    [first] = of()
    with pytest.raises(CallRefused, match="annulez-le d’abord"):
        calling.call_again(uow, parties.first, first.id, clock)
    declaring.cancel(uow, parties.first, first.id)
    with pytest.raises(CallRefused, match="n’existe pas"):
        calling.call_again(uow, parties.elsewhere, first.id, clock)
    calling.start(uow, parties.second, 2026, DUE, clock)
    assert calling.call_members(uow, clock) == 0  # a run that is completed calls nobody again by itself
    late = FixedClock(datetime(2026, 5, 4, 9, tzinfo=UTC))

    def again(manager):
        try:
            return calling.call_again(uow, manager, first.id, late)
        except CallRefused:
            return None

    with ThreadPoolExecutor(6) as pool:
        made = [each for each in pool.map(again, (parties.first, parties.second) * 3) if each]
    second, kept = of()
    assert made == [second.id]
    assert kept == next(each for each in of() if each.id == first.id)
    assert (kept.state, second.state, second.due_on) == (CallState.CANCELLED, CallState.SENT, date(2026, 5, 19))
    mine = str(member.id)
    issued = [each.call_id for each in told(events.CallIssued) if each.member.member_id == mine]
    assert sorted(issued) == sorted([str(first.id), str(second.id)])
    assert len([one for one in told(events.LetterAsked) if one.kind == events.LETTER_KIND_CALL]) == 3
    with uow("bordereaux") as tx:
        papers = [tx.documents.about("bordereau", each) for each in (first.id, second.id)]
    said = [" ".join(fill("bordereau", json.loads(paper.content)).split()) for paper in papers]
    assert ["annule et remplace le bordereau du 10 mars 2026" in text for text in said] == [False, True]


def test_the_database_holds_one_call_that_stands(uow, of):
    [first] = of()
    with uow("row") as tx:
        row = dict(tx.session.execute(select(calls).where(calls.c.id == first.id)).one()._mapping)
    with pytest.raises(IntegrityError, match="calls_once"), uow("twice") as tx:
        tx.calls.add([row | {"id": uuid.uuid4()}])


def test_who_left_before_the_year_is_not_called_again(uow, parties, of, clock):
    [first] = of()
    declaring.cancel(uow, parties.first, first.id)
    with uow("left") as tx:
        left = KnownEnding(Ending(date(2025, 12, 31), Cause.DEFAULT), None)
        tx.life.end(first.convention_id, left, by=parties.first.id, at=clock.now())
    with pytest.raises(CallRefused, match="rien à appeler"):
        calling.call_again(uow, parties.first, first.id, clock)


def test_what_was_billed_is_called_again_after_its_credit_note(uow, parties, run, member, of, clock, told):
    def bill(agents):
        declared = declaring.typed(agents, "Alix Exemple", "Secrétaire de mairie")
        declaring.declare(uow, member, of()[0].id, declared, clock, sure=True)
        declaring.approve(uow, parties.first, run, clock)
        billing_calls.ask(uow, parties.first, run, clock)
        billing_calls.issue_calls(uow, clock)
        return of()[0]

    first = bill(13)
    for step in (declaring.cancel, lambda *given: calling.call_again(*given, clock)):
        with pytest.raises(CallRefused, match=r"avoir|annulez"):
            step(uow, parties.first, first.id)
    ledger.undo_invoice(uow, parties.first, first.invoice_id, Motive.HEADCOUNT, clock)
    declaring.cancel(uow, parties.first, first.id)
    calling.call_again(uow, parties.first, first.id, clock)
    second = bill(12)
    assert [(each.state, each.net_cents) for each in of()] == [(CallState.ISSUED, 2400), (CallState.CANCELLED, 2600)]
    assert second.invoice_id != first.invoice_id
    billed = [(each.kind, each.net_cents) for each in told(events.InvoiceIssued)]
    assert billed == [("380", 2600), ("381", 2600), ("380", 2400)]
