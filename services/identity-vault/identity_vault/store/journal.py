"""The journal in PostgreSQL: entries are appended, one after the other, and read."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, select, text
from sqlalchemy.engine import RowMapping
from sqlalchemy.orm import Session

from chassis.locks import lock_key
from identity_vault.domain.journal import Entry, Place, Row, follow
from identity_vault.store.journal_tables import journal, journal_closings


class Journal:
    """Append last in a transaction: from then to its end, no other transaction can append."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, entry: Entry) -> Place:
        """Chain an entry to the last one; answers where it stands."""
        self._session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock_key("journal")})
        row = follow(self._last(), entry, closing=self._closing())
        values = {
            "segment": row.place.segment,
            "seq": row.place.seq,
            "entry": row.entry,
            "previous": row.previous,
            "hash": row.hash,
            "kind": entry.kind.value,
            "at": entry.at.replace(microsecond=0),
            "reason": entry.reason,
            "subject": entry.subject,
        }
        self._session.execute(journal.insert().values(values))
        return row.place

    def of_subject(self, tag: bytes) -> list[Row]:
        """The entries about one report, oldest first."""
        return self._rows(journal.c.subject == tag)

    def of_segment(self, segment: str) -> list[Row]:
        """A month's entries, in order."""
        return self._rows(journal.c.segment == segment)

    def segments(self) -> list[str]:
        """The months of which there are entries, oldest first."""
        query = select(journal.c.segment).distinct().order_by(journal.c.segment)
        return list(self._session.scalars(query))

    def counts(self, month: str) -> dict[str, int]:
        """Kind -> number of entries in a month (YYYY-MM): nothing else is needed to see it."""
        query = select(journal.c.kind, func.count(journal.c.seq)).where(journal.c.segment == month)
        return {str(kind): int(count) for kind, count in self._session.execute(query.group_by(journal.c.kind))}

    def _last(self) -> Row | None:
        """The newest row, without its entry: who appends needs its hash only."""
        columns = (journal.c.segment, journal.c.seq, journal.c.hash)
        query = select(*columns).order_by(journal.c.segment.desc(), journal.c.seq.desc()).limit(1)
        found = self._session.execute(query).first()
        return Row(Place(found.segment, found.seq), b"", b"", found.hash) if found else None

    def _closing(self) -> tuple[str, bytes] | None:
        query: Select[tuple[str, bytes]] = select(journal_closings.c.segment, journal_closings.c.hash)
        found = self._session.execute(query.order_by(journal_closings.c.segment.desc()).limit(1)).first()
        return (found.segment, found.hash) if found else None

    def _rows(self, condition: ColumnElement[bool]) -> list[Row]:
        columns = (journal.c.segment, journal.c.seq, journal.c.entry, journal.c.previous, journal.c.hash)
        query = select(*columns).where(condition).order_by(journal.c.segment, journal.c.seq)
        found: Sequence[RowMapping] = self._session.execute(query).mappings().all()
        return [Row(Place(row["segment"], row["seq"]), row["entry"], row["previous"], row["hash"]) for row in found]
