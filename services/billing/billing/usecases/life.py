"""What managers and members are shown of conventions on their way: lists by state, and one member's."""

import uuid
from dataclasses import dataclass
from datetime import date

from billing.domain import terms as texts
from billing.domain.agenda import Sought, State, to_renew
from billing.domain.convention import Convention, Market
from billing.domain.data_roles import DataRoles
from billing.domain.habilitation import Role
from billing.domain.parties import Manager, Member
from billing.domain.proposal import Proposal
from billing.domain.steps import Step, StepKind, missing_signatures
from billing.domain.terms import Terms
from billing.store.agenda import Entry, Of
from billing.store.documents import Document
from billing.store.life import KnownEnding
from billing.store.transaction import Transaction
from billing.usecases import convention_papers
from billing.usecases.confirming import Asked, asked
from billing.usecases.habilitations import Unknown
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork


@dataclass(frozen=True, slots=True)
class Overview:
    """Every list with its length, and a page of one. `total`: lines of it that are sought."""

    market: Market | None
    next_market: Market | None
    counts: dict[State, int]
    state: State
    lines: list[Entry]
    total: int


@dataclass(frozen=True, slots=True)
class ProposalFile:
    """One proposal, with its papers."""

    today: date
    proposal: Proposal
    member: Member
    market: Market
    # The convention that it renews.
    before: Convention | None
    correspondent: str
    documents: list[Document]
    terms: Terms


@dataclass(frozen=True, slots=True)
class ConventionFile:
    """One convention, for a manager about to take a step. `following`: the renewal that is concluded already."""

    today: date
    convention: Convention
    following: Convention | None
    member: Member
    steps: list[Step]
    missing: list[StepKind]
    ending: KnownEnding | None
    roles: list[DataRoles]


@dataclass(frozen=True, slots=True)
class MemberLife:
    """The life of a member's conventions, on its page and in its space."""

    today: date
    conventions: list[Convention]
    current: Convention | None
    upcoming: Convention | None
    proposal: Proposal | None
    steps: list[Step]
    missing: list[StepKind]
    ending: KnownEnding | None
    roles: list[DataRoles]
    asked: Asked
    papers: list[Document]


def overview(
    uow: UnitOfWork[Transaction],
    manager: Manager,
    state: State | None,
    clock: Clock,
    sought: Sought = Sought(),
    *,
    offset: int = 0,
    limit: int = 50,
) -> Overview:
    """The conventions of a CdG that somebody has to do something about. `state`: None for the first with a line."""
    today = paris_day(clock.now())
    with uow("conventions_overview") as tx:
        market = tx.parties.market(manager.cdg_id, today)
        following = tx.proposals.next_market(manager.cdg_id, market.starts_on) if market else None
        of = Of(manager.cdg_id, today, to_renew(market, today))
        counts = tx.agenda.counts(of)
        chosen = state or next((each for each in State if counts[each]), State.DRAFTS)
        total = tx.agenda.count(of, chosen, sought) if sought.words else counts[chosen]
        lines = tx.agenda.page(of, chosen, sought, offset=offset, limit=limit)
        return Overview(market, following, counts, chosen, lines, total)


def proposal_file(uow: UnitOfWork[Transaction], manager: Manager, proposal_id: uuid.UUID, clock: Clock) -> ProposalFile:
    """Raises Unknown for another CdG's, as for none."""
    with uow("proposal_file") as tx:
        proposal, member = _proposal(tx, manager, proposal_id)
        market = next(each for each in tx.proposals.markets(manager.cdg_id) if each.id == proposal.market_id)
        person = tx.parties.correspondent(member.id)
        return ProposalFile(
            today=paris_day(clock.now()),
            proposal=proposal,
            member=member,
            market=market,
            before=tx.conventions.get(proposal.renews) if proposal.renews else None,
            correspondent=f"{person.name}, {person.email}" if person else "",
            documents=[each for each in tx.documents.of_member(member.id) if each.subject_id == proposal.id],
            terms=texts.read(tx.life.terms(manager.cdg_id, proposal.market_id)),
        )


def paper_of_draft(
    uow: UnitOfWork[Transaction], manager: Manager, proposal_id: uuid.UUID, kind: str
) -> dict[str, object]:
    """The content of a paper before it is fixed. Raises Unknown."""
    with uow("paper_of_draft") as tx:
        return convention_papers.draft_of(tx, *_proposal(tx, manager, proposal_id), kind)


def convention_file(
    uow: UnitOfWork[Transaction], manager: Manager, convention_id: uuid.UUID, clock: Clock
) -> ConventionFile:
    """Raises Unknown for another CdG's, as for none."""
    with uow("convention_file") as tx:
        convention = tx.conventions.get(convention_id, manager.cdg_id)
        member = tx.members.get(convention.member_id, manager.cdg_id) if convention else None
        if convention is None or member is None:
            raise Unknown
        steps = tx.life.steps([convention.id])[convention.id]
        known = tx.conventions.of_member(member.id)
        return ConventionFile(
            today=paris_day(clock.now()),
            convention=convention,
            following=next((each for each in known if each.follows == convention.id), None),
            member=member,
            steps=steps,
            missing=missing_signatures(steps),
            ending=tx.life.ending(convention.id),
            roles=tx.life.roles(convention.id),
        )


def member_life(tx: Transaction, member: Member) -> MemberLife:
    """The section of a member's page, and of its space."""
    today = tx.conventions.today
    known = tx.conventions.of_member(member.id)
    current = tx.conventions.latest([member.id]).get(member.id)
    steps = tx.life.steps([current.id])[current.id] if current else []
    papers = (convention_papers.CONVENTION, convention_papers.ACT, convention_papers.AMENDMENT)
    return MemberLife(
        today=today,
        conventions=known,
        current=current,
        upcoming=next((each for each in known if current and each.effect_on > current.until_on), None),
        proposal=tx.proposals.open_of(member.id),
        steps=steps,
        missing=missing_signatures(steps) if current else [],
        ending=tx.life.ending(current.id) if current else None,
        roles=tx.life.roles(current.id) if current else [],
        asked=asked(tx, member, current, today),
        papers=[each for each in tx.documents.of_member(member.id) if each.kind in papers],
    )


def referents(life: MemberLife) -> list[tuple[str, str, str, bool]]:
    """Name, function, body and "is it the substitute" of who is designated for a member."""
    return [
        (
            holder.person.name,
            holder.habilitation.function,
            holder.habilitation.body,
            holder.habilitation.role is Role.AUTHORITY_REFERENT,
        )
        for holder in life.asked.holders
    ]


def terms_of(
    uow: UnitOfWork[Transaction], manager: Manager, market_id: uuid.UUID | None, clock: Clock
) -> tuple[list[Market], Market, Terms]:
    """The markets of a CdG, the one that is meant (today's), and its texts. Raises Unknown without any."""
    with uow("convention_terms") as tx:
        markets = tx.proposals.markets(manager.cdg_id)
        today = tx.parties.market(manager.cdg_id, paris_day(clock.now()))
        chosen = next((each for each in markets if each.id == market_id), today)
        if chosen is None:
            raise Unknown
        return markets, chosen, texts.read(tx.life.terms(manager.cdg_id, chosen.id))


def set_terms(uow: UnitOfWork[Transaction], manager: Manager, market_id: uuid.UUID, terms: Terms, clock: Clock) -> None:
    """Write what a CdG's conventions say. Papers that were sent stay as they are. Raises Unknown and Refused."""
    with uow("set_convention_terms") as tx:
        if all(each.id != market_id for each in tx.proposals.markets(manager.cdg_id)):
            raise Unknown
        data = {name: getattr(texts.checked(terms), name) for name in texts.NAMES}
        tx.life.set_terms(manager.cdg_id, market_id, data, by=manager.id, at=clock.now())


def _proposal(tx: Transaction, manager: Manager, proposal_id: uuid.UUID) -> tuple[Proposal, Member]:
    proposal = tx.proposals.get(proposal_id, manager.cdg_id)
    member = tx.members.get(proposal.member_id, manager.cdg_id) if proposal else None
    if proposal is None or member is None:
        raise Unknown
    return proposal, member
