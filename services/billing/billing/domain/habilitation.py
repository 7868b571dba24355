"""Who may act in which role, and how an account comes to hold a habilitation.

Three steps, by three persons: a manager *designates* somebody by an e-mail address; the person *accepts* with an
account whose verified address is that one; another manager *confirms*; after a delay the habilitation takes effect. A
removal is immediate. From the acceptance on, the account (issuer, subject) alone authorises, never the address.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from billing.domain.parties import Manager
from billing.domain.people import clean_email

# How long an invitation can be used.
INVITATION_LIFETIME = timedelta(days=7)
# A member names two referents (convention, art. 7).
REFERENTS_PER_MEMBER = 2


class Role(StrEnum):
    """What a habilitation lets a person do, in casework."""

    REFERENT = "referent"  # of one member (convention, art. 5 and 7)
    AUTHORITY_REFERENT = (
        "authority_referent"  # when the authority, the DGS or the secretaire general is implicated (art. 5)
    )
    SCREENER = "screener"  # reads first and masks; provider or CdG


class State(StrEnum):
    INVITED = "invited"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    ACTIVE = "active"
    REMOVED = "removed"


class Reason(StrEnum):
    """Why a step of a habilitation is refused."""

    ADDRESS_NOT_VERIFIED = "address_not_verified"
    OTHER_ADDRESS = "other_address"
    OTHER_ACCOUNT = "other_account"
    NOT_WAITING = "not_waiting"
    SAME_MANAGER = "same_manager"
    OWN_HABILITATION = "own_habilitation"


class StepRefused(Exception):
    """This step may not be taken, by this person or now."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Account:
    """An account at an identity provider, as OIDC names it."""

    issuer: str
    subject: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What an ID token said of somebody who has just signed in."""

    account: Account
    email: str
    email_verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Habilitation:
    """One person in one role, for one member or for a whole CdG."""

    id: uuid.UUID
    person_id: uuid.UUID
    role: Role
    cdg_id: uuid.UUID
    member_id: uuid.UUID | None
    function: str
    body: str
    designated_by: uuid.UUID
    designated_at: datetime
    version: int = 1
    account: Account | None = None
    accepted_at: datetime | None = None
    confirmed_by: uuid.UUID | None = None
    confirmed_at: datetime | None = None
    valid_from: datetime | None = None
    removed_by: uuid.UUID | None = None
    removed_at: datetime | None = None

    def state(self, now: datetime) -> State:
        if self.removed_at is not None:
            return State.REMOVED
        if self.valid_from is not None:
            return State.ACTIVE if self.valid_from <= now else State.CONFIRMED
        return State.INVITED if self.account is None else State.ACCEPTED

    @property
    def told(self) -> bool:
        """Has casework ever heard of it?"""
        return self.confirmed_at is not None


def exclude_each_other(one: Role, of: uuid.UUID | None, other: Role, of_other: uuid.UUID | None) -> bool:
    """May one person not hold both in one CdG? `of`: the member, None for the whole CdG.

    Who reads first knows what is masked to everybody else. Who answers to an authority, as a referent of its body, is
    not whom a case that implicates it goes to (convention, art. 5).
    """
    if Role.SCREENER in (one, other):
        return True
    return {one, other} == {Role.REFERENT, Role.AUTHORITY_REFERENT} and (of is None or of_other in (None, of))


def accept(habilitation: Habilitation, invited_email: str, person: SignedIn, now: datetime) -> Habilitation:
    """The invited person binds an account. Raises StepRefused unless its verified address is the invited one."""
    if habilitation.state(now) is not State.INVITED:
        raise StepRefused(Reason.NOT_WAITING)
    if clean_email(person.email) != invited_email:
        raise StepRefused(Reason.OTHER_ADDRESS)
    if not person.email_verified:
        raise StepRefused(Reason.ADDRESS_NOT_VERIFIED)
    return replace(habilitation, account=person.account, accepted_at=now)


def confirm(habilitation: Habilitation, manager: Manager, now: datetime, delay: timedelta) -> Habilitation:
    """A second person confirms. Raises StepRefused for who designated, and for the account that it is about."""
    if habilitation.state(now) is not State.ACCEPTED:
        raise StepRefused(Reason.NOT_WAITING)
    if habilitation.designated_by == manager.id:
        raise StepRefused(Reason.SAME_MANAGER)
    if habilitation.account == Account(manager.issuer, manager.subject):
        raise StepRefused(Reason.OWN_HABILITATION)
    return replace(habilitation, confirmed_by=manager.id, confirmed_at=now, valid_from=now + delay)


def remove(habilitation: Habilitation, manager: Manager, now: datetime) -> Habilitation:
    """One manager is enough to remove, at once. Removing twice changes nothing."""
    if habilitation.removed_at is not None:
        return habilitation
    version = habilitation.version + 1 if habilitation.told else habilitation.version
    return replace(habilitation, removed_by=manager.id, removed_at=now, version=version)
