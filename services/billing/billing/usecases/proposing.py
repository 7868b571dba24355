"""Before the reception: a convention is drafted, sent, signed and sent back, or given up; renewals by the hundred."""

import uuid
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from billing.domain import adhesion
from billing.domain.adhesion import TypedConvention
from billing.domain.convention import Convention, Market, conclude, renew
from billing.domain.faults import Fault, Refused, check
from billing.domain.parties import Commune, Manager, Member
from billing.domain.proposal import Draft, Proposal, Stage, checked
from billing.store.habilitations import Holder
from billing.store.transaction import Transaction
from billing.usecases import convention_papers
from billing.usecases.conventions import Preview, claimed, designate_all, join, market_of, previewed
from billing.usecases.habilitations import Unknown
from billing.usecases.letters import write_to_member
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from paravent.billing.v1 import events_pb2 as events


def draft_for_commune(uow: UnitOfWork[Transaction], manager: Manager, commune: Commune, clock: Clock) -> uuid.UUID:
    """Start the convention of a commune of the official list; answer the proposal's id. Raises Refused (`form`)."""

    def work(tx: Transaction) -> uuid.UUID:
        return _draft(tx, manager, claimed(tx, manager, commune), clock.now()).id

    return uow.run("draft_convention", work)


def draft_for_member(uow: UnitOfWork[Transaction], manager: Manager, member_id: uuid.UUID, clock: Clock) -> uuid.UUID:
    """Start the next convention of a body that is known: its first, its return, or its renewal.

    Raises Unknown, and Refused (`form`): one is open already, or nothing follows yet.
    """

    def work(tx: Transaction) -> uuid.UUID:
        member = tx.members.get(member_id, manager.cdg_id, lock=True)
        if member is None:
            raise Unknown
        return _draft(tx, manager, member, clock.now()).id

    return uow.run("draft_convention", work)


def draft_renewals(
    uow: UnitOfWork[Transaction], manager: Manager, clock: Clock, only: Collection[uuid.UUID] | None = None
) -> int:
    """Prepare the next market's convention of every member whose convention runs to the end of this one.

    Who has an open proposal, a convention that follows, or has given notice is left out. Answers how many were
    prepared. Raises Refused (`form`) while no next market is known.
    """
    now = clock.now()
    with uow("draft_renewals") as tx:
        following, to_renew = renewable(tx, manager.cdg_id, paris_day(now))
        if following is None:
            raise Refused({"form": Fault.NO_NEXT_MARKET})
        chosen = [each for each in to_renew if only is None or each.member_id in only]
        holders = tx.habilitations.of_members([each.member_id for each in chosen])
        return sum(tx.proposals.add(_renewal(manager, each, following, holders, now)) for each in chosen)


def renewable(tx: Transaction, cdg_id: uuid.UUID, today: date) -> tuple[Market | None, list[Convention]]:
    """The next market, and the conventions that run to the end of this one and that nothing follows yet."""
    market = tx.parties.market(cdg_id, today)
    if market is None:
        return None, []
    running = [each for each in tx.conventions.under(cdg_id, market.id, today) if each.until_on == market.ends_on]
    taken = tx.proposals.having_open(each.member_id for each in running)
    taken |= tx.conventions.followed(each.id for each in running)
    taken |= set(tx.life.endings(each.id for each in running))  # a late notice is one too
    ready = [each for each in running if each.member_id not in taken and each.id not in taken]
    return tx.proposals.next_market(cdg_id, market.starts_on), ready


def change_draft(
    uow: UnitOfWork[Transaction], manager: Manager, proposal_id: uuid.UUID, draft: Draft, clock: Clock
) -> None:
    """Correct what is not sent yet. Raises Unknown, and Refused by field."""
    del clock
    with uow("change_draft") as tx:
        proposal, _ = _held(tx, manager, proposal_id, Stage.DRAFT)
        tx.proposals.save(replace(proposal, draft=checked(draft)))


def mark_sent(
    uow: UnitOfWork[Transaction], manager: Manager, proposal_id: uuid.UUID, sent_on: date | None, clock: Clock
) -> bool:
    """The convention leaves: its papers are fixed, and the member's correspondent is written to.

    Answers whether somebody was; without a correspondent it is sent by other means. Raises Unknown, and Refused
    (`form`, `sent_on`).
    """
    now = clock.now()
    with uow("send_convention") as tx:
        proposal, member = _held(tx, manager, proposal_id, Stage.DRAFT)
        check({"sent_on": _day_fault(sent_on, paris_day(now))})
        sent = replace(proposal, sent_on=sent_on)
        tx.proposals.save(sent)
        convention_papers.fix(tx, sent, member)
        person = tx.parties.correspondent(member.id)
        if person is not None:
            write_to_member(tx, member, person, events.LETTER_KIND_CONVENTION, now)
        return person is not None


def give_up(uow: UnitOfWork[Transaction], manager: Manager, proposal_id: uuid.UUID, clock: Clock) -> None:
    """The member does not sign. Another can be drafted. Raises Unknown, and Refused (`form`) once it is concluded."""
    with uow("give_up_convention") as tx:
        proposal, _ = _held(tx, manager, proposal_id, Stage.DRAFT, Stage.SENT)
        tx.proposals.save(replace(proposal, closed_on=paris_day(clock.now())))


def preview_reception(
    uow: UnitOfWork[Transaction], manager: Manager, proposal_id: uuid.UUID, typed: TypedConvention, clock: Clock
) -> Preview:
    """What the signed convention would be, were it recorded. Raises Unknown, and Refused by field."""
    today = paris_day(clock.now())
    with uow("preview_reception") as tx:
        proposal, member = _held(tx, manager, proposal_id, Stage.DRAFT, Stage.SENT)
        market, before = _under(tx, proposal)
        agreed = adhesion.read(typed, member.name, market, today=today, before=before)
        days, agents = agreed.milestones, agreed.headcount
        if before is None:
            convention = conclude(member.id, market, days, agents, today=today)
        else:
            convention = renew(before, market, days, agents, today=today)
        return previewed(tx, manager, agreed, convention, affiliated=bool(member.affiliated))


def record_reception(
    uow: UnitOfWork[Transaction], manager: Manager, proposal_id: uuid.UUID, typed: TypedConvention, clock: Clock
) -> uuid.UUID:
    """The member signed and sent it back: conclude it, once; answer the member's id. Raises Unknown, and Refused."""
    now = clock.now()

    def work(tx: Transaction) -> uuid.UUID:
        proposal, member = _held(tx, manager, proposal_id, Stage.DRAFT, Stage.SENT)
        market, before = _under(tx, proposal)
        agreed = adhesion.read(typed, member.name, market, today=paris_day(now), before=before)
        join(tx, manager, member, agreed, market, now, before)
        designate_all(tx, manager, agreed, member, now)
        return member.id

    return uow.run("record_reception", work)


def _draft(tx: Transaction, manager: Manager, member: Member, now: datetime) -> Proposal:
    """The next convention of a member, whose row is locked."""
    today = paris_day(now)
    market = market_of(tx, manager.cdg_id, today)
    running = [each for each in tx.conventions.of_member(member.id) if each.until_on >= today]
    holders = tx.habilitations.of_members([member.id])
    if not running:
        known = convention_papers.known_draft(None, holders)
        proposal = Proposal(uuid.uuid4(), member.cdg_id, member.id, market.id, None, known, manager.id, now)
    else:
        last = running[-1]
        of_last = next(each for each in tx.proposals.markets(manager.cdg_id) if each.id == last.market_id)
        following = tx.proposals.next_market(manager.cdg_id, of_last.starts_on)
        if following is None:
            raise Refused({"form": Fault.ALREADY_MEMBER})
        proposal = _renewal(manager, last, following, holders, now)
    if not tx.proposals.add(proposal):
        raise Refused({"form": Fault.PROPOSED_ALREADY})
    return proposal


def _renewal(manager: Manager, before: Convention, market: Market, holders: list[Holder], now: datetime) -> Proposal:
    theirs = [holder for holder in holders if holder.habilitation.member_id == before.member_id]
    known = convention_papers.known_draft(before.headcount, theirs)
    return Proposal(uuid.uuid4(), manager.cdg_id, before.member_id, market.id, before.id, known, manager.id, now)


def _held(tx: Transaction, manager: Manager, proposal_id: uuid.UUID, *stages: Stage) -> tuple[Proposal, Member]:
    """A proposal in one of these stages and its member, both locked: the member first, as everywhere.

    Raises Unknown, and Refused (`form`) in another stage.
    """
    seen = tx.proposals.get(proposal_id, manager.cdg_id)
    member = tx.members.get(seen.member_id, manager.cdg_id, lock=True) if seen else None
    proposal = tx.proposals.get(proposal_id, manager.cdg_id, lock=True)
    if proposal is None or member is None:
        raise Unknown
    if proposal.stage not in stages:
        raise Refused({"form": Fault.NOT_OPEN})
    return proposal, member


def _under(tx: Transaction, proposal: Proposal) -> tuple[Market, Convention | None]:
    market = next(each for each in tx.proposals.markets(proposal.cdg_id) if each.id == proposal.market_id)
    return market, tx.conventions.get(proposal.renews) if proposal.renews else None


def _day_fault(day: date | None, today: date) -> Fault | None:
    if day is None:
        return Fault.MISSING
    return Fault.IN_THE_FUTURE if day > today else None
