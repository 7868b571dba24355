"""The demonstration's files of members: addresses, correspondents, headcounts. What is there already stays."""

import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select

from billing.domain.headcount import reference_day
from billing.domain.kinds import Kind
from billing.domain.parties import BillingAddress, Cdg, Commune, Manager, Member
from billing.domain.people import named
from billing.domain.places import department_of, time_zone_of
from billing.domain.siren import siret_of
from billing.domain.steps import Step, missing_signatures
from billing.reference.demo import DemoBody, DemoMember
from billing.store import tables as t
from billing.store.transaction import Transaction
from billing.usecases.habilitations import known_person
from chassis.clock import paris_day

# A number of the range that Arcep keeps for fiction.
_PHONE = "03 53 01 00 63"
_STREET = "1 place de la Mairie"


def fill_member(tx: Transaction, row: DemoMember, commune: Commune, manager: Manager, now: datetime) -> None:
    """The file of a member that has joined, recorded by this manager."""
    today = paris_day(now)
    member = tx.members.by_siren([commune.siren])[commune.siren]
    if not member.siret:
        member = replace(member, siret=siret_of(member.siren, 1), affiliated=row.affiliated)
        tx.members.change(member)
    if not tx.parties.buyers([member.id]):
        address = BillingAddress(_STREET, commune.postal_codes[0], commune.name)
        tx.parties.set_buyers([(member, address)])
    _correspond(tx, member, row.correspondent, today)
    first = reference_day(row.milestones.signed_on)
    known = set(tx.session.scalars(select(t.headcounts.c.at_day).where(t.headcounts.c.member_id == member.id)))
    for year, agents in enumerate(row.later, first.year + 1):
        if date(year, 12, 31) not in known:
            values = {"at_day": date(year, 12, 31), "agents": agents, "declared_on": date(year + 1, 1, 20)}
            tx.session.execute(insert(t.headcounts).values(member_id=member.id, **values))
    _countersign(tx, member, manager, now)


def fill_body(tx: Transaction, cdg: Cdg, row: DemoBody, today: date) -> None:
    """A body that has not joined."""
    department = department_of(row.insee_code)
    member = tx.members.claim(
        Member(
            uuid.uuid4(),
            0,
            cdg.id,
            row.name,
            row.siren,
            row.insee_code,
            department,
            kind=Kind(row.kind),
            siret=siret_of(row.siren, 1),
            affiliated=row.affiliated,
            time_zone=time_zone_of(department),
            listed_agents=row.agents,
        )
    )
    _correspond(tx, member, row.correspondent, today)


def _countersign(tx: Transaction, member: Member, manager: Manager, now: datetime) -> None:
    """By the CdG and the provider, a week after the reception. The newest conventions still wait for it."""
    convention = tx.conventions.latest([member.id])[member.id]
    if convention.milestones.received_on >= date(now.year, 1, 1):
        return
    day = convention.milestones.received_on + timedelta(days=7)
    for kind in missing_signatures(tx.life.steps([convention.id]).get(convention.id, [])):
        tx.life.add_step(Step(uuid.uuid4(), convention.id, kind, day, manager.id, now))


def _correspond(tx: Transaction, member: Member, who: tuple[str, str, str] | None, today: date) -> None:
    if who is not None and tx.parties.correspondent(member.id) is None:
        name, function, email = who
        person = known_person(tx, named(name, function, email, _PHONE))
        tx.parties.set_correspondent(member.id, person, function, today)
