"""Members join: a manager records the convention that a member signed."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from billing.domain import adhesion
from billing.domain.adhesion import Adhesion, TypedConvention
from billing.domain.convention import Convention, Market, conclude
from billing.domain.faults import Fault, Refused
from billing.domain.habilitation import Role
from billing.domain.headcount import reference_day, size_band
from billing.domain.parties import Commune, Manager, Member
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


def preview_convention(
    uow: UnitOfWork[Transaction], manager: Manager, commune: Commune, typed: TypedConvention, clock: Clock
) -> Preview:
    """Check a convention without recording it. Raises Refused with every fault, by field."""
    today = paris_day(clock.now())
    with uow("preview_convention") as tx:
        market = _market(tx, manager, clock.now())
        if tx.parties.cdg(manager.cdg_id).department != commune.department:
            raise Refused({"form": Fault.OTHER_CDG})
    agreed = adhesion.read(typed, commune.name, market, today=today)
    convention = conclude(uuid.uuid4(), market, agreed.milestones, agreed.headcount, today=today)
    day = reference_day(agreed.milestones.signed_on)
    return Preview(agreed, convention, day, size_band(agreed.headcount))


def record_convention(
    uow: UnitOfWork[Transaction], manager: Manager, commune: Commune, typed: TypedConvention, clock: Clock
) -> uuid.UUID:
    """Record a signed convention, announce the member, invite its referents; answer the member's id.

    Raises Refused with every fault, by field.
    """
    now = clock.now()

    def work(tx: Transaction) -> uuid.UUID:
        market = _market(tx, manager, now)
        agreed = adhesion.read(typed, commune.name, market, today=paris_day(now))
        member = enrol(tx, manager, commune, agreed, market, now)
        _designate_all(tx, manager, agreed, member, now)
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
    cdg = tx.parties.cdg(manager.cdg_id)
    if commune.department != cdg.department:
        raise Refused({"form": Fault.OTHER_CDG})
    of_commune = (commune.name, commune.siren, commune.insee_code, commune.department)
    new = Member(uuid.uuid4(), 0, cdg.id, *of_commune, mail_domains)
    member = tx.members.claim(new)
    if member.id != new.id:
        raise Refused({"form": Fault.ALREADY_MEMBER})
    convention = conclude(member.id, market, agreed.milestones, agreed.headcount, today=paris_day(now))
    headcount = Headcount(reference_day(agreed.milestones.signed_on), agreed.headcount)
    tx.conventions.add(convention, headcount, recorded_by=manager.id, at=now)
    announcing.membership(tx, cdg, member, convention)
    return member


def _designate_all(tx: Transaction, manager: Manager, agreed: Adhesion, member: Member, now: datetime) -> None:
    for number, contact in enumerate(agreed.referents, 1):
        designate(tx, manager, contact, Role.REFERENT, member, now, prefix=f"referent_{number}_")
    substitute = agreed.substitute
    if substitute is not None:
        role = Role.AUTHORITY_REFERENT
        designate(tx, manager, substitute.contact, role, member, now, body=substitute.body, prefix="substitute_")


def _market(tx: Transaction, manager: Manager, now: datetime) -> Market:
    market = tx.parties.market(manager.cdg_id, paris_day(now))
    if market is None:
        raise Refused({"form": Fault.OUTSIDE_MARKET})
    return market
