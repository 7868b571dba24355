"""What the verifier keeps of reporters: keys, consents, statements that wait for something."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.orm import Session

from identity_vault.domain.consents import Consent
from identity_vault.domain.reporters import Reporter, Signed
from identity_vault.domain.tags import Tags
from identity_vault.store.tables import record_keys
from identity_vault.store.verifier_rows import SealedRows, consent_in, consent_out, reporter_in, reporter_out
from identity_vault.store.verifier_tables import consents, registrations, spent_statements, waiting_statements

# Refused attempts that a consent remembers: the journal has them all.
_REMEMBERED = 20
_ID = 16


class Reporters:
    """One row for each frame that ever came."""

    def __init__(self, session: Session, rows: SealedRows) -> None:
        self._session = session
        self._rows = rows

    def add(self, tag: bytes, reporter: Reporter) -> bool:
        """False when this report is registered already."""
        sealed = self._rows.seal("registrations", tag, reporter_out(reporter))
        row = insert_or(registrations).values(tag=tag, sealed=sealed).on_conflict_do_nothing()
        return self._session.execute(row.returning(registrations.c.tag)).first() is not None

    def get(self, tag: bytes) -> Reporter | None:
        """Locked until the transaction ends: whoever changes something of a report comes through here first."""
        query = select(registrations.c.sealed).where(registrations.c.tag == tag).with_for_update()
        sealed = self._session.scalar(query)
        return None if sealed is None else reporter_in(self._rows.open("registrations", tag, sealed))

    def put(self, tag: bytes, reporter: Reporter) -> None:
        sealed = self._rows.seal("registrations", tag, reporter_out(reporter))
        self._session.execute(update(registrations).where(registrations.c.tag == tag).values(sealed=sealed))


@dataclass(frozen=True, slots=True)
class Attempt:
    """An opening that was tried and refused."""

    at: datetime
    code: str


@dataclass(frozen=True, slots=True)
class StoredConsent:
    """A consent with what was signed, and the last attempts that were refused."""

    id_tag: bytes = field(repr=False)
    tag: bytes = field(repr=False)
    consent: Consent
    signed: Signed = field(repr=False)
    attempts: tuple[Attempt, ...] = ()


class Consents:
    def __init__(self, session: Session, rows: SealedRows, tags: Tags) -> None:
        self._session = session
        self._rows = rows
        self._tags = tags

    def add(self, consent: Consent, signed: Signed) -> None:
        terms = consent.terms
        id_tag = self._tags.statement(terms.ref, terms.id)
        row = {
            "id_tag": id_tag,
            "tag": self._tags.report(terms.ref),
            "addressee_tag": self._tags.person(terms.issuer, terms.subject),
            "sealed": self._rows.seal("consents", id_tag, consent_out(consent, signed) | {"attempts": []}),
        }
        self._session.execute(insert(consents).values(row))

    def get(self, id_tag: bytes, *, lock: bool = True) -> StoredConsent | None:
        """Locked until the transaction ends: after its reporter, never before."""
        query = select(consents).where(consents.c.id_tag == id_tag)
        found = self._session.execute(query.with_for_update() if lock else query).first()
        return None if found is None else self._stored(found)

    def put(self, stored: StoredConsent) -> None:
        attempts = [[attempt.at.isoformat(), attempt.code] for attempt in stored.attempts[-_REMEMBERED:]]
        content = consent_out(stored.consent, stored.signed) | {"attempts": attempts}
        sealed = self._rows.seal("consents", stored.id_tag, content)
        self._session.execute(update(consents).where(consents.c.id_tag == stored.id_tag).values(sealed=sealed))

    def for_person(self, person_tag: bytes) -> list[StoredConsent]:
        """Newest first."""
        return self._found(consents.c.addressee_tag == person_tag)

    def of_report(self, tag: bytes) -> list[StoredConsent]:
        """Newest first."""
        return self._found(consents.c.tag == tag)

    def _found(self, condition: Any) -> list[StoredConsent]:
        found = [self._stored(row) for row in self._session.execute(select(consents).where(condition))]
        return sorted(found, key=lambda stored: stored.consent.terms.signed_at, reverse=True)

    def _stored(self, row: Any) -> StoredConsent:
        content = self._rows.open("consents", bytes(row.id_tag), row.sealed)
        attempts = tuple(Attempt(datetime.fromisoformat(at), code) for at, code in content["attempts"])
        return StoredConsent(bytes(row.id_tag), bytes(row.tag), *consent_in(content), attempts)


class Statements:
    """Ids that were used, and statements that wait for something that is still on its way."""

    def __init__(self, session: Session, rows: SealedRows) -> None:
        self._session = session
        self._rows = rows

    def spend(self, id_tag: bytes) -> bool:
        """False when this statement was applied before."""
        row = insert_or(spent_statements).values(id_tag=id_tag).on_conflict_do_nothing()
        return self._session.execute(row.returning(spent_statements.c.id_tag)).first() is not None

    def wait(self, tag: bytes, signed: Signed, until: date) -> None:
        """Keep a statement until its day has passed."""
        row_id = secrets.token_bytes(_ID)
        content = {"statement": signed.statement.hex(), "signature": signed.signature.hex()}
        sealed = self._rows.seal("waiting_statements", row_id, content)
        self._session.execute(insert(waiting_statements).values(id=row_id, tag=tag, until=until, sealed=sealed))

    def waiting(self, tag: bytes) -> list[tuple[bytes, Signed]]:
        """Row ids and statements that wait for this report."""
        found = self._session.execute(select(waiting_statements).where(waiting_statements.c.tag == tag))
        return [(bytes(row.id), self._opened(bytes(row.id), row.sealed)) for row in found]

    def drop(self, row_id: bytes) -> None:
        self._session.execute(delete(waiting_statements).where(waiting_statements.c.id == row_id))

    def give_up(self, today: date) -> Sequence[bytes]:
        """Drop what waited too long; answers the tags of its reports."""
        late = delete(waiting_statements).where(waiting_statements.c.until < today)
        return [bytes(tag) for tag in self._session.scalars(late.returning(waiting_statements.c.tag))]

    def _opened(self, row_id: bytes, sealed: bytes) -> Signed:
        content = self._rows.open("waiting_statements", row_id, sealed)
        return Signed(bytes.fromhex(content["statement"]), bytes.fromhex(content["signature"]))


class KeysOfRecords:
    """The keys that the sealer drew; read only here."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, path: str) -> bytes | None:
        """None when there is no such record, or it was erased."""
        key = self._session.scalar(select(record_keys.c.key).where(record_keys.c.path == path))
        return None if key is None else bytes(key)
