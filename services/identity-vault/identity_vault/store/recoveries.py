"""Who says that they lost their passkeys: a random id, a keyed hash, a day, and a ciphertext."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from identity_vault.domain.recoveries import Recovery
from identity_vault.store.verifier_rows import SealedRows
from identity_vault.store.verifier_tables import recoveries


@dataclass(frozen=True, slots=True)
class StoredRecovery:
    id: bytes = field(repr=False)
    person_tag: bytes = field(repr=False)
    recovery: Recovery


class Recoveries:
    def __init__(self, session: Session, rows: SealedRows) -> None:
        self._session = session
        self._rows = rows

    def add(self, person_tag: bytes, recovery: Recovery, until: date) -> None:
        """`until`: the last day on which the row is wanted."""
        row_id = bytes.fromhex(recovery.id)
        sealed = self._rows.seal("recoveries", row_id, recovery.content())
        self._session.execute(insert(recoveries).values(id=row_id, person_tag=person_tag, until=until, sealed=sealed))

    def lock(self, row_id: bytes) -> StoredRecovery | None:
        """Held until the transaction ends."""
        found = self._session.execute(select(recoveries).where(recoveries.c.id == row_id).with_for_update()).first()
        return self._stored(found) if found else None

    def of_person(self, person_tag: bytes) -> list[StoredRecovery]:
        """Newest first."""
        return self._found(select(recoveries).where(recoveries.c.person_tag == person_tag))

    def all(self) -> list[StoredRecovery]:
        """Newest first."""
        return self._found(select(recoveries))

    def put(self, stored: StoredRecovery, until: date | None = None) -> None:
        values: dict[str, Any] = {"sealed": self._rows.seal("recoveries", stored.id, stored.recovery.content())}
        if until is not None:
            values["until"] = until
        self._session.execute(update(recoveries).where(recoveries.c.id == stored.id).values(values))

    def sweep(self, today: date) -> None:
        self._session.execute(delete(recoveries).where(recoveries.c.until < today))

    def _found(self, query: Any) -> list[StoredRecovery]:
        found = [self._stored(row) for row in self._session.execute(query)]
        return sorted(found, key=lambda stored: stored.recovery.asked, reverse=True)

    def _stored(self, row: Any) -> StoredRecovery:
        row_id = bytes(row.id)
        content = self._rows.open("recoveries", row_id, row.sealed)
        return StoredRecovery(row_id, bytes(row.person_tag), Recovery.of_content(content))
