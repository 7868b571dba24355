"""A member declares its agents and sees what it owes; the CdG checks, or sends back with a reason."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from billing.domain.calls import LARGEST, OPEN, CallRefused, CallState, Due, answer_by, due, headcount_day, is_odd
from billing.domain.faults import Fault, Refused, check
from billing.domain.headcount import size_band
from billing.domain.parties import Manager, Member
from billing.domain.people import tidy
from billing.domain.tariffs import Subject
from billing.store.calls import Call
from billing.store.transaction import Transaction
from billing.usecases import announcing
from billing.usecases.letters import write_to_member
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from paravent.billing.v1 import events_pb2 as events

_LONGEST = 120
_LONGEST_MOTIVE = 500
_CLOSED = "Le centre de gestion a déjà vérifié cette déclaration : elle ne peut plus être modifiée ici."


@dataclass(frozen=True, slots=True)
class Declaration:
    """What was typed, cleaned: agents at 31 December, and who declares them."""

    agents: int
    name: str
    function: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a declaration would come to. `odd`: it differs so much from the last that it is asked about again."""

    call: Call
    member: Member
    declaration: Declaration
    due: Due
    odd: bool


def typed(agents: int | None, name: str, function: str) -> Declaration:
    """The declaration that was typed. Raises Refused, by field: agents, name, function."""
    known = Declaration(agents or 0, tidy(name), tidy(function))
    counted = None if agents and 1 <= agents <= LARGEST else Fault.NOT_POSITIVE
    texts = {"name": known.name, "function": known.function}
    check(
        {"agents": Fault.MISSING if agents is None else counted} | {each: _text(text) for each, text in texts.items()}
    )
    return known


def preview(uow: UnitOfWork[Transaction], member: Member, call_id: uuid.UUID, declaration: Declaration) -> Preview:
    """What this would come to, without keeping it. Raises CallRefused once it is checked, and for no such call."""
    with uow("preview_declaration") as tx:
        call = _open(tx, member, call_id)
        odd = is_odd(call.known_agents, declaration.agents)
        return Preview(call, member, declaration, due_of(tx, call, declaration.agents), odd)


def declare(
    uow: UnitOfWork[Transaction],
    member: Member,
    call_id: uuid.UUID,
    declaration: Declaration,
    clock: Clock,
    *,
    sure: bool,
    typed_by: Manager | None = None,
) -> None:
    """Keep a declaration, or a correction; its headcount replaces the one declared for that day.

    `typed_by`: the manager who copies a paper. Raises CallRefused, and Refused (field `sure`) for an odd change that
    nobody confirmed.
    """
    now = clock.now()

    def work(tx: Transaction) -> None:
        call = _open(tx, member, call_id)
        if is_odd(call.known_agents, declaration.agents) and not sure:
            raise Refused({"sure": Fault.MISSING})
        totals = due_of(tx, call, declaration.agents).totals
        tx.calls.save(
            [call.id],
            state=CallState.DECLARED,
            agents=declaration.agents,
            net_cents=totals.net.cents,
            tax_cents=totals.tax.cents,
            declared_by=declaration.name,
            declared_function=declaration.function,
            declared_at=now,
            typed_by=typed_by.id if typed_by else None,
            motive="",
        )
        _announce(tx, member, call, declaration.agents, clock)

    uow.run("declare_headcount", work)


def send_back(uow: UnitOfWork[Transaction], manager: Manager, call_id: uuid.UUID, motive: str, clock: Clock) -> None:
    """Ask the member again, with a reason that it reads. Raises CallRefused, and Refused (field `motive`)."""
    why = tidy(motive)
    if not why or len(why) > _LONGEST_MOTIVE:
        raise Refused({"motive": Fault.TOO_LONG if why else Fault.MISSING})
    now = clock.now()
    with uow("send_back_call") as tx:
        call = held(tx, manager, call_id)
        if call.state not in (CallState.DECLARED, CallState.CHECKED) or call.issue_asked_at is not None:
            raise CallRefused("Cet appel n’attend pas de vérification.")
        asked = {"state": CallState.SENT, "motive": why, "sent_at": now, "checked_at": None, "checked_by": None}
        tx.calls.save([call.id], due_on=answer_by(call.due_on, paris_day(now)), **asked)
        member, person = tx.members.any(call.member_id), tx.parties.correspondent(call.member_id)
        if member is not None and person is not None:
            write_to_member(tx, member, person, events.LETTER_KIND_CALL, now)


def approve(
    uow: UnitOfWork[Transaction],
    manager: Manager,
    run_id: uuid.UUID,
    clock: Clock,
    only: Sequence[uuid.UUID] | None = None,
) -> int:
    """Check what was declared in a run: these calls, or all; answer how many were."""
    with uow("approve_calls") as tx:
        if tx.calls.run(run_id, manager.cdg_id) is None:
            raise CallRefused("Cet appel n’existe pas.")
        waiting = tx.calls.hold(run_id, CallState.DECLARED, only)
        kept = {"state": CallState.CHECKED, "checked_at": clock.now(), "checked_by": manager.id}
        tx.calls.save([call.id for call in waiting], **kept)
        return len(waiting)


def cancel(uow: UnitOfWork[Transaction], manager: Manager, call_id: uuid.UUID) -> None:
    """Call this member off. What was billed is called off once a credit note has undone it. Raises CallRefused."""
    with uow("cancel_call") as tx:
        call = held(tx, manager, call_id)
        if call.state is CallState.CANCELLED:
            return
        undone = call.invoice_id is not None and not tx.invoices.stands(call.invoice_id)
        if call.state is CallState.ISSUED and not undone:
            raise CallRefused("La facture est émise : établissez d’abord un avoir.")
        if call.state is CallState.CHECKED and call.issue_asked_at is not None:
            raise CallRefused("La facture est en cours d’émission.")
        tx.calls.save([call.id], state=CallState.CANCELLED)


def due_of(tx: Transaction, call: Call, agents: int) -> Due:
    """What a call comes to for this many agents, by what stood when it was made."""
    tariff = next(each for each in tx.tariffs.all(call.cdg_id) if each.version == call.tariff_version)
    return due(tariff, Subject(agents, max(call.all_agents, 1), call.affiliated, call.share))


def held(tx: Transaction, manager: Manager, call_id: uuid.UUID) -> Call:
    """A call of this manager's CdG, held. Raises CallRefused."""
    call = tx.calls.get(call_id, manager.cdg_id, lock=True)
    if call is None:
        raise CallRefused("Cet appel n’existe pas.")
    return call


def _open(tx: Transaction, member: Member, call_id: uuid.UUID) -> Call:
    call = tx.calls.get(call_id, member.cdg_id, lock=True)
    if call is None or call.member_id != member.id:
        raise CallRefused("Cet appel n’existe pas.")
    if call.state not in OPEN:
        raise CallRefused(_CLOSED)
    return call


def _announce(tx: Transaction, member: Member, call: Call, agents: int, clock: Clock) -> None:
    """The others know a band: they are told when it changes."""
    before = tx.conventions.latest([member.id])
    tx.calls.declare_headcount(member.id, headcount_day(call.year), agents, paris_day(clock.now()))
    after = tx.conventions.latest([member.id])
    if member.id not in after:
        return
    was, now = before[member.id].headcount, after[member.id].headcount
    if was is None or size_band(was) != size_band(now):
        announcing.membership(tx, tx.parties.cdg(member.cdg_id), member, after[member.id])


def _text(text: str) -> Fault | None:
    if not text:
        return Fault.MISSING
    if not text.isprintable():
        return Fault.MALFORMED
    return Fault.TOO_LONG if len(text) > _LONGEST else None
