"""What managers see of calls, and members of theirs."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from billing.domain.calls import CallState, Due, headcount_day, is_odd, next_reminder, to_phone
from billing.domain.money import Money, total
from billing.domain.parties import Manager, Member
from billing.domain.people import Person
from billing.domain.tariffs import Tariff
from billing.store.calls import Call, Listed, Run, Tally, Which
from billing.store.documents import Document
from billing.store.transaction import Transaction
from billing.usecases.calling import Candidate, candidates
from billing.usecases.declaring import due_of
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in the list, and how far it is."""

    run: Run
    tallies: dict[CallState, Tally]

    @property
    def called(self) -> int:
        return sum(tally.calls for state, tally in self.tallies.items() if state is not CallState.CANCELLED)

    @property
    def answered(self) -> int:
        answers = (CallState.DECLARED, CallState.CHECKED, CallState.ISSUED)
        return sum(self.tallies[state].calls for state in answers)

    @property
    def declared(self) -> Money:
        """What was declared, VAT apart."""
        answers = (CallState.DECLARED, CallState.CHECKED, CallState.ISSUED)
        return Money(sum(self.tallies[state].net_cents for state in answers))

    @property
    def issued(self) -> Money:
        return Money(self.tallies[CallState.ISSUED].net_cents)


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page of calls."""

    runs: list[RunLine]
    years: list[int]
    tariffs: int


@dataclass(frozen=True, slots=True)
class Prospect:
    """Who would be called for a year, were it started or completed now. `run`: the one that stands already."""

    year: int
    run: Run | None
    tariff: Tariff | None
    who: list[Candidate]
    agents: int
    expected: Money
    without_tariff: int

    @property
    def unwritten(self) -> list[Member]:
        return [one.member for one in self.who if one.person is None]

    @property
    def unbillable(self) -> list[Member]:
        return [one.member for one in self.who if not one.billable]

    @property
    def uncounted(self) -> list[Member]:
        return [one.member for one in self.who if one.known is None]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of how many, and the seconds that are left at this pace; None while that is unknown."""

    done: int
    of: int
    seconds: int | None


@dataclass(frozen=True, slots=True)
class RunPage:
    """A run with the calls of one view."""

    line: RunLine
    listed: list[Listed]
    total: int
    printed: int
    today: date
    calling: Progress | None
    issuing: Progress | None
    phone: int


@dataclass(frozen=True, slots=True)
class CallPage:
    """One call. `next_reminder`: None where none is to be mailed; `due`: what the declared agents come to; `odd`: they
    changed much; `others`: the member's other calls of the year."""

    call: Call
    member: Member
    tariff: Tariff
    person: Person | None
    reminders: tuple[date, ...]
    next_reminder: date | None
    due: Due | None
    odd: bool
    bordereau: Document | None
    invoice: Document | None
    today: date
    headcount_day: date
    others: list[Call]

    @property
    def called_off(self) -> bool:
        """Is nothing asked of this member for the year any more?"""
        return all(each.state is CallState.CANCELLED for each in (self.call, *self.others))


def overview(uow: UnitOfWork[Transaction], manager: Manager, clock: Clock) -> Overview:
    """Runs, the last year first, and the years that may be called."""
    with uow("calls_overview") as tx:
        runs = [RunLine(run, tx.calls.tallies(run.id)) for run in tx.calls.runs(manager.cdg_id)]
        year, done = paris_day(clock.now()).year, {line.run.year for line in runs}
        years = [each for each in (year, year + 1) if each not in done]
        return Overview(runs, years, len(tx.tariffs.all(manager.cdg_id)))


def prospect(uow: UnitOfWork[Transaction], manager: Manager, year: int) -> Prospect:
    """Who is to be called for a year, what is expected, who lacks what."""
    with uow("call_prospect") as tx:
        run = next((run for run in tx.calls.runs(manager.cdg_id) if run.year == year), None)
        tariffs = tx.tariffs.all(manager.cdg_id)
        ids = tx.calls.to_call(manager.cdg_id, year, run.id if run else None)
        everybody = candidates(tx, tariffs, year, ids)
        who = sorted((one for one in everybody if one.term), key=lambda one: one.member.name)
        agents = sum(one.known or 0 for one in who)
        expected = total(one.due(run.all_agents if run else agents).totals.gross for one in who)
        tariff = who[0].term.tariff if who and who[0].term else None
        return Prospect(year, run, tariff, who, agents, expected, len(everybody) - len(who))


def run_page(
    uow: UnitOfWork[Transaction],
    manager: Manager,
    run_id: uuid.UUID,
    clock: Clock,
    which: Which,
    *,
    offset: int,
    limit: int,
) -> RunPage | None:
    """A run of this manager's CdG; None for any other."""
    now = clock.now()
    today = paris_day(now)
    with uow("call_run") as tx:
        run = tx.calls.run(run_id, manager.cdg_id)
        if run is None:
            return None
        line = RunLine(run, tx.calls.tallies(run.id))
        listed = tx.calls.listed(run.id, which, offset=offset, limit=limit)
        checked = line.tallies[CallState.CHECKED]
        issuing = Progress(
            line.tallies[CallState.ISSUED].calls, line.tallies[CallState.ISSUED].calls + checked.asked, None
        )
        return RunPage(
            line,
            listed,
            tx.calls.count(run.id, which),
            tx.calls.printed(run.id),
            today,
            _progress(run, line.called, now),
            issuing if checked.asked else None,
            tx.calls.count(run.id, Which([CallState.SENT], to_phone=today)),
        )


def call_page(uow: UnitOfWork[Transaction], manager: Manager, call_id: uuid.UUID, clock: Clock) -> CallPage | None:
    """A call of this manager's CdG; None for any other."""
    with uow("call_file") as tx:
        return _page(tx, tx.calls.get(call_id, manager.cdg_id), clock)


def members_call(uow: UnitOfWork[Transaction], member: Member, call_id: uuid.UUID, clock: Clock) -> CallPage | None:
    """A call of this member, as its own people see it; None for any other, and for one that was called off."""
    with uow("members_call") as tx:
        call = tx.calls.get(call_id, member.cdg_id)
        theirs = call is not None and call.member_id == member.id and call.state is not CallState.CANCELLED
        return _page(tx, call if theirs else None, clock)


def of_member(tx: Transaction, member: Member) -> list[Call]:
    """A member's calls, the last year first."""
    return tx.calls.of_member(member.id)


def phoned(listed: Listed, today: date) -> bool:
    """Is somebody to call this member?"""
    call = listed.call
    if call.state is not CallState.SENT:
        return False
    return to_phone(call.due_on, listed.reminders, written=call.person_id is not None, today=today)


def _page(tx: Transaction, call: Call | None, clock: Clock) -> CallPage | None:
    if call is None:
        return None
    member = tx.members.any(call.member_id)
    assert member is not None
    tariffs: Sequence[Tariff] = tx.tariffs.all(call.cdg_id)
    person, sent = tx.parties.correspondent(member.id), tx.calls.reminders(call.id)
    waited_for = call.state is CallState.SENT and person is not None
    return CallPage(
        call,
        member,
        next(each for each in tariffs if each.version == call.tariff_version),
        person,
        sent,
        next_reminder(call.due_on, sent) if waited_for else None,
        due_of(tx, call, call.agents) if call.agents is not None else None,
        call.agents is not None and is_odd(call.known_agents, call.agents),
        tx.documents.about("bordereau", call.id),
        tx.documents.about("facture", call.invoice_id) if call.invoice_id else None,
        paris_day(clock.now()),
        headcount_day(call.year),
        [each for each in tx.calls.in_run(call.run_id, member.id) if each.id != call.id],
    )


def _progress(run: Run, called: int, now: datetime) -> Progress | None:
    if run.finished_at is not None:
        return None
    made, left = called - run.called_before, run.expected - called
    spent = now - run.started_at
    seconds = int(spent.total_seconds()) * max(left, 0) // made if made > 0 else None
    return Progress(called, max(run.expected, called), seconds)
