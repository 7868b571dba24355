"""Letters to members: notifications mails them, and the link in them opens the member's space."""

import secrets
from datetime import datetime, timedelta

from billing.domain.parties import Member
from billing.domain.people import Person
from billing.store.space import SpaceLink
from billing.store.transaction import Transaction
from paravent.billing.v1 import events_pb2 as events

# How long the link of a letter works: a call is answered within weeks.
LINK_LIFETIME = timedelta(days=60)


def write_to_member(tx: Transaction, member: Member, person: Person, kind: events.LetterKind, now: datetime) -> None:
    """Mail a person of a member, with a link to the member's space."""
    token = secrets.token_urlsafe(32)
    tx.space_links.open(token, SpaceLink(member.id, person.id), now + LINK_LIFETIME)
    tx.outbox.add(events.LetterAsked(person_id=str(person.id), kind=kind, token=token), signed=True)


def write_to_person(tx: Transaction, person: Person, kind: events.LetterKind) -> None:
    """Mail somebody who signs in: a manager, a referent. No link but the front page's."""
    tx.outbox.add(events.LetterAsked(person_id=str(person.id), kind=kind), signed=True)
