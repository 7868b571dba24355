"""What a manager, or an invited person, is shown. A manager reads their own CdG only."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from billing.domain.convention import Convention, Market
from billing.domain.habilitation import Account, Role, State
from billing.domain.parties import Cdg, Manager, Member
from billing.store.documents import Document
from billing.store.habilitations import Holder
from billing.store.members import Headcount
from billing.store.transaction import Transaction
from billing.usecases.sections import extras_of
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A habilitation that waits for a second person."""

    holder: Holder
    member: Member | None
    may_confirm: bool


@dataclass(frozen=True, slots=True)
class HolderLine:
    """A standing habilitation on a member's page."""

    holder: Holder
    state: State
    invitation_until: datetime | None
    may_confirm: bool
    designated_by: str
    confirmed_by: str
    now: datetime


@dataclass(frozen=True, slots=True)
class MemberFile:
    """Everything about one member."""

    cdg: Cdg
    member: Member
    convention: Convention | None
    today: date
    headcounts: list[Headcount]
    referents: list[HolderLine]
    substitutes: list[HolderLine]
    default_substitutes: list[HolderLine]
    # By name, what `usecases.sections` finds: each area's part of the page.
    extras: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HabilitationFile:
    """One habilitation, for a manager about to take a step."""

    line: HolderLine
    member: Member | None


@dataclass(frozen=True, slots=True)
class Team:
    """Who covers the whole CdG."""

    cdg: Cdg
    authority_referents: list[HolderLine]
    screeners: list[HolderLine]
    managers: list[str]


@dataclass(frozen=True, slots=True)
class Invited:
    """What an open invitation is for."""

    role: Role
    member_name: str
    cdg_name: str


def manager_of(uow: UnitOfWork[Transaction], account: Account) -> Manager | None:
    """The manager who signs in with this account, if it is one's."""
    with uow("manager_of") as tx:
        return tx.parties.manager(account)


def member_file(
    uow: UnitOfWork[Transaction], manager: Manager, member_id: uuid.UUID, clock: Clock
) -> MemberFile | None:
    """A member of this manager's CdG; None for any other."""
    now = clock.now()
    with uow("member_file") as tx:
        member = tx.members.get(member_id, manager.cdg_id)
        if member is None:
            return None
        holders = _holder_lines(tx, manager, tx.habilitations.of_members([member.id]), now)
        defaults = _holder_lines(tx, manager, tx.habilitations.of_cdg(manager.cdg_id), now)
        return MemberFile(
            cdg=tx.parties.cdg(manager.cdg_id),
            member=member,
            convention=tx.conventions.latest([member.id]).get(member.id),
            today=paris_day(now),
            headcounts=tx.conventions.headcounts(member.id),
            referents=_in_role(holders, Role.REFERENT),
            substitutes=_in_role(holders, Role.AUTHORITY_REFERENT),
            default_substitutes=_in_role(defaults, Role.AUTHORITY_REFERENT),
            extras=extras_of(tx, member),
        )


def team(uow: UnitOfWork[Transaction], manager: Manager, clock: Clock) -> Team:
    """Authority referents, screeners and managers of this manager's CdG."""
    with uow("team") as tx:
        holders = _holder_lines(tx, manager, tx.habilitations.of_cdg(manager.cdg_id), clock.now())
        return Team(
            cdg=tx.parties.cdg(manager.cdg_id),
            authority_referents=_in_role(holders, Role.AUTHORITY_REFERENT),
            screeners=_in_role(holders, Role.SCREENER),
            managers=sorted(tx.parties.manager_names(manager.cdg_id).values()),
        )


def habilitation_file(
    uow: UnitOfWork[Transaction], manager: Manager, habilitation_id: uuid.UUID, clock: Clock
) -> HabilitationFile | None:
    """A habilitation given by this manager's CdG; None for any other."""
    with uow("habilitation_file") as tx:
        holder = tx.habilitations.get(habilitation_id, cdg_id=manager.cdg_id)
        if holder is None:
            return None
        member_id = holder.habilitation.member_id
        member = tx.members.get(member_id, manager.cdg_id) if member_id else None
        return HabilitationFile(_holder_lines(tx, manager, [holder], clock.now())[0], member)


def cdg_of(uow: UnitOfWork[Transaction], manager: Manager) -> Cdg:
    """The CdG that this manager works for."""
    with uow("cdg_of") as tx:
        return tx.parties.cdg(manager.cdg_id)


def market_of(uow: UnitOfWork[Transaction], manager: Manager, clock: Clock) -> Market | None:
    """The market under which this manager's CdG concludes conventions."""
    with uow("market_of") as tx:
        return tx.parties.market(manager.cdg_id, paris_day(clock.now()))


def members_by_siren(uow: UnitOfWork[Transaction], manager: Manager, sirens: list[str]) -> dict[str, Member]:
    """Which of these are members of this manager's CdG already."""
    with uow("members_by_siren") as tx:
        found = tx.members.by_siren(sirens)
        return {siren: member for siren, member in found.items() if member.cdg_id == manager.cdg_id}


def has_convention(uow: UnitOfWork[Transaction], member: Member, clock: Clock) -> bool:
    """Does a convention of this member run, or will it?"""
    with uow("has_convention") as tx:
        found = tx.conventions.latest([member.id]).get(member.id)
        return found is not None and found.until_on >= paris_day(clock.now())


def invited_to(uow: UnitOfWork[Transaction], token: str, clock: Clock) -> Invited | None:
    """What an open invitation is for; None once it is used, replaced or too old."""
    with uow("invited_to") as tx:
        habilitation_id = tx.invitations.habilitation(token, clock.now())
        holder = tx.habilitations.get(habilitation_id) if habilitation_id else None
        if holder is None:
            return None
        bound = holder.habilitation
        member = tx.members.get(bound.member_id, bound.cdg_id) if bound.member_id else None
        return Invited(bound.role, member.name if member else "", tx.parties.cdg(bound.cdg_id).name)


def document(uow: UnitOfWork[Transaction], document_id: uuid.UUID, cdg_id: uuid.UUID) -> Document | None:
    """A document of this CdG; None for any other."""
    with uow("document") as tx:
        return tx.documents.get(document_id, cdg_id)


def awaiting(tx: Transaction, manager: Manager) -> list[Awaiting]:
    """Who accepted and waits for a second person, the oldest first."""
    holders = tx.habilitations.to_confirm(manager.cdg_id)
    members = tx.members.many({each.habilitation.member_id for each in holders if each.habilitation.member_id})
    found = []
    for holder in holders:
        bound = holder.habilitation
        member = members[bound.member_id] if bound.member_id else None
        found.append(Awaiting(holder, member, bound.designated_by != manager.id))
    return found


def _holder_lines(tx: Transaction, manager: Manager, holders: list[Holder], now: datetime) -> list[HolderLine]:
    expiries = tx.invitations.expiries([holder.habilitation.id for holder in holders])
    names = tx.parties.manager_names(manager.cdg_id)
    return [
        HolderLine(
            holder,
            holder.habilitation.state(now),
            expiries.get(holder.habilitation.id),
            holder.habilitation.designated_by != manager.id,
            names.get(holder.habilitation.designated_by, ""),
            names.get(holder.habilitation.confirmed_by, "") if holder.habilitation.confirmed_by else "",
            now,
        )
        for holder in holders
    ]


def _in_role(lines: list[HolderLine], role: Role) -> list[HolderLine]:
    return [line for line in lines if line.holder.habilitation.role is role]
