"""Checked calls become invoices, each once, and unanswered ones are reminded; both by the clock."""

import uuid

from billing.domain.calls import CallState
from billing.domain.invoices import InvoiceRefused
from billing.domain.parties import Cdg, Manager
from billing.store.calls import Call
from billing.store.transaction import Transaction
from billing.usecases import invoicing
from billing.usecases.declaring import due_of
from billing.usecases.letters import write_to_member
from billing.wording import day
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from paravent.billing.v1 import events_pb2 as events

# Invoices of one transaction: the CdG's numbers wait meanwhile.
SLICE = 25
REMINDED = 50


def ask(uow: UnitOfWork[Transaction], manager: Manager, run_id: uuid.UUID, clock: Clock) -> int:
    """Have every checked call of a run billed; answer how many. What has nothing to pay is left as it is."""
    with uow("ask_for_invoices") as tx:
        if tx.calls.run(run_id, manager.cdg_id) is None:
            return 0
        checked = tx.calls.hold(run_id, CallState.CHECKED)
        due = [call.id for call in checked if call.issue_asked_at is None and (call.net_cents or 0) > 0]
        tx.calls.save(due, issue_asked_at=clock.now(), hindrance="")
        return len(due)


def issue_calls(uow: UnitOfWork[Transaction], clock: Clock) -> int:
    """Duty: bill what was asked for; answer how many calls were dealt with."""
    done = 0
    while taken := uow.run("issue_calls", lambda tx: _some(tx, clock)):
        done += taken
    return done


def remind(uow: UnitOfWork[Transaction], clock: Clock) -> int:
    """Duty: remind members of calls that they did not answer; answer how many."""
    done = 0
    while taken := uow.run("remind_calls", lambda tx: _remind(tx, clock)):
        done += taken
    return done


def _some(tx: Transaction, clock: Clock) -> int:
    taken = tx.calls.to_issue(SLICE)
    cdgs = {call.cdg_id: tx.parties.cdg(call.cdg_id) for call in taken}
    for call in taken:
        _issue(tx, cdgs[call.cdg_id], call, clock)
    return len(taken)


def _issue(tx: Transaction, cdg: Cdg, call: Call, clock: Clock) -> None:
    """Bill one; one that cannot be goes back to the manager with the reason, and keeps nobody waiting."""
    member = tx.members.any(call.member_id)
    convention = tx.conventions.get(call.convention_id)
    assert member is not None
    assert convention is not None
    assert call.agents is not None
    try:
        made = invoicing.issue(
            tx,
            cdg,
            member,
            due_of(tx, call, call.agents).lines,
            cause=call.id,
            issued_on=paris_day(clock.now()),
            period=(call.first_on, call.last_on),
            contract=f"convention du {day(convention.milestones.signed_on)}",
        )
    except InvoiceRefused as refused:
        tx.calls.save([call.id], issue_asked_at=None, hindrance=str(refused))
        return
    tx.calls.save([call.id], state=CallState.ISSUED, invoice_id=made.id, hindrance="")
    if person := tx.parties.correspondent(member.id):
        write_to_member(tx, member, person, events.LETTER_KIND_INVOICE, clock.now())


def _remind(tx: Transaction, clock: Clock) -> int:
    now = clock.now()
    taken = tx.calls.to_remind(paris_day(now), REMINDED)
    ids = [each.call.member_id for each in taken]
    members, people = tx.members.many(ids), tx.parties.correspondents(ids)
    for each in taken:
        tx.calls.remind(each.call.id, len(each.reminders) + 1, paris_day(now))
        kind = events.LETTER_KIND_CALL_REMINDER
        write_to_member(tx, members[each.call.member_id], people[each.call.member_id], kind, now)
    return len(taken)
