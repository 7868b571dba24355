"""Files of payments: read once, booked once; the lines are kept only in between."""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.domain.payments import Entry
from billing.store import accounting_tables as a
from billing.store.accounting import By

_ENTRIES = TypeAdapter(list[Entry])


@dataclass(frozen=True, slots=True)
class PaymentFile:
    """A file that was read. `entries`: none any more once it is booked."""

    id: uuid.UUID
    name: str
    format: str
    entries: Sequence[Entry]
    read_at: datetime
    booked_at: datetime | None
    booked_lines: int | None


class PaymentFiles:
    """By the SHA-256 of what they hold: the same file is the same row."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, cdg_id: uuid.UUID, by: By, *, data: bytes, name: str, kind: str, entries: list[Entry]) -> uuid.UUID:
        """The id under which a file is kept; that of the same file, when it was read before."""
        digest = hashlib.sha256(data).digest()
        row = {
            "id": uuid.uuid4(),
            "cdg_id": cdg_id,
            "digest": digest,
            "name": name,
            "format": kind,
            "entries": _ENTRIES.dump_json(entries).decode(),
            "read_by": by.manager_id,
            "read_at": by.at,
        }
        new = postgresql.insert(a.payment_imports).values(row)
        again = {"entries": new.excluded.entries, "read_at": new.excluded.read_at}
        unbooked = a.payment_imports.c.booked_at.is_(None)
        new = new.on_conflict_do_update(index_elements=["cdg_id", "digest"], set_=again, where=unbooked)
        self._session.execute(new)
        same = (a.payment_imports.c.cdg_id == cdg_id) & (a.payment_imports.c.digest == digest)
        return uuid.UUID(str(self._session.scalar(select(a.payment_imports.c.id).where(same))))

    def get(self, file_id: uuid.UUID, cdg_id: uuid.UUID) -> PaymentFile | None:
        """A file of this CdG; None for another CdG's, as for none."""
        c = a.payment_imports.c
        row = self._session.execute(select(a.payment_imports).where(c.id == file_id, c.cdg_id == cdg_id)).one_or_none()
        return None if row is None else _file(row)

    def booked(self, file_id: uuid.UUID, by: By, lines: int) -> None:
        """Note that it is booked, and forget its lines."""
        values = {"entries": "", "booked_by": by.manager_id, "booked_at": by.at, "booked_lines": lines}
        self._session.execute(update(a.payment_imports).where(a.payment_imports.c.id == file_id).values(values))

    def known(self, cdg_id: uuid.UUID, prints: Iterable[bytes]) -> set[bytes]:
        """Which of these fingerprints stand in the accounts already."""
        c = a.payments.c
        query = select(c.fingerprint).where(c.cdg_id == cdg_id, c.fingerprint.in_(list(prints)))
        return {bytes(each) for each in self._session.execute(query).scalars() if each is not None}

    def forget(self, before: datetime) -> int:
        """Empty files read before an instant and never booked; how many. They name people who owe us nothing."""
        c = a.payment_imports.c
        old = update(a.payment_imports).where(c.booked_at.is_(None), c.read_at < before, c.entries != "")
        return len(self._session.execute(old.values(entries="").returning(c.id)).all())

    def recent(self, cdg_id: uuid.UUID, limit: int = 20) -> list[PaymentFile]:
        c = a.payment_imports.c
        query = select(a.payment_imports).where(c.cdg_id == cdg_id).order_by(c.read_at.desc()).limit(limit)
        return [_file(row) for row in self._session.execute(query)]


def fingerprints(entries: Iterable[Entry]) -> dict[int, bytes]:
    """What each line says, as a hash, by its place. Lines that say the same are counted: the second one of a day is
    another payment, and the same again in a file that covers that day too."""
    seen: dict[str, int] = {}
    prints = {}
    for entry in entries:
        words = (entry.day.isoformat(), str(entry.amount.cents), entry.payer, entry.label, entry.reference)
        text = "\0".join(words)
        seen[text] = seen.get(text, 0) + 1
        prints[entry.place] = hashlib.sha256(f"{text}\0{seen[text]}".encode()).digest()
    return prints


def _file(row: Row[Any]) -> PaymentFile:
    entries = _ENTRIES.validate_json(row.entries) if row.entries else []
    return PaymentFile(row.id, row.name, row.format, entries, row.read_at, row.booked_at, row.booked_lines)
