"""A year of the demonstration: what a CdG has in hand in the middle of one, for who looks at it for the first time.

A call that most answered, invoices paid, late, disputed and undone, a convention proposed, one that its member leaves.
Every step goes through its own use case, by a clock set to its day; days count back from today.
"""

import contextlib
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from billing.domain.faults import Refused
from billing.domain.invoices import Motive
from billing.domain.money import Money
from billing.domain.parties import Manager, Member
from billing.store.calls import Call
from billing.store.transaction import Transaction
from billing.usecases import billing_calls, calling, declaring, leaving, ledger, proposing
from billing.usecases.declaring import Declaration
from billing.usecases.ledger import Received
from chassis.clock import Clock, FixedClock, paris_day
from chassis.db import UnitOfWork

# Transactions that take place at what a clock says.
At = Callable[[Clock], UnitOfWork[Transaction]]

# Days ago.
_CALLED, _ANSWER_BY, _CHECKED, _ISSUED = 80, 50, 48, 47
_REMINDED = (50, 35, 20)
# Who declares, how many days ago, and by how much its agents changed; the others do not answer.
_DECLARED = {
    "Zudausques": (74, 0),
    "Dainville": (73, 2),
    "Étaples": (71, -3),
    "Wancourt": (70, 0),
    "Lillers": (66, 4),
    "Avion": (64, 0),
    "Beaurains": (61, 1),
    "Hersin-Coupigny": (58, 5),
    "Ablain-Saint-Nazaire": (52, 1),
}
# Too late to be billed with the others: it is to be checked.
_LATE = {"Auchel": (1, -6)}
# Who pays, how many days ago; the first part alone where a sum is told.
_PAID: dict[str, tuple[int, Money | None]] = {
    "Zudausques": (38, None),
    "Dainville": (33, None),
    "Étaples": (30, None),
    "Avion": (27, Money.of("400")),
    "Beaurains": (21, None),
    "Lillers": (18, None),
}
_DISPUTED = ("Hersin-Coupigny", 25, "L’effectif facturé compte des agents mis à disposition")
_UNDONE = ("Ablain-Saint-Nazaire", 22, "16 agents au lieu de 17")
_LEAVING = ("Beaurains", 30)
_PROPOSED = ("Syndicat des eaux de la Démonstration", 14)
_DRAFTED = ("CCAS de la Démonstration", 3)


class _Story(NamedTuple):
    at: At
    manager: Manager
    now: datetime

    def ago(self, days: int) -> tuple[UnitOfWork[Transaction], Clock]:
        """What takes place so many days ago."""
        clock = FixedClock(self.now - timedelta(days))
        return self.at(clock), clock


def tell_year(at: At, manager: Manager, clock: Clock) -> bool:
    """Play it for this manager's CdG; False where something was called or billed already, or no market is running."""
    story = _Story(at, manager, clock.now())
    with at(clock)("year_to_tell") as tx:
        market = tx.parties.market(manager.cdg_id, tx.today)
        running = market is not None and tx.today <= market.ends_on
        if not running or tx.calls.runs(manager.cdg_id) or tx.balances.years(manager.cdg_id):
            return False
        members = _by_name(tx, manager)
    run_id = _call(story, members)
    _bill(story, run_id)
    _declare(story, members, run_id, _LATE)
    _money(story, members, run_id)
    _life(story, members)
    return True


def _by_name(tx: Transaction, manager: Manager) -> dict[str, Member]:
    return {each.name: each for each in tx.members.page(manager.cdg_id, "", offset=0, limit=100)}


def _call(story: _Story, members: dict[str, Member]) -> uuid.UUID:
    uow, then = story.ago(_CALLED)
    due_on = paris_day(story.now) - timedelta(_ANSWER_BY)
    run_id = calling.start(uow, story.manager, paris_day(then.now()).year, due_on, then)
    calling.call_members(uow, then)
    _declare(story, members, run_id, _DECLARED)
    return run_id


def _declare(
    story: _Story, members: dict[str, Member], run_id: uuid.UUID, declared: dict[str, tuple[int, int]]
) -> None:
    for name, (days, change) in declared.items():
        uow, then = story.ago(days)
        with uow("their_call") as tx:
            call = _of(tx, members[name], run_id)
            person = tx.parties.correspondent(members[name].id)
        if call is not None and person is not None:
            said = Declaration((call.known_agents or 1) + change, person.name, "Secrétariat")
            declaring.declare(uow, members[name], call.id, said, then, sure=True)


def _bill(story: _Story, run_id: uuid.UUID) -> None:
    uow, then = story.ago(_CHECKED)
    declaring.approve(uow, story.manager, run_id, then)
    uow, then = story.ago(_ISSUED)
    billing_calls.ask(uow, story.manager, run_id, then)
    billing_calls.issue_calls(uow, then)
    for days in _REMINDED:
        billing_calls.remind(*story.ago(days))


def _money(story: _Story, members: dict[str, Member], run_id: uuid.UUID) -> None:
    for name, (days, part) in _PAID.items():
        uow, then = story.ago(days)
        if billed := _invoice(uow, members[name], run_id):
            invoice_id, gross = billed
            paid = Received(paris_day(then.now()), part or gross, name, f"VIR {name[:12].upper()}")
            ledger.enter_payment(uow, story.manager, invoice_id, paid, then)
    name, days, why = _DISPUTED
    uow, then = story.ago(days)
    if billed := _invoice(uow, members[name], run_id):
        ledger.dispute(uow, story.manager, billed[0], why, then)
    name, days, why = _UNDONE
    uow, then = story.ago(days)
    if billed := _invoice(uow, members[name], run_id):
        ledger.undo_invoice(uow, story.manager, billed[0], Motive.HEADCOUNT, then, remark=why)


def _life(story: _Story, members: dict[str, Member]) -> None:
    """A notice and two proposals; what the rules refuse on such a day is left out."""
    name, days = _LEAVING
    uow, then = story.ago(days)
    with uow("leaving") as tx:
        convention = tx.conventions.latest([members[name].id])[members[name].id]
    letter = paris_day(then.now()) - timedelta(1)
    with contextlib.suppress(Refused):
        leaving.give_notice(uow, story.manager, convention.id, letter, letter, then)
    name, days = _PROPOSED
    uow, then = story.ago(days)
    with contextlib.suppress(Refused):
        proposal_id = proposing.draft_for_member(uow, story.manager, members[name].id, then)
        proposing.mark_sent(uow, story.manager, proposal_id, paris_day(then.now()), then)
    name, days = _DRAFTED
    uow, then = story.ago(days)
    with contextlib.suppress(Refused):
        proposing.draft_for_member(uow, story.manager, members[name].id, then)


def _of(tx: Transaction, member: Member, run_id: uuid.UUID) -> Call | None:
    return next((one for one in tx.calls.of_member(member.id) if one.run_id == run_id), None)


def _invoice(uow: UnitOfWork[Transaction], member: Member, run_id: uuid.UUID) -> tuple[uuid.UUID, Money] | None:
    """What this member was billed, and its amount."""
    with uow("their_invoice") as tx:
        call = _of(tx, member, run_id)
        if call is None or call.invoice_id is None:
            return None
        ((invoice_id, invoice),) = tx.balances.invoices(member.cdg_id, [call.invoice_id])
        return invoice_id, invoice.draft.due
