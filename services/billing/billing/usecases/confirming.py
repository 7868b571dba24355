"""Once a year, at the anniversary of the adhesion: are these still the referents?"""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from billing.domain.convention import Convention
from billing.domain.ending import anniversary
from billing.domain.faults import Fault, Refused
from billing.domain.parties import Manager, Member
from billing.store.confirmations import Confirmation
from billing.store.habilitations import Holder
from billing.store.transaction import Transaction
from billing.usecases.habilitations import Unknown
from billing.usecases.letters import write_to_member
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from paravent.billing.v1 import events_pb2 as events

# Days without an answer before a reminder.
PATIENCE = 30
# Members asked in one turn of the clock.
_SLICE = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What a member is asked this year. `due_on`: None in the first year: the convention has just said it."""

    holders: list[Holder]
    due_on: date | None
    confirmation: Confirmation | None

    @property
    def open(self) -> bool:
        return self.due_on is not None and (self.confirmation is None or self.confirmation.confirmed_on is None)


def last_anniversary(effect_on: date, day: date) -> date | None:
    """The anniversary of an adhesion that came last, by a day; None in the first year."""
    years = day.year - effect_on.year
    if years > 0 and anniversary(effect_on, years) > day:
        years -= 1
    return anniversary(effect_on, years) if years > 0 else None


def asked(tx: Transaction, member: Member, convention: Convention | None, today: date) -> Asked:
    """What stands now, for a page."""
    holders = tx.habilitations.of_members([member.id])
    due_on = last_anniversary(convention.effect_on, today) if convention and convention.in_force(today) else None
    return Asked(holders, due_on, tx.confirmations.of(member.id, due_on) if due_on else None)


def confirm_by_member(
    uow: UnitOfWork[Transaction], member: Member, person_id: uuid.UUID, seen: list[uuid.UUID], clock: Clock
) -> None:
    """Somebody of the member confirms, in its space, whom they saw. Raises Refused (`form`) if that changed since."""
    with uow("confirm_referents") as tx:
        _confirm(tx, member, seen, paris_day(clock.now()), person=person_id)


def confirm_by_manager(
    uow: UnitOfWork[Transaction], manager: Manager, member_id: uuid.UUID, seen: list[uuid.UUID], clock: Clock
) -> None:
    """A manager was told so by the member. Raises Unknown, and Refused (`form`)."""
    with uow("confirm_referents") as tx:
        member = tx.members.get(member_id, manager.cdg_id)
        if member is None:
            raise Unknown
        _confirm(tx, member, seen, paris_day(clock.now()), manager=manager.id)


def ask_for_confirmations(uow: UnitOfWork[Transaction], clock: Clock) -> int:
    """Ask every member whose anniversary has come; remind, once, who has not answered for 30 days."""
    now = clock.now()
    today = paris_day(now)
    with uow("find_anniversaries") as tx:
        due = tx.conventions.with_anniversary(today, _SLICE)
        late = tx.confirmations.to_remind(today - timedelta(PATIENCE))[:_SLICE]
    return sum(_ask(uow, convention, clock) for convention in due) + sum(_remind(uow, each, clock) for each in late)


def _ask(uow: UnitOfWork[Transaction], convention: Convention, clock: Clock) -> bool:
    now = clock.now()
    due_on = last_anniversary(convention.effect_on, paris_day(now))
    if due_on is None:
        return False
    with uow("ask_for_confirmation") as tx:
        if not tx.confirmations.ask(convention.member_id, due_on, paris_day(now)):
            return False
        _write(tx, convention.member_id, clock)
        return True


def _remind(uow: UnitOfWork[Transaction], late: Confirmation, clock: Clock) -> bool:
    with uow("remind_of_confirmation") as tx:
        today = paris_day(clock.now())
        if not tx.confirmations.remind(late.member_id, late.due_on, today):
            return False
        convention = tx.conventions.latest([late.member_id]).get(late.member_id)
        if convention is None or not convention.in_force(today):
            return False  # it ended since: nobody is asked any more
        _write(tx, late.member_id, clock)
        return True


def _write(tx: Transaction, member_id: uuid.UUID, clock: Clock) -> None:
    """A member without a correspondent is not written to: its manager sees the question on its page."""
    member, person = tx.members.any(member_id), tx.parties.correspondent(member_id)
    if member is not None and person is not None:
        write_to_member(tx, member, person, events.LETTER_KIND_CONFIRM_REFERENTS, clock.now())


def _confirm(
    tx: Transaction,
    member: Member,
    seen: list[uuid.UUID],
    today: date,
    *,
    person: uuid.UUID | None = None,
    manager: uuid.UUID | None = None,
) -> None:
    now = asked(tx, member, tx.conventions.latest([member.id]).get(member.id), today)
    if now.due_on is None or not now.holders:
        raise Refused({"form": Fault.NOT_OPEN})
    if {holder.habilitation.id for holder in now.holders} != set(seen):
        raise Refused({"form": Fault.CHANGED_SINCE})
    tx.confirmations.confirm(member.id, now.due_on, today, seen, person=person, manager=manager)
