"""Persons are named, accept, are confirmed, are removed. What each step demands is in `billing.domain.habilitation`."""

import secrets
import uuid
from datetime import datetime, timedelta

from billing.domain import habilitation as rules
from billing.domain.adhesion import TypedPerson, TypedSubstitute, substitute_faults
from billing.domain.faults import Fault, Refused
from billing.domain.habilitation import (
    INVITATION_LIFETIME,
    REFERENTS_PER_MEMBER,
    Habilitation,
    Reason,
    Role,
    SignedIn,
    State,
    StepRefused,
)
from billing.domain.parties import Manager, Member
from billing.domain.people import Contact, Person, named, same_name, tidy
from billing.store.habilitations import Holder
from billing.store.transaction import Transaction
from billing.usecases import announcing
from billing.usecases.letters import write_to_person
from chassis.clock import Clock
from chassis.db import UnitOfWork
from paravent.billing.v1 import events_pb2 as events


class Unknown(Exception):
    """No such member, habilitation or open invitation, or not for this manager's CdG."""


def designate_for_member(
    uow: UnitOfWork[Transaction],
    manager: Manager,
    member_id: uuid.UUID,
    typed: TypedPerson | TypedSubstitute,
    clock: Clock,
) -> None:
    """Name a new referent of a member, or (TypedSubstitute) its substitute for the cases "autorité"; invite.

    Raises Unknown, and Refused by field.
    """
    with uow("designate_for_member") as tx:
        member = tx.members.get(member_id, manager.cdg_id, lock=True)
        if member is None:
            raise Unknown
        if isinstance(typed, TypedPerson):
            contact = named(typed.name, typed.function, typed.email, typed.phone)
            designate(tx, manager, contact, Role.REFERENT, member, clock.now())
            return
        _designate_substitute(tx, manager, member, typed, clock.now())


def invite_again(uow: UnitOfWork[Transaction], manager: Manager, habilitation_id: uuid.UUID, clock: Clock) -> None:
    """Send a new link to the same address; the older link stops working. Raises Unknown and StepRefused."""
    with uow("invite_again") as tx:
        holder = _of_manager(tx, manager, habilitation_id)
        if holder.habilitation.state(clock.now()) is not State.INVITED:
            raise StepRefused(Reason.NOT_WAITING)
        _invite(tx, holder.habilitation, holder.person, clock.now())


def accept_invitation(uow: UnitOfWork[Transaction], token: str, person: SignedIn, clock: Clock) -> None:
    """Bind the signed-in account to the habilitation that the token invites to. The token works once.

    Raises Unknown for a token that is used, replaced or too old, and StepRefused: then the token stays usable.
    """
    now = clock.now()
    with uow("accept_invitation") as tx:
        holder = _invited(tx, token, now, lock=True)
        accepted = rules.accept(holder.habilitation, holder.person.email, person, now)
        _one_person_one_account(tx, holder.person, person)
        tx.habilitations.save(accepted)
        tx.invitations.close(accepted.id, now)


def confirm_habilitation(
    uow: UnitOfWork[Transaction], manager: Manager, habilitation_id: uuid.UUID, clock: Clock, delay: timedelta
) -> None:
    """Confirm, as a second person, that this account is the designated person's; casework is told.

    Raises Unknown, and StepRefused for the manager who designated.
    """
    with uow("confirm_habilitation") as tx:
        holder = _of_manager(tx, manager, habilitation_id)
        confirmed = rules.confirm(holder.habilitation, manager, clock.now(), delay)
        tx.habilitations.save(confirmed)
        announcing.habilitation(tx, confirmed, holder.person)
        _tell_the_others(tx, manager, confirmed)


def remove_habilitation(
    uow: UnitOfWork[Transaction], manager: Manager, habilitation_id: uuid.UUID, clock: Clock
) -> None:
    """Take a habilitation away, at once; an open invitation stops working. Raises Unknown."""
    now = clock.now()
    with uow("remove_habilitation") as tx:
        holder = _of_manager(tx, manager, habilitation_id)
        if holder.habilitation.removed_at is not None:
            return
        removed = rules.remove(holder.habilitation, manager, now)
        tx.habilitations.save(removed)
        tx.invitations.close(removed.id, now)
        if removed.told:
            announcing.habilitation(tx, removed, holder.person)


def designate(
    tx: Transaction,
    manager: Manager,
    contact: Contact,
    role: Role,
    member: Member,
    now: datetime,
    *,
    body: str = "",
    prefix: str = "",
) -> None:
    """Name a person in a role for a member, and invite. The member's row is locked by the caller.

    Raises Refused; fields carry `prefix`.
    """
    _room_for(tx, contact, role, member, prefix)
    person = known_person(tx, contact, prefix)
    name_and_invite(tx, manager, person, role, member.id, contact.function, body or member.name, now, prefix)


def known_person(tx: Transaction, contact: Contact, prefix: str = "") -> Person:
    """The person with this address, announced if new. Raises Refused when the address is known under another name."""
    person, is_new = tx.people.claim(contact)
    if is_new:
        announcing.contact(tx, person)
    elif not same_name(person.name, contact.name):
        raise Refused({f"{prefix}name": Fault.OTHER_NAME})
    elif person.phone != contact.phone:
        tx.people.change_phone(person.id, contact.phone)
    return person


def _designate_substitute(
    tx: Transaction, manager: Manager, member: Member, typed: TypedSubstitute, now: datetime
) -> None:
    person, body = typed.person, tidy(typed.body)
    contact = named(person.name, person.function, person.email, person.phone)
    faults = substitute_faults(body, member.name, independent=typed.independent)
    if faults:
        raise Refused(faults)
    designate(tx, manager, contact, Role.AUTHORITY_REFERENT, member, now, body=body)


def _tell_the_others(tx: Transaction, manager: Manager, confirmed: Habilitation) -> None:
    """A designation is announced to everybody else who is habilitated for the member, or for the whole CdG; a
    referent's to other public systems too."""
    member = tx.members.get(confirmed.member_id, manager.cdg_id) if confirmed.member_id else None
    known = tx.habilitations.of_members([member.id]) if member else tx.habilitations.of_cdg(manager.cdg_id)
    others = {
        holder.person.id: holder.person
        for holder in known
        if holder.habilitation.told and holder.person.id != confirmed.person_id
    }
    for person in others.values():
        write_to_person(tx, person, events.LETTER_KIND_REFERENT_DESIGNATED)
    if member is not None and confirmed.role is Role.REFERENT:
        announcing.referent_designated(tx, member, confirmed)


def _room_for(tx: Transaction, contact: Contact, role: Role, member: Member, prefix: str) -> None:
    """Two referents at most, one substitute at most, and nobody in both roles."""
    standing = tx.habilitations.of_members([member.id])
    if any(holder.person.email == contact.email for holder in standing):
        raise Refused({f"{prefix}email": Fault.ALREADY_DESIGNATED})
    limit = REFERENTS_PER_MEMBER if role is Role.REFERENT else 1
    if sum(holder.habilitation.role is role for holder in standing) >= limit:
        raise Refused({"form": Fault.TWO_ALREADY})


def name_and_invite(
    tx: Transaction,
    manager: Manager,
    person: Person,
    role: Role,
    member_id: uuid.UUID | None,
    function: str,
    body: str,
    now: datetime,
    prefix: str = "",
) -> None:
    """A habilitation of this manager's CdG, for a member or (None) for all of it, and its invitation.

    The person's row is locked by the caller. Raises Refused (`email`, with `prefix`) for what they hold already.
    """
    held = (holder.habilitation for holder in tx.habilitations.of_person(person.id, manager.cdg_id))
    if any(rules.exclude_each_other(role, member_id, each.role, each.member_id) for each in held):
        raise Refused({f"{prefix}email": Fault.OTHER_ROLE})
    new = Habilitation(
        id=uuid.uuid4(),
        person_id=person.id,
        role=role,
        cdg_id=manager.cdg_id,
        member_id=member_id,
        function=function,
        body=body,
        designated_by=manager.id,
        designated_at=now,
    )
    tx.habilitations.add(new)
    _invite(tx, new, person, now)


def _invite(tx: Transaction, habilitation: Habilitation, person: Person, now: datetime) -> None:
    token = secrets.token_urlsafe(32)
    tx.invitations.open(habilitation.id, token, now, now + INVITATION_LIFETIME)
    announcing.invitation(tx, person, token)


def _invited(tx: Transaction, token: str, now: datetime, *, lock: bool = False) -> Holder:
    habilitation_id = tx.invitations.habilitation(token, now, lock=lock)
    holder = tx.habilitations.get(habilitation_id, lock=lock) if habilitation_id else None
    if holder is None:
        raise Unknown
    return holder


def _one_person_one_account(tx: Transaction, person: Person, signed_in: SignedIn) -> None:
    """A person acts through one account, and an account stands for one person, whatever they hold."""
    tx.habilitations.lock_account(signed_in.account)
    accounts = tx.habilitations.accounts_of(person.id)
    persons = tx.habilitations.persons_of(signed_in.account)
    if accounts - {signed_in.account} or persons - {person.id}:
        raise StepRefused(Reason.OTHER_ACCOUNT)


def _of_manager(tx: Transaction, manager: Manager, habilitation_id: uuid.UUID) -> Holder:
    holder = tx.habilitations.get(habilitation_id, cdg_id=manager.cdg_id, lock=True)
    if holder is None:
        raise Unknown
    return holder
