"""A member's file: who it is, where it is billed, who is written to."""

import uuid
from dataclasses import dataclass
from datetime import date

from billing.domain import member_edit
from billing.domain.groupement import Groupement
from billing.domain.invoices import Seller
from billing.domain.kinds import Oddity, oddity
from billing.domain.member_edit import Edited, TypedMember
from billing.domain.parties import BillingAddress, Cdg, Manager, Member
from billing.domain.people import Contact, Correspondent
from billing.store.transaction import Transaction
from billing.usecases import announcing
from billing.usecases.habilitations import Unknown, known_person
from billing.usecases.letters import write_to_member
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from paravent.billing.v1 import events_pb2 as events


class Replaced(Exception):
    """The member has another correspondent by now."""


class NobodyToWriteTo(Exception):
    """The member has no correspondent yet."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a manager may change of a member. `agents`: the last number known, declared or from a list."""

    member: Member
    address: BillingAddress
    correspondent: Correspondent | None
    agents: int | None
    oddity: Oddity | None


@dataclass(frozen=True, slots=True)
class Grouped:
    """The groupement as a manager's CdG sees it."""

    cdg: Cdg
    groupement: Groupement
    seller: Seller | None
    today: date


def particulars_of(tx: Transaction, member: Member) -> Particulars:
    """For a member's page: a section (`usecases.sections`)."""
    declared = tx.conventions.headcounts(member.id)
    agents = declared[0].agents if declared else member.listed_agents
    return Particulars(
        member,
        tx.parties.buyers([member.id]).get(member.id, BillingAddress()),
        tx.parties.correspondences([member.id]).get(member.id),
        agents,
        oddity(member.kind, member.affiliated, agents),
    )


def particulars(uow: UnitOfWork[Transaction], manager: Manager, member_id: uuid.UUID) -> Particulars:
    """The same for the editing page. Raises Unknown."""
    with uow("particulars") as tx:
        return particulars_of(tx, _member(tx, manager, member_id))


def edit(
    uow: UnitOfWork[Transaction], manager: Manager, member_id: uuid.UUID, typed: TypedMember, clock: Clock
) -> None:
    """Write a file back; what others know of the member is told again. Raises Unknown, and Refused by field."""
    now = clock.now()
    with uow("edit_member") as tx:
        member = _member(tx, manager, member_id, lock=True)
        known = tx.parties.correspondences([member.id]).get(member.id)
        edited = member_edit.read(typed, member, known)
        tx.members.change(edited.member)
        if edited.address.postcode:
            tx.parties.set_buyers([(edited.member, edited.address)])
        if edited.contact is not None:
            _correspond(tx, member, known, edited.contact, paris_day(now))
            if known is None or known.person.email != edited.contact.email:
                tx.space_links.close_all(member.id, now)
        _tell(tx, tx.parties.cdg(manager.cdg_id), member, edited)


def send_link(uow: UnitOfWork[Transaction], manager: Manager, member_id: uuid.UUID, clock: Clock) -> None:
    """Mail the member's correspondent a link to its space. Raises Unknown, NobodyToWriteTo."""
    with uow("send_link") as tx:
        member = _member(tx, manager, member_id)
        person = tx.parties.correspondent(member.id)
        if person is None:
            raise NobodyToWriteTo
        write_to_member(tx, member, person, events.LETTER_KIND_CONVENTION, clock.now())


def remove_correspondent(
    uow: UnitOfWork[Transaction], manager: Manager, member_id: uuid.UUID, person_id: uuid.UUID | None, clock: Clock
) -> None:
    """Nobody is written to from now on: older links stop working, calls without an answer are to be posted.

    Once: done already, it does nothing. `person_id`: who is meant. Raises Unknown, and Replaced.
    """

    def work(tx: Transaction) -> None:
        member = _member(tx, manager, member_id, lock=True)
        person = tx.parties.correspondent(member.id)
        if person is None:
            return
        if person.id != person_id:
            raise Replaced
        tx.parties.remove_correspondent(member.id)
        tx.space_links.close_all(member.id, clock.now())
        tx.calls.unsend(member.id)
        tx.members.next_version(member)

    uow.run("remove_correspondent", work)


def grouped(uow: UnitOfWork[Transaction], manager: Manager, clock: Clock) -> Grouped:
    """Who buys together, from whom, and what stands on this CdG's invoices."""
    with uow("groupement") as tx:
        return Grouped(
            tx.parties.cdg(manager.cdg_id),
            tx.parties.groupement(manager.cdg_id),
            tx.invoices.seller(manager.cdg_id),
            paris_day(clock.now()),
        )


def _member(tx: Transaction, manager: Manager, member_id: uuid.UUID, *, lock: bool = False) -> Member:
    member = tx.members.get(member_id, manager.cdg_id, lock=lock)
    if member is None:
        raise Unknown
    return member


def _correspond(tx: Transaction, member: Member, known: Correspondent | None, contact: Contact, today: date) -> None:
    person = known_person(tx, contact, "contact_")
    since = known.set_on if known and known.person.id == person.id else today
    tx.parties.set_correspondent(member.id, person, contact.function, since)


def _tell(tx: Transaction, cdg: Cdg, before: Member, edited: Edited) -> None:
    """Intake and casework know a member by name, domains and clocks, once it has a convention."""
    after = edited.member
    told = before.name, before.mail_domains, before.time_zone
    convention = tx.conventions.latest([after.id]).get(after.id)
    if convention is not None and told != (after.name, after.mail_domains, after.time_zone):
        announcing.membership(tx, cdg, after, convention)
    else:
        tx.members.next_version(after)
