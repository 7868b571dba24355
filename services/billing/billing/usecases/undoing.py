"""A default that was recorded by mistake, of one convention or of a whole market, is withdrawn.

The convention ends again as it did before that recording: by a member's notice, by another default, or with its market.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from billing.domain.convention import Convention
from billing.domain.ending import Cause, Ending, Notice
from billing.domain.faults import Fault, Refused
from billing.domain.parties import Manager, Member
from billing.domain.steps import Step, StepKind, ending_steps
from billing.store.life import KnownEnding
from billing.store.transaction import Transaction
from billing.usecases.habilitations import Unknown
from billing.usecases.leaving import announce, note, overtaken
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork


@dataclass(frozen=True, slots=True)
class Standing:
    """The default that ends a convention, and how it would end without it."""

    step: Step
    back_to: Ending
    # How many conventions the same recording ended and still ends, this one too.
    together: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """How many conventions run on, and how many stay ended: their day is over, or another has followed."""

    count: int
    stayed: int


def standing_default(uow: UnitOfWork[Transaction], manager: Manager, convention_id: uuid.UUID) -> Standing | None:
    """The default that ends a convention; None while none does. Raises Unknown."""
    with uow("standing_default") as tx:
        convention = _seen(tx, manager, convention_id)
        steps = ending_steps(tx.life.steps([convention.id])[convention.id])
        if not steps or steps[-1].kind is not StepKind.DEFAULTED:
            return None
        step, before = steps[-1], _before(tx, convention, steps[:-1])
        known = tx.life.steps(tx.life.recorded_with(step))
        together = sum(_same(step, ending_steps(each)) is not None for each in known.values())
        return Standing(step, before.ending, together)


def withdraw_default(
    uow: UnitOfWork[Transaction],
    manager: Manager,
    convention_id: uuid.UUID,
    step_id: uuid.UUID,
    clock: Clock,
    *,
    together: bool = False,
) -> Withdrawn:
    """The default that this step recorded never was: possible until the member's last day is over.

    `together`: for all that were ended by the same recording. Raises Unknown, and Refused (`form`) where none can be.
    """
    now = clock.now()

    def work(tx: Transaction) -> Withdrawn:
        convention = _seen(tx, manager, convention_id)
        steps = tx.life.steps([convention.id])[convention.id]
        meant = next((each for each in steps if each.id == step_id and each.kind is StepKind.DEFAULTED), None)
        if meant is None:
            raise Refused({"form": Fault.NOT_OPEN})
        ended = tx.life.recorded_with(meant) if together else {convention.id: convention.member_id}
        faults: list[Fault | None] = []
        for each, member_id in ended.items():
            member = tx.members.get(member_id, manager.cdg_id, lock=True)
            faults.append(_withdraw(tx, manager, member, each, meant, now) if member else Fault.NOT_OPEN)
        count = faults.count(None)
        stayed = [fault for fault in faults if fault is not None and fault is not Fault.NOT_OPEN]
        if not count:
            raise Refused({"form": stayed[0] if stayed else Fault.NOT_OPEN})
        return Withdrawn(count, len(stayed))

    return uow.run("withdraw_default", work)


def _withdraw(
    tx: Transaction, manager: Manager, member: Member, convention_id: uuid.UUID, meant: Step, now: datetime
) -> Fault | None:
    """Withdraw it for one convention, whose member is locked; answer why not, before anything is written."""
    convention = _seen(tx, manager, convention_id)
    steps = ending_steps(tx.life.steps([convention.id])[convention.id])
    step = _same(meant, steps)
    if step is None:
        return Fault.NOT_OPEN
    # On the member's own day, as for a notice: once its end has come and is told, it is not undone.
    if convention.until_on < now.astimezone(ZoneInfo(member.time_zone)).date():
        return Fault.ENDED_ALREADY
    left = [each for each in steps if each.id != step.id]
    before = _before(tx, convention, left)
    if overtaken(tx, convention, before.ending.last_day):
        return Fault.FOLLOWED_ALREADY
    if not left:
        tx.life.forget_ending(convention.id)
    elif step is steps[-1]:
        tx.life.end(convention.id, before, by=left[-1].recorded_by, at=left[-1].recorded_at)
    content = {"withdraws": str(step.id)}
    note(tx, manager, convention, StepKind.DEFAULT_WITHDRAWN, paris_day(now), now, content)
    announce(tx, member)
    return None


def _seen(tx: Transaction, manager: Manager, convention_id: uuid.UUID) -> Convention:
    convention = tx.conventions.get(convention_id, manager.cdg_id)
    if convention is None:
        raise Unknown
    return convention


def _same(meant: Step, steps: list[Step]) -> Step | None:
    """Of these, the one that was recorded at once with the one that is meant."""
    kind, recorded = meant.kind, (meant.recorded_by, meant.recorded_at)
    return next(
        (each for each in steps if each.kind is kind and (each.recorded_by, each.recorded_at) == recorded), None
    )


def _before(tx: Transaction, convention: Convention, steps: list[Step]) -> KnownEnding:
    """How a convention ends by these steps, the last one first; with its market where there is none."""
    written = tx.life.written_end(convention.id)
    if not steps:
        return KnownEnding(Ending(written, Cause.MARKET), None)
    told = steps[-1].content or {}
    last_day = date.fromisoformat(told["last_day"])
    if steps[-1].kind is StepKind.DEFAULTED:
        return KnownEnding(Ending(last_day, Cause.DEFAULT), None)
    letters = (date.fromisoformat(told[f"{party}_received_on"]) for party in ("cdg", "provider"))
    # A notice that came too late for an anniversary within the market changes nothing of its end.
    cause = Cause.NOTICE if last_day < written else Cause.MARKET
    return KnownEnding(Ending(last_day, cause), Notice(*letters))
