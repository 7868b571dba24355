"""The yearly call: each member once, whatever is killed; declared, checked, billed and reminded."""

import multiprocessing
import os
import signal
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from billing.domain.calls import CallRefused, CallState
from billing.domain.ending import Cause, Ending, Notice
from billing.domain.faults import Refused
from billing.domain.invoices import InvoiceRefused, Motive
from billing.gateways.press import WeasyPress
from billing.store.call_tables import call_reminders, calls
from billing.store.document_tables import documents
from billing.store.life import KnownEnding
from billing.store.members import Headcount
from billing.store.transaction import Transaction
from billing.usecases import billing_calls, calling, declaring, ledger, tariffs
from billing.usecases.duties import run_duties
from chassis.clock import FixedClock
from chassis.db import Database
from chassis.signing import EventSigner
from chassis.testing import eventually
from paravent.billing.v1 import events_pb2 as events
from tests.support.called_members import TWO_EUROS, joiner

DUE = date(2026, 4, 15)
SEED = bytes(range(32))


@pytest.fixture
def join(uow, owner_uow, parties, clock):
    return joiner(uow, owner_uow, parties, clock)


def states(uow):
    with uow("states") as tx:
        return dict(tx.session.execute(select(calls.c.state, func.count()).group_by(calls.c.state)).all())


def of(uow, member):
    with uow("call") as tx:
        return tx.calls.of_member(member.id)[0]


def declare(uow, member, agents, clock, *, sure=True):
    known = declaring.typed(agents, "Alix Exemple", "Secrétaire de mairie")
    declaring.declare(uow, member, of(uow, member).id, known, clock, sure=sure)


def test_each_member_is_called_once_and_those_who_join_later_too(uow, parties, join, clock, told):
    join(7)
    run = calling.start(uow, parties.first, 2026, DUE, clock)
    assert calling.call_members(uow, clock) == 7
    assert states(uow) == {"sent": 5, "prepared": 2}
    assert len(told(events.CallIssued)) == 7
    assert len([one for one in told(events.LetterAsked) if one.kind == events.LETTER_KIND_CALL]) == 5
    assert calling.call_members(uow, clock) == 0
    late = join(1, date(2026, 5, 1))[0]
    assert calling.start(uow, parties.first, 2026, DUE, clock) == run
    assert calling.start(uow, parties.first, 2026, DUE, clock) == run
    assert (calling.call_members(uow, clock), calling.call_members(uow, clock)) == (1, 0)
    call = of(uow, late)
    assert (call.first_on, call.last_on) == (date(2026, 5, 1), date(2026, 12, 31))


def test_who_has_left_or_has_no_tariff_is_not_called(uow, parties, join, clock):
    join(1, date(2027, 1, 1))
    with pytest.raises(CallRefused):
        calling.start(uow, parties.first, 2026, DUE, clock)
    with pytest.raises(CallRefused):
        calling.start(uow, parties.first, 2026, date(2026, 3, 10), clock)


def test_who_left_and_came_back_within_the_year_is_called_for_what_it_owes(uow, owner_uow, parties, join, clock):
    """By anniversary: the year from 1 September was called in 2025; what starts on 1 November is to be called."""
    tariffs.record(uow, parties.first, TWO_EUROS | {"year": "anniversary"}, date(2025, 1, 1), clock)
    member = join(1, date(2025, 9, 1))[0]
    with owner_uow("back") as tx:
        ending = Ending(date(2026, 8, 31), Cause.NOTICE)
        letters = Notice(date(2026, 2, 1), date(2026, 2, 1))
        [first] = tx.conventions.of_member(member.id)
        tx.life.end(first.id, KnownEnding(ending, letters), by=parties.first.id, at=clock.now())
        again = replace(first, id=uuid.uuid4(), effect_on=date(2026, 11, 1), until_on=date(2027, 6, 27))
        headcount = Headcount(date(2025, 12, 31), 12)
        tx.conventions.add(
            replace(again, milestones=replace(again.milestones, received_on=date(2026, 10, 5))),
            headcount,
            recorded_by=parties.first.id,
            at=clock.now(),
        )
    calling.start(uow, parties.first, 2026, DUE, clock)
    assert calling.call_members(uow, clock) == 1
    assert of(uow, member).first_on == date(2026, 11, 1)


def test_a_clock_killed_amid_a_run_calls_each_member_once(uow, parties, join, clock, database, monkeypatch):
    join(40)
    run = calling.start(uow, parties.first, 2026, DUE, clock)
    served = multiprocessing.get_context("forkserver")
    for least in (4, 12, 20):
        child = served.Process(target=_call_slowly, args=(database.app_url, clock.now()))
        child.start()
        eventually(lambda least=least: sum(states(uow).values()) >= least, within=60)
        os.kill(child.pid, signal.SIGKILL)
        child.join(30)
    assert sum(states(uow).values()) < 40
    calling.call_members(uow, clock)
    with uow("count") as tx:
        assert tx.session.scalar(select(func.count(func.distinct(calls.c.member_id)))) == 40
        assert tx.session.scalar(select(func.count()).select_from(calls)) == 40
        asked = select(func.count()).select_from(documents).where(documents.c.kind == "bordereau")
        assert tx.session.scalar(asked) == 40
        assert tx.calls.run(run, parties.first.cdg_id).finished_at == clock.now()


def _call_slowly(url: str, now: datetime) -> None:
    """In a process of its own: the duty, four members at a time, so that it is killed between and within slices."""
    calling.SLICE = 4
    database, clock = Database(url, name="billing.clock"), FixedClock(now)
    uow = database.unit_of_work(partial(Transaction, clock=clock, signer=EventSigner(SEED)))
    calling.call_members(uow, clock)


def test_a_declaration_is_counted_kept_and_corrected_until_it_is_checked(uow, parties, join, clock, told):
    member = join(2)[1]
    run = calling.start(uow, parties.first, 2026, DUE, clock)
    calling.call_members(uow, clock)
    call = of(uow, member)
    assert call.known_agents == 13
    known = declaring.typed(19, " Alix  Exemple ", "Secrétaire")
    assert declaring.preview(uow, member, call.id, known).odd
    with pytest.raises(Refused, match="sure"):
        declaring.declare(uow, member, call.id, known, clock, sure=False)
    declare(uow, member, 19, clock)
    declare(uow, member, 21, clock)
    call = of(uow, member)
    assert (call.state, call.agents, call.net_cents) == (CallState.DECLARED, 21, 4200)
    with uow("headcounts") as tx:
        assert [(h.at_day.year, h.agents) for h in tx.conventions.headcounts(member.id)] == [(2025, 21), (2023, 13)]
    assert [one.size_band for one in told(events.MembershipChanged)] == ["20-49"]
    assert declaring.approve(uow, parties.first, run, clock) == 1
    with pytest.raises(CallRefused):
        declare(uow, member, 22, clock)


def test_checked_calls_are_billed_once_and_what_hinders_is_said(uow, parties, join, clock, told):
    members = join(3)
    run = calling.start(uow, parties.first, 2026, DUE, clock)
    calling.call_members(uow, clock)
    for member in members:
        declare(uow, member, 12, clock)
    declaring.send_back(uow, parties.first, of(uow, members[2]).id, "L’effectif de la caisse des écoles manque.", clock)
    assert of(uow, members[2]).motive.startswith("L’effectif")
    assert of(uow, members[2]).due_on == DUE
    assert declaring.approve(uow, parties.first, run, clock) == 2
    assert billing_calls.ask(uow, parties.first, run, clock) == 2
    run_duties(uow, clock)
    run_duties(uow, clock)
    # The first member has no address.
    assert "adresse" in of(uow, members[0]).hindrance
    assert of(uow, members[1]).state is CallState.ISSUED
    assert [(one.number, one.net_cents) for one in told(events.InvoiceIssued)] == [("62-2026-000001", 2400)]
    with pytest.raises(CallRefused, match="avoir"):
        declaring.cancel(uow, parties.first, of(uow, members[1]).id)
    with pytest.raises(DatabaseError, match="does not change"), uow("change") as tx:
        tx.calls.save([of(uow, members[1]).id], agents=1)
    _undone_and_replaced(uow, parties.first, of(uow, members[1]), clock)


def _undone_and_replaced(uow, manager, call, clock):
    """What replaces an invoice stands: the call is called off once that is undone too, and then nothing replaces it."""
    ledger.undo_invoice(uow, manager, call.invoice_id, Motive.BUYER, clock)
    second = ledger.replace_invoice(uow, manager, call.invoice_id, clock)
    with pytest.raises(CallRefused, match="avoir"):
        declaring.cancel(uow, manager, call.id)
    ledger.undo_invoice(uow, manager, second, Motive.MEMBERSHIP, clock)
    declaring.cancel(uow, manager, call.id)
    with pytest.raises(InvoiceRefused, match="appel est annulé"):
        ledger.replace_invoice(uow, manager, second, clock)


def test_what_is_free_for_the_affiliated_ends_checked_without_an_invoice(uow, parties, join, clock):
    tariffs.record(uow, parties.first, TWO_EUROS | {"free_for_affiliated": True}, date(2026, 1, 1), clock)
    member = join(2)[1]
    with uow("affiliate") as tx:
        tx.session.execute(text("UPDATE members SET affiliated = true"))
    run = calling.start(uow, parties.first, 2026, DUE, clock)
    calling.call_members(uow, clock)
    declare(uow, member, 13, clock)
    declaring.approve(uow, parties.first, run, clock)
    assert billing_calls.ask(uow, parties.first, run, clock) == 0
    assert (of(uow, member).state, of(uow, member).net_cents) == (CallState.CHECKED, 0)


def test_reminders_go_on_the_due_day_then_every_fifteen_days_three_times(uow, parties, join, clock, told):
    member = join(1)[0]
    calling.start(uow, parties.first, 2026, DUE, clock)
    calling.call_members(uow, clock)
    days = []
    for day in range(90):
        at = FixedClock(datetime(2026, 4, 1, 9, tzinfo=UTC) + timedelta(day))
        if billing_calls.remind(uow, at) + billing_calls.remind(uow, at):
            days.append(at.now().date())
    assert days == [DUE, DUE + timedelta(15), DUE + timedelta(30)]
    with uow("reminders") as tx:
        assert list(tx.session.scalars(select(call_reminders.c.rank))) == [1, 2, 3]
    assert of(uow, member).state is CallState.SENT
    assert len([one for one in told(events.LetterAsked) if one.kind == events.LETTER_KIND_CALL_REMINDER]) == 3


def test_nobody_is_reminded_of_what_they_have_just_received(uow, parties, join, clock, told):
    """Sent back, posted or mailed after the due day: there are fifteen days to answer."""
    members = join(3)
    run = calling.start(uow, parties.first, 2026, DUE, clock)
    calling.call_members(uow, clock)
    declare(uow, members[0], 12, clock)
    late = FixedClock(datetime(2026, 5, 4, 9, tzinfo=UTC))
    declaring.send_back(uow, parties.first, of(uow, members[0]).id, "Il manque le CCAS.", late)
    calling.post(uow, parties.first, run, late)
    with uow("correspondent") as tx:
        tx.parties.set_correspondent(members[2].id, tx.parties.correspondent(members[0].id), "Maire", late.now().date())
    assert billing_calls.remind(uow, late) == 1  # the second member, who was called in March
    assert [of(uow, each).due_on for each in members] == [date(2026, 5, 19), DUE, date(2026, 5, 19)]
    assert billing_calls.remind(uow, FixedClock(datetime(2026, 5, 19, 9, tzinfo=UTC))) == 3


def test_the_bordereau_says_what_is_asked_and_how_to_answer(uow, parties, join, clock):
    member = join(1, date(2026, 1, 1))[0]
    calling.start(uow, parties.first, 2026, DUE, clock)
    calling.call_members(uow, clock)
    with uow("bordereau") as tx:
        found = tx.documents.about("bordereau", of(uow, member).id)
    pdf = WeasyPress().print("bordereau", found.content)
    if folder := os.environ.get("SCREENSHOTS"):
        (Path(folder) / "bordereau.pdf").write_bytes(pdf)
    said = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)
    for words in ("Bordereau d’appel à cotisation 2026", "Commune 000", "31 décembre 2025", "2,00 €", "24,00 €"):
        assert words in said.replace("\N{NO-BREAK SPACE}", " ")
    assert len(PdfReader(BytesIO(pdf)).pages) == 1
