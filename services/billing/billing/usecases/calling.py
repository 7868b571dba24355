"""The yearly call: a manager starts a run, the clock carries it out, slice by slice, each member once.

What is done is in the database, in the transaction that did it: a run goes on where it stood, whatever killed it. Run
again, it calls who joined since.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple

from billing.domain.calls import CallRefused, CallState, Due, Term, answer_by, due, term
from billing.domain.parties import BillingAddress, Cdg, Manager, Member
from billing.domain.people import Person
from billing.domain.tariffs import Subject, Tariff
from billing.store.calls import Agreed, Run
from billing.store.transaction import Transaction
from billing.usecases import bordereau, public_events
from billing.usecases.letters import write_to_member
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from paravent.billing.v1 import events_pb2 as events

# Members called in one transaction, and slices in one turn of the clock: its other duties wait meanwhile.
SLICE = 50
SLICES = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member as it would be called. `term`: None where nothing is called; `known`: the last headcount."""

    member: Member
    agreed: Agreed
    term: Term | None
    known: int | None
    person: Person | None
    address: BillingAddress | None

    @property
    def billable(self) -> bool:
        """Is it known where to send an invoice?"""
        return self.address is not None and bool(self.address.street or self.address.city)

    def due(self, all_agents: int) -> Due:
        """What it would pay for the headcount that is known."""
        if self.term is None or self.known is None:
            return Due(())
        affiliated = self.member.affiliated is True
        return due(self.term.tariff, Subject(self.known, max(all_agents, 1), affiliated, self.term.share))


class _Slice(NamedTuple):
    """How many were called, where to go on from, and whether the run is over."""

    called: int
    last: uuid.UUID | None
    over: bool


def candidates(
    tx: Transaction, tariffs: Sequence[Tariff], year: int, member_ids: Sequence[uuid.UUID]
) -> list[Candidate]:
    """These members, which have a convention in force in the year."""
    members = tx.members.many(member_ids)
    agreed, known = tx.calls.agreed(member_ids), tx.calls.headcounts(member_ids)
    people, buyers = tx.parties.correspondents(member_ids), tx.parties.buyers(member_ids)
    found = []
    for each in member_ids:
        last = known[each][1] if each in known else None
        terms = [(one, term(tariffs, one.effect_on, one.until_on, year)) for one in counted(agreed[each], year)]
        # Who left and came back within the year may owe nothing for the first of the two.
        called, when = next((pair for pair in terms if pair[1] is not None), terms[0])
        found.append(Candidate(members[each], called, when, last, people.get(each), buyers.get(each)))
    return found


def counted(agreed: Sequence[Agreed], year: int) -> list[Agreed]:
    """The conventions in force in a year, the first one first, each with its days stretched over those that follow each
    other without a gap."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    found: list[Agreed] = []
    for at, one in enumerate(agreed):
        if one.effect_on > min(last, one.until_on) or one.until_on < first:
            continue
        if found and found[-1].effect_on <= one.effect_on <= found[-1].until_on:
            continue
        found.append(_stretched(agreed, at))
    return found or [agreed[-1]]


def _stretched(agreed: Sequence[Agreed], at: int) -> Agreed:
    start, end = agreed[at].effect_on, agreed[at].until_on
    for one in agreed[at + 1 :]:
        end = one.until_on if one.effect_on.toordinal() == end.toordinal() + 1 else end
    for one in reversed(agreed[:at]):
        start = one.effect_on if one.until_on.toordinal() == start.toordinal() - 1 else start
    return replace(agreed[at], effect_on=start, until_on=end)


def start(uow: UnitOfWork[Transaction], manager: Manager, year: int, due_on: date, clock: Clock) -> uuid.UUID:
    """Have every member of a year called; a year that was called before is completed with who joined since.

    Answers the run's id. Raises CallRefused: no tariff, nobody to call, a due day that is past.
    """
    now = clock.now()
    today = paris_day(now)
    if due_on <= today:
        raise CallRefused("La date limite de réponse doit être à venir.")
    if not today.year - 1 <= year <= today.year + 1:
        raise CallRefused("L’année appelée doit être celle-ci, la précédente ou la suivante.")

    def work(tx: Transaction) -> uuid.UUID:
        known = next((run for run in tx.calls.runs(manager.cdg_id) if run.year == year), None)
        if known is not None:
            return _complete(tx, known, manager, due_on, now)
        ids = tx.calls.to_call(manager.cdg_id, year, None)
        who = [one for one in candidates(tx, tx.tariffs.all(manager.cdg_id), year, ids) if one.term]
        if not who:
            raise CallRefused(
                "Il n’y a personne à appeler : aucun tarif ou aucune convention en vigueur cette année-là."
            )
        agents = sum(one.known or 0 for one in who)
        run = Run(uuid.uuid4(), manager.cdg_id, year, due_on, agents, manager.id, now, None, 0, len(who))
        if not tx.calls.start(run):
            raise CallRefused("Cet appel vient d’être lancé.")
        return run.id

    return uow.run("start_call", work)


def call_members(uow: UnitOfWork[Transaction], clock: Clock) -> int:
    """Duty: call who is to be called in the runs in hand; answer how many were."""
    with uow("calls_in_hand") as tx:
        runs = tx.calls.in_hand()
    return sum(_carry_on(uow, run, clock) for run in runs)


def _carry_on(uow: UnitOfWork[Transaction], run: Run, clock: Clock) -> int:
    done, after = 0, None
    for _ in range(SLICES):
        made = uow.run("call_members", partial(_slice, run=run, after=after, clock=clock))
        done, after = done + made.called, made.last
        if made.over:
            break
    return done


def post(uow: UnitOfWork[Transaction], manager: Manager, run_id: uuid.UUID, clock: Clock) -> int:
    """The bordereaux that nobody could be mailed were posted; answer how many."""
    with uow("post_calls") as tx:
        now = clock.now()
        held = tx.calls.hold(_run(tx, manager, run_id).id, CallState.PREPARED)
        for due_on in {call.due_on for call in held}:
            posted = [call.id for call in held if call.due_on == due_on]
            tx.calls.save(posted, state=CallState.SENT, sent_at=now, due_on=answer_by(due_on, paris_day(now)))
        return len(held)


def call_again(uow: UnitOfWork[Transaction], manager: Manager, call_id: uuid.UUID, clock: Clock) -> uuid.UUID:
    """Call a member whose call was called off: another call, bordereau, letter and event; the new call's id.

    What was called off stays as it was. Raises CallRefused: it was not called off, its invoice stands, the member was
    called again meanwhile, or no convention or tariff holds in that year any more.
    """
    now = clock.now()

    def work(tx: Transaction) -> uuid.UUID:
        old = tx.calls.get(call_id, manager.cdg_id)
        # Held: neither the clock nor another manager calls in this run meanwhile.
        run = tx.calls.run(old.run_id, manager.cdg_id, lock=True) if old else None
        if old is None or run is None:
            raise CallRefused("Cet appel n’existe pas.")
        others = tx.calls.in_run(run.id, old.member_id)
        if any(each.state is not CallState.CANCELLED for each in others):
            raise CallRefused("Cet adhérent a déjà un appel pour cette année : annulez-le d’abord.")
        if any(each.invoice_id and tx.invoices.for_cause(each.invoice_id) is None for each in others):
            raise CallRefused("La facture de l’appel annulé tient toujours : établissez d’abord un avoir.")
        one = _callable(tx, run, old.member_id)
        printed = tx.documents.about("bordereau", old.id)
        asked = replace(run, due_on=answer_by(run.due_on, paris_day(now)))
        [made] = _call(tx, asked, [one], now, replaces=printed.made_on if printed else None)
        return made

    return uow.run("call_again", work)


def _run(tx: Transaction, manager: Manager, run_id: uuid.UUID) -> Run:
    run = tx.calls.run(run_id, manager.cdg_id)
    if run is None:
        raise CallRefused("Cet appel n’existe pas.")
    return run


def _callable(tx: Transaction, run: Run, member_id: uuid.UUID) -> Candidate:
    """A member of a run, as it would be called now. Raises CallRefused."""
    first, last = date(run.year, 1, 1), date(run.year, 12, 31)
    agreed = tx.calls.agreed([member_id]).get(member_id, [])
    if any(one.effect_on <= last and one.until_on >= first for one in agreed):
        [found] = candidates(tx, tx.tariffs.all(run.cdg_id), run.year, [member_id])
        if found.term is not None:
            return found
    raise CallRefused(f"Il n’y a rien à appeler : aucune convention en vigueur, ou aucun tarif, en {run.year}.")


def _complete(tx: Transaction, known: Run, manager: Manager, due_on: date, now: datetime) -> uuid.UUID:
    run = tx.calls.run(known.id, manager.cdg_id, lock=True)
    assert run is not None
    if run.finished_at is None:
        return run.id
    ids = tx.calls.to_call(manager.cdg_id, run.year, run.id)
    fresh = [one for one in candidates(tx, tx.tariffs.all(manager.cdg_id), run.year, ids) if one.term]
    before = sum(tally.calls for tally in tx.calls.tallies(run.id).values())
    asked = {"due_on": due_on, "started_by": manager.id, "started_at": now, "finished_at": None}
    tx.calls.change_run(run.id, **asked, called_before=before, expected=before + len(fresh))
    return run.id


def _slice(tx: Transaction, run: Run, after: uuid.UUID | None, clock: Clock) -> _Slice:
    """Call some of those that follow `after`. The run is held: two clocks do not call side by side."""
    held = tx.calls.run(run.id, run.cdg_id, lock=True)
    if held is None or held.finished_at is not None:
        return _Slice(0, after, over=True)
    ids = tx.calls.to_call(run.cdg_id, run.year, run.id, after=after, limit=SLICE)
    if ids:
        tariffs = tx.tariffs.all(run.cdg_id)
        who = [one for one in candidates(tx, tariffs, run.year, ids) if one.term]
        _call(tx, held, who, clock.now())
        return _Slice(len(who), ids[-1], over=False)
    written = _write_again(tx, held, clock.now())
    if not written:
        tx.calls.change_run(run.id, finished_at=clock.now())
    return _Slice(0, after, over=not written)


def _call(
    tx: Transaction, run: Run, who: Sequence[Candidate], now: datetime, *, replaces: date | None = None
) -> list[uuid.UUID]:
    """Call these, and answer their calls' ids. `replaces`: the day of a bordereau that theirs stands in for."""
    called = [(uuid.uuid4(), one) for one in who]
    tx.calls.add([_row(call_id, run, one, now) for call_id, one in called])
    cdg = tx.parties.cdg(run.cdg_id)
    for call_id, one in called:
        _tell(tx, cdg, run, call_id, one, now, replaces)
    return [call_id for call_id, _ in called]


def _row(call_id: uuid.UUID, run: Run, one: Candidate, now: datetime) -> dict[str, Any]:
    assert one.term is not None
    return {
        "id": call_id,
        "run_id": run.id,
        "member_id": one.member.id,
        "convention_id": one.agreed.id,
        "first_on": one.term.first_on,
        "last_on": one.term.last_on,
        "due_on": run.due_on,
        "tariff_version": one.term.tariff.version,
        "part": one.term.share.part,
        "whole": one.term.share.whole,
        "affiliated": one.member.affiliated is True,
        "known_agents": one.known,
        "state": CallState.SENT if one.person else CallState.PREPARED,
        "person_id": one.person.id if one.person else None,
        "sent_at": now if one.person else None,
    }


def _tell(
    tx: Transaction, cdg: Cdg, run: Run, call_id: uuid.UUID, one: Candidate, now: datetime, replaces: date | None
) -> None:
    """The bordereau, the letter, the event."""
    assert one.term is not None
    tx.documents.ask(
        "bordereau",
        call_id,
        cdg_id=cdg.id,
        member_id=one.member.id,
        title=f"Appel à cotisation {run.year}",
        content=bordereau.content(
            cdg, run, one.member, one.address, one.agreed, one.term, one.known, one.due(run.all_agents), now, replaces
        ),
    )
    if one.person is not None:
        write_to_member(tx, one.member, one.person, events.LETTER_KIND_CALL, now)
    first, last = one.term.first_on.isoformat(), one.term.last_on.isoformat()
    public_events.call_issued(tx, one.member, run, call_id, first, last)


def _write_again(tx: Transaction, run: Run, now: datetime) -> int:
    """Mail those whose correspondent was not known when they were called, and is now."""
    waiting = tx.calls.hold(run.id, CallState.PREPARED)
    people = tx.parties.correspondents([call.member_id for call in waiting])
    some = [call for call in waiting if call.member_id in people][:SLICE]
    members = tx.members.many([call.member_id for call in some])
    for call in some:
        person = people[call.member_id]
        due_on = answer_by(call.due_on, paris_day(now))
        tx.calls.save([call.id], state=CallState.SENT, sent_at=now, due_on=due_on, person_id=person.id)
        write_to_member(tx, members[call.member_id], person, events.LETTER_KIND_CALL, now)
    return len(some)
