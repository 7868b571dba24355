"""How conventions end: a member's notice, its withdrawal, a default of the provider or the CdG (art. 9)."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from billing.domain.convention import Convention
from billing.domain.ending import Cause, Ending, Explained, Notice, end_by_default, end_by_notice, explain
from billing.domain.faults import Fault, Refused, check
from billing.domain.parties import Manager, Member
from billing.domain.steps import Party, Step, StepKind
from billing.store.life import KnownEnding
from billing.store.transaction import Transaction
from billing.usecases import announcing
from billing.usecases.habilitations import Unknown
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork


@dataclass(frozen=True, slots=True)
class NoticePreview:
    """What a notice would lead to, and why."""

    member: Member
    convention: Convention
    ending: Ending
    explained: Explained
    # The last day is over already: access would close at once.
    late: bool


@dataclass(frozen=True, slots=True)
class DefaultPreview:
    """Which conventions a default would end, and when."""

    convention: Convention
    member: Member
    last_day: date


def preview_notice(
    uow: UnitOfWork[Transaction],
    manager: Manager,
    convention_id: uuid.UUID,
    cdg_on: date | None,
    provider_on: date | None,
    clock: Clock,
) -> NoticePreview:
    """What these letters lead to. Raises Unknown, and Refused: cdg_received_on, provider_received_on, form."""
    today = paris_day(clock.now())
    with uow("preview_notice") as tx:
        convention, member = held(tx, manager, convention_id)
        notice, ending = _by_notice(tx, convention, cdg_on, provider_on, today)
        return NoticePreview(
            member, convention, ending, explain(convention.effect_on, notice), late=ending.last_day < today
        )


def give_notice(
    uow: UnitOfWork[Transaction],
    manager: Manager,
    convention_id: uuid.UUID,
    cdg_on: date | None,
    provider_on: date | None,
    clock: Clock,
) -> Ending:
    """Record a member's notice: both registered letters' days. Raises Unknown, and Refused as `preview_notice`."""
    now = clock.now()
    with uow("give_notice") as tx:
        convention, member = held(tx, manager, convention_id)
        notice, ending = _by_notice(tx, convention, cdg_on, provider_on, paris_day(now))
        tx.life.end(convention.id, KnownEnding(ending, notice), by=manager.id, at=now)
        content = {
            "cdg_received_on": notice.cdg_received_on.isoformat(),
            "provider_received_on": notice.provider_received_on.isoformat(),
            "last_day": ending.last_day.isoformat(),
        }
        note(tx, manager, convention, StepKind.NOTICE_GIVEN, notice.complete_on, now, content)
        announce(tx, member)
        return ending


def withdraw_notice(uow: UnitOfWork[Transaction], manager: Manager, convention_id: uuid.UUID, clock: Clock) -> None:
    """The member stays after all: possible until its last day. Raises Unknown, and Refused (`form`)."""
    now = clock.now()
    with uow("withdraw_notice") as tx:
        convention, member = held(tx, manager, convention_id)
        known = tx.life.ending(convention.id)
        if known is None or known.notice is None:
            raise Refused({"form": Fault.NOT_OPEN})
        # On the member's own day: once its end has come and is told, it is not undone.
        if known.ending.last_day < now.astimezone(ZoneInfo(member.time_zone)).date():
            raise Refused({"form": Fault.ENDED_ALREADY})
        if overtaken(tx, convention, tx.life.written_end(convention.id)):
            raise Refused({"form": Fault.FOLLOWED_ALREADY})
        tx.life.forget_ending(convention.id)
        note(tx, manager, convention, StepKind.NOTICE_WITHDRAWN, paris_day(now), now, {})
        announce(tx, member)


def preview_default(
    uow: UnitOfWork[Transaction],
    manager: Manager,
    on: date | None,
    clock: Clock,
    convention_id: uuid.UUID | None = None,
) -> list[DefaultPreview]:
    """Which conventions would cease that day: one, or all of the market's. Raises Unknown, Refused (`on`, `form`)."""
    with uow("preview_default") as tx:
        return _defaulted(tx, manager, on, paris_day(clock.now()), convention_id)


def record_default(
    uow: UnitOfWork[Transaction],
    manager: Manager,
    on: date | None,
    by: Party,
    clock: Clock,
    convention_id: uuid.UUID | None = None,
) -> int:
    """The provider or the CdG ends it: conventions cease by right on that day, their last, without compensation.

    One, or all of the market's; answers how many. Raises Unknown, and Refused (`on`, `form`).
    """
    now = clock.now()

    def work(tx: Transaction) -> int:
        ended = _defaulted(tx, manager, on, paris_day(now), convention_id)
        for each in sorted(ended, key=lambda one: one.member.id):
            member = tx.members.get(each.member.id, manager.cdg_id, lock=True)
            assert member is not None
            ending = Ending(each.last_day, Cause.DEFAULT)
            tx.life.end(each.convention.id, KnownEnding(ending, None), by=manager.id, at=now)
            content = {"by": str(by), "last_day": each.last_day.isoformat()}
            note(tx, manager, each.convention, StepKind.DEFAULTED, each.last_day, now, content)
            announce(tx, member)
        return len(ended)

    return uow.run("record_default", work)


def held(tx: Transaction, manager: Manager, convention_id: uuid.UUID) -> tuple[Convention, Member]:
    """A convention of the manager's CdG as it runs, and its member, locked. Raises Unknown."""
    seen = tx.conventions.get(convention_id, manager.cdg_id)
    member = tx.members.get(seen.member_id, manager.cdg_id, lock=True) if seen else None
    convention = tx.conventions.get(convention_id, manager.cdg_id)
    if convention is None or member is None:
        raise Unknown
    return convention, member


def overtaken(tx: Transaction, convention: Convention, last_day: date) -> bool:
    """Whether another convention of the member takes effect before this one would end, were that its last day."""
    others = tx.conventions.of_member(convention.member_id)
    return any(convention.until_on < each.effect_on <= last_day for each in others)


def _by_notice(
    tx: Transaction, convention: Convention, cdg_on: date | None, provider_on: date | None, today: date
) -> tuple[Notice, Ending]:
    check(
        {
            "cdg_received_on": Fault.MISSING if cdg_on is None else None,
            "provider_received_on": Fault.MISSING if provider_on is None else None,
        }
    )
    if tx.life.ending(convention.id) is not None:
        raise Refused({"form": Fault.ENDING_ALREADY})
    if convention.until_on < today:
        raise Refused({"form": Fault.ENDED_ALREADY})
    # It would begin all the same: the notice is given on the renewal, as the page says.
    if tx.conventions.followed([convention.id]):
        raise Refused({"form": Fault.RENEWED_ALREADY})
    assert cdg_on is not None
    assert provider_on is not None
    notice = Notice(cdg_on, provider_on)
    signed_on = convention.milestones.signed_on
    effect, until = convention.effect_on, convention.until_on
    return notice, end_by_notice(effect, until, notice, signed_on=signed_on, today=today)


def _defaulted(
    tx: Transaction, manager: Manager, on: date | None, today: date, convention_id: uuid.UUID | None
) -> list[DefaultPreview]:
    if on is None:
        raise Refused({"on": Fault.MISSING})
    if convention_id is not None:
        convention, member = held(tx, manager, convention_id)
        if convention.until_on < today:
            raise Refused({"form": Fault.ENDED_ALREADY})
        return [
            DefaultPreview(convention, member, end_by_default(convention.until_on, convention.effect_on, on).last_day)
        ]
    market = tx.parties.market(manager.cdg_id, today)
    if market is None or not market.covers(on):
        raise Refused({"on": Fault.OUTSIDE_MARKET})
    # What has not taken effect by then never does.
    found = [each for each in tx.conventions.under(manager.cdg_id, market.id, today) if each.until_on > on]
    members = tx.members.many(each.member_id for each in found)
    return [DefaultPreview(each, members[each.member_id], on) for each in found]


def note(
    tx: Transaction,
    manager: Manager,
    convention: Convention,
    kind: StepKind,
    on: date,
    now: datetime,
    content: dict[str, str],
) -> None:
    """Write a step into a convention's history."""
    tx.life.add_step(Step(uuid.uuid4(), convention.id, kind, on, manager.id, now, content=content))


def announce(tx: Transaction, member: Member) -> None:
    """The days changed: everybody who opens or closes an access is told again."""
    counting = tx.conventions.latest([member.id])[member.id]
    announcing.membership(tx, tx.parties.cdg(member.cdg_id), member, counting)
