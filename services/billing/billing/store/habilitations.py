"""Persons, their habilitations and the invitations that bind them."""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.domain.habilitation import Account, Habilitation, Role
from billing.domain.people import Contact, Person
from billing.store import tables as t


@dataclass(frozen=True, slots=True)
class Holder:
    """A habilitation and the person it is about."""

    habilitation: Habilitation
    person: Person


class People:
    """Persons, known by e-mail address."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, contact: Contact) -> tuple[Person, bool]:
        """The person with this address, inserted if new (then True), locked until the transaction ends."""
        new = {
            "id": uuid.uuid4(),
            "version": 1,
            "name": contact.name,
            "email": contact.email,
            "phone": contact.phone,
        }
        self._session.execute(postgresql.insert(t.people).values(new).on_conflict_do_nothing(index_elements=["email"]))
        query = select(t.people).where(t.people.c.email == contact.email).with_for_update()
        person = _person(self._session.execute(query).one())
        return person, person.id == new["id"]

    def by_email(self, emails: Iterable[str]) -> dict[str, Person]:
        query = select(t.people).where(t.people.c.email.in_(list(emails)))
        return {row.email: _person(row) for row in self._session.execute(query)}

    def claim_all(self, contacts: Sequence[Contact]) -> tuple[dict[str, Person], list[Person]]:
        """The persons with these addresses, inserted if new: all of them by address, and the new ones."""
        if not contacts:
            return {}, []
        rows = [
            {"id": uuid.uuid4(), "version": 1, "name": each.name, "email": each.email, "phone": each.phone}
            for each in contacts
        ]
        written = postgresql.insert(t.people).on_conflict_do_nothing(index_elements=["email"])
        added = set(self._session.scalars(written.returning(t.people.c.id), rows))
        people = self.by_email([each.email for each in contacts])
        return people, [person for person in people.values() if person.id in added]

    def change_phone(self, person_id: uuid.UUID, phone: str) -> None:
        self._session.execute(update(t.people).where(t.people.c.id == person_id).values(phone=phone))


class Habilitations:
    """Habilitations, with their holders."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, habilitation: Habilitation) -> None:
        self._session.execute(insert(t.habilitations).values(_values(habilitation)))

    def save(self, habilitation: Habilitation) -> None:
        """Write back the steps of a habilitation that this transaction read with `lock`."""
        values = _values(habilitation)
        steps = {name: values[name] for name in _STEPS}
        self._session.execute(update(t.habilitations).where(t.habilitations.c.id == habilitation.id).values(steps))

    def get(self, habilitation_id: uuid.UUID, *, cdg_id: uuid.UUID | None = None, lock: bool = False) -> Holder | None:
        """A habilitation; of this CdG only, when one is given."""
        query = _holders().where(t.habilitations.c.id == habilitation_id)
        if cdg_id is not None:
            query = query.where(t.habilitations.c.cdg_id == cdg_id)
        row = self._session.execute(query.with_for_update(of=t.habilitations) if lock else query).one_or_none()
        return None if row is None else _holder(row)

    def of_members(self, member_ids: Iterable[uuid.UUID]) -> list[Holder]:
        """Standing habilitations (not removed) of these members."""
        return self._standing(t.habilitations.c.member_id.in_(list(member_ids)))

    def of_cdg(self, cdg_id: uuid.UUID) -> list[Holder]:
        """Standing habilitations that cover a whole CdG."""
        return self._standing(t.habilitations.c.cdg_id == cdg_id, t.habilitations.c.member_id.is_(None))

    def of_person(self, person_id: uuid.UUID, cdg_id: uuid.UUID) -> list[Holder]:
        """What a person holds in a CdG, for a member or for the whole."""
        return self._standing(t.habilitations.c.person_id == person_id, t.habilitations.c.cdg_id == cdg_id)

    def to_confirm(self, cdg_id: uuid.UUID) -> list[Holder]:
        """Accepted by the person, not yet confirmed by a second manager; the oldest first."""
        c = t.habilitations.c
        return self._standing(c.cdg_id == cdg_id, c.accepted_at.is_not(None), c.confirmed_at.is_(None))

    def lock_team(self, cdg_id: uuid.UUID) -> None:
        """Until the transaction ends, nobody else designates for this whole CdG."""
        key = func.hashtextextended(f"team:{cdg_id}", 0)
        self._session.execute(select(func.pg_advisory_xact_lock(key)))

    def lock_account(self, account: Account) -> None:
        """Until the transaction ends, nobody else binds this account."""
        key = func.hashtextextended(f"{account.issuer} {account.subject}", 0)
        self._session.execute(select(func.pg_advisory_xact_lock(key)))

    def persons_of(self, account: Account) -> set[uuid.UUID]:
        """Persons who hold a standing habilitation with this account: one at most, by the rule of `accept`."""
        c = t.habilitations.c
        query = select(c.person_id).where(
            c.issuer == account.issuer, c.subject == account.subject, c.removed_at.is_(None)
        )
        return set(self._session.scalars(query))

    def accounts_of(self, person_id: uuid.UUID) -> set[Account]:
        """Accounts that a person's standing habilitations are bound to: one at most, by the rule of `accept`."""
        c = t.habilitations.c
        query = select(c.issuer, c.subject).where(
            c.person_id == person_id, c.issuer.is_not(None), c.removed_at.is_(None)
        )
        return {Account(row.issuer, row.subject) for row in self._session.execute(query)}

    def _standing(self, *conditions: Any) -> list[Holder]:
        query = _holders().where(t.habilitations.c.removed_at.is_(None), *conditions)
        rows = self._session.execute(query.order_by(t.habilitations.c.designated_at, t.people.c.name))
        return [_holder(row) for row in rows]


class Invitations:
    """Single-use links. Only the hash of a token is kept."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(self, habilitation_id: uuid.UUID, token: str, issued_at: datetime, expires_at: datetime) -> None:
        """Issue one; those issued before for the same habilitation are closed."""
        self.close(habilitation_id, issued_at)
        self._session.execute(
            insert(t.invitations).values(
                token_hash=_hash(token), habilitation_id=habilitation_id, issued_at=issued_at, expires_at=expires_at
            )
        )

    def close(self, habilitation_id: uuid.UUID, now: datetime) -> None:
        c = t.invitations.c
        query = update(t.invitations).where(c.habilitation_id == habilitation_id, c.closed_at.is_(None))
        self._session.execute(query.values(closed_at=now))

    def habilitation(self, token: str, now: datetime, *, lock: bool = False) -> uuid.UUID | None:
        """What a token invites to; None once it is used, replaced, cancelled or too old."""
        c = t.invitations.c
        query = select(c.habilitation_id).where(c.token_hash == _hash(token), c.closed_at.is_(None), c.expires_at > now)
        return self._session.scalar(query.with_for_update() if lock else query)

    def expiries(self, habilitation_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, datetime]:
        """Until when the open invitation of each of these habilitations can be used."""
        c = t.invitations.c
        query = (
            select(c.habilitation_id, func.max(c.expires_at).label("until"))
            .where(c.habilitation_id.in_(list(habilitation_ids)), c.closed_at.is_(None))
            .group_by(c.habilitation_id)
        )
        return {row.habilitation_id: row.until for row in self._session.execute(query)}


def _hash(token: str) -> bytes:
    """A token has 256 random bits: a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).digest()


def _holders() -> Select[Any]:
    person = (t.people.c.version.label("person_version"), t.people.c.name, t.people.c.email, t.people.c.phone)
    return select(t.habilitations, *person).join(t.people, t.people.c.id == t.habilitations.c.person_id)


def _holder(row: Row[Any]) -> Holder:
    person = Person(row.person_id, row.person_version, row.name, row.email, row.phone)
    return Holder(_habilitation(row), person)


def _person(row: Row[Any]) -> Person:
    return Person(row.id, row.version, row.name, row.email, row.phone)


# Columns that a habilitation has under the same name; issuer and subject make its account.
_DESIGNATION = ("id", "person_id", "cdg_id", "member_id", "function", "body", "designated_by", "designated_at")
_PROGRESS = ("version", "accepted_at", "confirmed_by", "confirmed_at", "valid_from", "removed_by", "removed_at")
# The only columns that change once a person is designated (and that the service's database role may change).
_STEPS = (*_PROGRESS, "issuer", "subject")


def _habilitation(row: Row[Any]) -> Habilitation:
    account = Account(row.issuer, row.subject) if row.issuer is not None else None
    return Habilitation(
        role=Role(row.role), account=account, **{name: getattr(row, name) for name in _DESIGNATION + _PROGRESS}
    )


def _values(habilitation: Habilitation) -> dict[str, Any]:
    account = habilitation.account
    return {name: getattr(habilitation, name) for name in _DESIGNATION + _PROGRESS} | {
        "role": habilitation.role.value,
        "issuer": account.issuer if account else None,
        "subject": account.subject if account else None,
    }
