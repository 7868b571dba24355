"""Members join: a manager records the convention that a member signed. What comes before is in `proposing`."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime

from billing.domain import adhesion
from billing.domain.adhesion import Adhesion, TypedConvention
from billing.domain.convention import Convention, Market, conclude, renew
from billing.domain.data_roles import DEFAULTS
from billing.domain.faults import Fault, Refused
from billing.domain.habilitation import Role
from billing.domain.headcount import reference_day, size_band
from billing.domain.money import Money
from billing.domain.parties import Commune, Manager, Member
from billing.domain.places import time_zone_of
from billing.domain.tariffs import Subject, in_force, subscription
from billing.domain.vat import totals
from billing.store.members import Headcount
from billing.store.transaction import Transaction
from billing.usecases import announcing
from billing.usecases.habilitations import designate
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork


@dataclass(frozen=True, slots=True)
class Preview:
    """What a convention would be, were it recorded."""

    adhesion: Adhesion
    convention: Convention
    headcount_day: date
    band: str
    # What the tariff in force asks for a whole year; None where there is no tariff, or nothing is asked.
    participation: Money | None = None


def preview_convention(
    uow: UnitOfWork[Transaction], manager: Manager, commune: Commune, typed: TypedConvention, clock: Clock
) -> Preview:
    """Check a convention without recording it. Raises Refused with every fault, by field."""
    today = paris_day(clock.now())
    with uow("preview_convention") as tx:
        market = market_of(tx, manager.cdg_id, today)
        if tx.parties.cdg(manager.cdg_id).department != commune.department:
            raise Refused({"form": Fault.OTHER_CDG})
        agreed = adhesion.read(typed, commune.name, market, today=today)
        known = tx.members.by_siren([commune.siren]).get(commune.siren)
        convention = conclude(uuid.uuid4(), market, agreed.milestones, agreed.headcount, today=today)
        return previewed(tx, manager, agreed, convention, affiliated=bool(known and known.affiliated))


def previewed(
    tx: Transaction, manager: Manager, agreed: Adhesion, convention: Convention, *, affiliated: bool
) -> Preview:
    """The same with the day that the headcount is of, its band, and what a whole year costs."""
    agents, day = agreed.headcount, reference_day(agreed.milestones.signed_on)
    tariff = in_force(tx.tariffs.all(manager.cdg_id), convention.effect_on)
    running = tx.conventions.in_force(manager.cdg_id, tx.conventions.today)
    together = agents + sum(each.headcount for each in running if each.member_id != convention.member_id)
    lines = subscription(tariff, Subject(agents, together, affiliated)) if tariff else []
    return Preview(agreed, convention, day, size_band(agents), totals(lines).gross if lines else None)


def record_convention(
    uow: UnitOfWork[Transaction], manager: Manager, commune: Commune, typed: TypedConvention, clock: Clock
) -> uuid.UUID:
    """Record a signed convention, announce the member, invite its referents; answer the member's id.

    Raises Refused with every fault, by field.
    """
    now = clock.now()

    def work(tx: Transaction) -> uuid.UUID:
        market = market_of(tx, manager.cdg_id, paris_day(now))
        agreed = adhesion.read(typed, commune.name, market, today=paris_day(now))
        member = enrol(tx, manager, commune, agreed, market, now)
        designate_all(tx, manager, agreed, member, now)
        return member.id

    return uow.run("record_convention", work)


def enrol(
    tx: Transaction,
    manager: Manager,
    commune: Commune,
    agreed: Adhesion,
    market: Market,
    now: datetime,
    mail_domains: tuple[str, ...] = (),
) -> Member:
    """Make a commune a member by this convention, and announce it. Raises Refused (field `form`).

    `mail_domains`: where its people have mailboxes, in lower case.
    """
    member = claimed(tx, manager, commune, mail_domains)
    join(tx, manager, member, agreed, market, now)
    return member


def claimed(tx: Transaction, manager: Manager, commune: Commune, mail_domains: tuple[str, ...] = ()) -> Member:
    """The member that a commune is, or now becomes, without a convention yet; locked until the transaction ends.

    Raises Refused (field `form`) for a commune of another CdG.
    """
    cdg = tx.parties.cdg(manager.cdg_id)
    if commune.department != cdg.department:
        raise Refused({"form": Fault.OTHER_CDG})
    of_commune = (commune.name, commune.siren, commune.insee_code, commune.department)
    zone = time_zone_of(commune.department)
    member = tx.members.claim(Member(uuid.uuid4(), 0, cdg.id, *of_commune, mail_domains, time_zone=zone))
    if member.cdg_id != cdg.id:
        raise Refused({"form": Fault.OTHER_CDG})
    return member


def join(
    tx: Transaction,
    manager: Manager,
    member: Member,
    agreed: Adhesion,
    market: Market,
    now: datetime,
    before: Convention | None = None,
) -> Convention:
    """Conclude the convention of a member, which the caller has locked; tell the others; close its open proposal.

    `before`: the convention that it renews. Raises Refused (field `form`) where another one would run at the same time.
    """
    today, days = paris_day(now), agreed.milestones
    if before is None:
        convention = conclude(member.id, market, days, agreed.headcount, today=today)
    else:
        convention = renew(before, market, days, agreed.headcount, today=today)
    if any(known.until_on >= convention.effect_on for known in tx.conventions.of_member(member.id)):
        raise Refused({"form": Fault.ALREADY_MEMBER})
    headcount = Headcount(reference_day(days.signed_on), agreed.headcount)
    tx.conventions.add(convention, headcount, recorded_by=manager.id, at=now)
    tx.life.set_roles(convention.id, DEFAULTS)
    proposal = tx.proposals.open_of(member.id)
    if proposal is not None:
        tx.proposals.save(replace(proposal, convention_id=convention.id))
    counting = tx.conventions.latest([member.id])[member.id]
    announcing.membership(tx, tx.parties.cdg(member.cdg_id), member, counting)
    return convention


def designate_all(tx: Transaction, manager: Manager, agreed: Adhesion, member: Member, now: datetime) -> None:
    """Name and invite the persons of a convention; who stands in the same role already stays as they are."""
    holders = tx.habilitations.of_members([member.id])
    standing = {(holder.person.email, holder.habilitation.role) for holder in holders}
    for number, contact in enumerate(agreed.referents, 1):
        if (contact.email, Role.REFERENT) not in standing:
            designate(tx, manager, contact, Role.REFERENT, member, now, prefix=f"referent_{number}_")
    substitute, role = agreed.substitute, Role.AUTHORITY_REFERENT
    if substitute is not None and (substitute.contact.email, role) not in standing:
        designate(tx, manager, substitute.contact, role, member, now, body=substitute.body, prefix="substitute_")


def market_of(tx: Transaction, cdg_id: uuid.UUID, day: date) -> Market:
    """The market under which a CdG concludes conventions that day. Raises Refused (field `form`) without any."""
    market = tx.parties.market(cdg_id, day)
    if market is None:
        raise Refused({"form": Fault.OUTSIDE_MARKET})
    return market
