"""What the verifier keeps of those to whom identities are disclosed: passkeys, and how many they opened in a day."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.orm import Session

from identity_vault.domain.passkeys import Passkey
from identity_vault.store.verifier_rows import SealedRows, passkey_in, passkey_out
from identity_vault.store.verifier_tables import disclosure_counts, passkeys

_KEPT = timedelta(days=40)


@dataclass(frozen=True, slots=True)
class StoredPasskey:
    credential_tag: bytes = field(repr=False)
    person_tag: bytes = field(repr=False)
    passkey: Passkey


class Passkeys:
    def __init__(self, session: Session, rows: SealedRows) -> None:
        self._session = session
        self._rows = rows

    def lock(self, person_tag: bytes) -> None:
        """One registration at a time for one person, until the transaction ends."""
        key = int.from_bytes(person_tag[:8], "big", signed=True)
        self._session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})

    def add(self, stored: StoredPasskey) -> bool:
        """False when the credential is known already, whoever's it is."""
        row = {
            "credential_tag": stored.credential_tag,
            "person_tag": stored.person_tag,
            "sealed": self._rows.seal("passkeys", stored.credential_tag, passkey_out(stored.passkey)),
        }
        added = insert_or(passkeys).values(row).on_conflict_do_nothing().returning(passkeys.c.credential_tag)
        return self._session.execute(added).first() is not None

    def get(self, credential_tag: bytes) -> StoredPasskey | None:
        """Locked until the transaction ends. One that was withdrawn is not there."""
        query = select(passkeys).where(passkeys.c.credential_tag == credential_tag).with_for_update()
        row = self._session.execute(query).first()
        if row is None:
            return None
        passkey = passkey_in(self._rows.open("passkeys", credential_tag, row.sealed))
        return None if passkey.withdrawn_at else StoredPasskey(credential_tag, bytes(row.person_tag), passkey)

    def of_person(self, person_tag: bytes) -> list[Passkey]:
        """Newest first, without those that were withdrawn."""
        return [stored.passkey for stored in self.stored_of(person_tag)]

    def stored_of(self, person_tag: bytes) -> list[StoredPasskey]:
        """Newest first, without those that were withdrawn."""
        found = self._session.execute(select(passkeys).where(passkeys.c.person_tag == person_tag))
        opened = [
            StoredPasskey(tag, person_tag, passkey_in(self._rows.open("passkeys", tag, row.sealed)))
            for row, tag in ((row, bytes(row.credential_tag)) for row in found)
        ]
        counting = [stored for stored in opened if stored.passkey.withdrawn_at is None]
        return sorted(counting, key=lambda stored: stored.passkey.registered_at, reverse=True)

    def put(self, stored: StoredPasskey) -> None:
        sealed = self._rows.seal("passkeys", stored.credential_tag, passkey_out(stored.passkey))
        row = update(passkeys).where(passkeys.c.credential_tag == stored.credential_tag)
        self._session.execute(row.values(sealed=sealed))


class DisclosureCounts:
    """How many identities were disclosed in a day, by tag. They survive an erasure."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def today(self, day: date, tag: bytes) -> int:
        """Locked until the transaction ends, so that two openings at once do not both find room."""
        row = insert_or(disclosure_counts).values(day=day, tag=tag, count=0)
        same = row.on_conflict_do_update(
            index_elements=["day", "tag"], set_={"count": disclosure_counts.c.count}
        ).returning(disclosure_counts.c.count)
        return int(self._session.execute(same).scalar_one())

    def add(self, day: date, tag: bytes) -> None:
        """One more; `today` was asked before."""
        counted = disclosure_counts.c.day == day, disclosure_counts.c.tag == tag
        self._session.execute(update(disclosure_counts).where(*counted).values(count=disclosure_counts.c.count + 1))

    def forget(self, today: date) -> None:
        """Counts of days long past."""
        self._session.execute(delete(disclosure_counts).where(disclosure_counts.c.day < today - _KEPT))
