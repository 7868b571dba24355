"""On the day itself, by the member's own midnight: memberships begin and end, and those who open accesses are told.

intake and casework know the days in advance and compare them by themselves; this is for other public systems, and for a
membership that comes back after a pause: until it begins, the others hold the days of the one before.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from billing.domain.convention import Convention
from billing.store.conventions import span
from billing.store.life import DayToTell
from billing.store.transaction import Transaction
from billing.usecases import announcing
from chassis.clock import Clock
from chassis.db import UnitOfWork

_DAY = timedelta(1)


def tell_days(uow: UnitOfWork[Transaction], clock: Clock) -> int:
    """Tell what has begun and what has ended, each once; answer how much."""
    now = clock.now()
    furthest = (now + timedelta(hours=14)).date()  # the latest civil day on Earth
    with uow("find_membership_days") as tx:
        begun, ended = tx.life.begun_untold(furthest), tx.life.ended_untold(furthest)
    told = sum(_tell_begun(uow, each, now) for each in begun if each.on_day <= _local(each, now))
    return told + sum(_tell_ended(uow, each, now) for each in ended if each.on_day <= _local(each, now))


def _tell_begun(uow: UnitOfWork[Transaction], due: DayToTell, now: datetime) -> bool:
    with uow("tell_begun") as tx:
        member = tx.members.get(due.member_id, due.cdg_id, lock=True)
        convention = tx.conventions.get(due.convention_id)
        if member is None or convention is None or not tx.life.mark_told(convention.id, "begun", due.on_day, now):
            return False
        announcing.begun(tx, member, convention)
        known = tx.conventions.of_member(member.id)
        if span(known, convention)[0] == convention.effect_on and known[0].id != convention.id:
            announcing.membership(tx, tx.parties.cdg(member.cdg_id), member, convention)
        return True


def _tell_ended(uow: UnitOfWork[Transaction], due: DayToTell, now: datetime) -> bool:
    with uow("tell_ended") as tx:
        member = tx.members.get(due.member_id, due.cdg_id, lock=True)
        convention = tx.conventions.get(due.convention_id)
        if member is None or convention is None or not tx.life.mark_told(convention.id, "ended", due.on_day, now):
            return False
        if not _goes_on(tx.conventions.of_member(member.id), convention.until_on + _DAY):
            announcing.ended(tx, member, convention)
        return True


def _goes_on(known: list[Convention], day: date) -> bool:
    return any(each.effect_on == day <= each.until_on for each in known)


def _local(due: DayToTell, now: datetime) -> date:
    return now.astimezone(ZoneInfo(due.time_zone)).date()
