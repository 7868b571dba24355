"""Lists of bodies that managers sent: kept until they are applied, then what was refused is kept for a while."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from billing.store.party_tables import imports


@dataclass(frozen=True, slots=True)
class Import:
    """One of them. `content`: the CSV; once applied, what was refused. The counts stand once it is applied."""

    id: uuid.UUID
    sent_at: datetime
    content: str
    applied_at: datetime | None
    added: int | None
    changed: int | None
    refused: int | None


class Imports:
    """A manager sees those of their own CdG."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, cdg_id: uuid.UUID, manager_id: uuid.UUID, content: str, at: datetime) -> uuid.UUID:
        new = uuid.uuid4()
        row = {"id": new, "cdg_id": cdg_id, "sent_by": manager_id, "sent_at": at, "content": content}
        self._session.execute(insert(imports).values(row))
        return new

    def get(self, import_id: uuid.UUID, cdg_id: uuid.UUID, *, lock: bool = False) -> Import | None:
        query = select(*(imports.c[name] for name in Import.__slots__))
        query = query.where(imports.c.id == import_id, imports.c.cdg_id == cdg_id)
        row = self._session.execute(query.with_for_update() if lock else query).one_or_none()
        return None if row is None else Import(*row)

    def finish(
        self, import_id: uuid.UUID, at: datetime, refused_lines: str, *, added: int, changed: int, refused: int
    ) -> None:
        """It is applied: only what was refused is kept of the file."""
        counts = {"added": added, "changed": changed, "refused": refused}
        values = {"applied_at": at, "content": refused_lines, **counts}
        self._session.execute(update(imports).where(imports.c.id == import_id).values(values))

    def forget(self, cdg_id: uuid.UUID, before: datetime) -> None:
        """Old ones, applied or not: they hold names and addresses of persons."""
        self._session.execute(delete(imports).where(imports.c.cdg_id == cdg_id, imports.c.sent_at < before))

    def one_at_a_time(self, cdg_id: uuid.UUID) -> None:
        """Until the transaction ends, no other list of this CdG is applied."""
        key = func.hashtextextended(f"import {cdg_id}", 0)
        self._session.execute(select(func.pg_advisory_xact_lock(key)))
