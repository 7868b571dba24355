"""The linker's rows: which report has which contact, what waits, and what the courier must still be told."""

import secrets
from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from identity_vault.domain.link import Link
from identity_vault.store.reach_keys import RowKeys
from identity_vault.store.reach_tables import link_forgets, link_statements, link_tickets, links, rings

# Bytes of a waiting statement, padded.
_STATEMENT = 640


class Links:
    """Links by their report's ref."""

    def __init__(self, session: Session, keys: RowKeys) -> None:
        self._session = session
        self._keys = keys

    def tag(self, ref: bytes) -> bytes:
        return self._keys.tag("ref", ref)

    def add(self, tag: bytes, link: Link) -> bool:
        """False when there is one already: the first stays."""
        row = insert(links).values(tag=tag, sealed=self._seal(tag, link)).on_conflict_do_nothing()
        return self._session.execute(row.returning(links.c.tag)).first() is not None

    def get(self, tag: bytes) -> Link | None:
        sealed = self._session.execute(select(links.c.sealed).where(links.c.tag == tag)).scalar_one_or_none()
        return None if sealed is None else Link.unpacked(self._keys.open("links", tag, bytes(sealed)))

    def remove(self, tag: bytes) -> Link | None:
        """Delete a link; answers what it was."""
        sealed = self._session.scalar(delete(links).where(links.c.tag == tag).returning(links.c.sealed))
        return None if sealed is None else Link.unpacked(self._keys.open("links", tag, bytes(sealed)))

    def put(self, tag: bytes, link: Link) -> None:
        self._session.execute(update(links).where(links.c.tag == tag).values(sealed=self._seal(tag, link)))

    def _seal(self, tag: bytes, link: Link) -> bytes:
        return self._keys.seal("links", tag, link.packed())


class Statements:
    """Statements: each is used once, and may wait for its report's registration."""

    def __init__(self, session: Session, keys: RowKeys) -> None:
        self._session = session
        self._keys = keys

    def use(self, statement_id: bytes, today: date) -> bool:
        """False when it was used, or waits, already."""
        return self._add(self._keys.tag("statement", statement_id), today, None, None)

    def wait(self, statement_id: bytes, tag: bytes, signed: bytes, today: date) -> bool:
        """Keep a statement until its registration comes. False when it was used, or waits, already."""
        id_tag = self._keys.tag("statement", statement_id)
        return self._add(id_tag, today, tag, self._keys.seal("link_statements", id_tag, signed, _STATEMENT))

    def take_waiting(self, tag: bytes) -> list[bytes]:
        """The statements that waited for this report; they count as used from now on."""
        waiting = select(link_statements.c.id_tag, link_statements.c.sealed).where(link_statements.c.tag == tag)
        found = [self._open(row.id_tag, row.sealed) for row in self._session.execute(waiting)]
        used = update(link_statements).where(link_statements.c.tag == tag).values(tag=None, sealed=None)
        self._session.execute(used)
        return found

    def drop_waiting(self, before: date) -> list[bytes]:
        """Those that waited since before this day, taken away."""
        old = (link_statements.c.day < before) & link_statements.c.tag.isnot(None)
        gone = delete(link_statements).where(old).returning(link_statements.c.id_tag, link_statements.c.sealed)
        return [self._open(row.id_tag, row.sealed) for row in self._session.execute(gone)]

    def purge(self, before: date) -> None:
        """Forget the ids used before this day."""
        old = (link_statements.c.day < before) & link_statements.c.tag.is_(None)
        self._session.execute(delete(link_statements).where(old))

    def _add(self, id_tag: bytes, today: date, tag: bytes | None, sealed: bytes | None) -> bool:
        row = insert(link_statements).values(id_tag=id_tag, day=today, tag=tag, sealed=sealed)
        added = row.on_conflict_do_nothing().returning(link_statements.c.id_tag)
        return self._session.execute(added).first() is not None

    def _open(self, id_tag: bytes, sealed: bytes) -> bytes:
        return self._keys.open("link_statements", bytes(id_tag), bytes(sealed), padded=True)


class Rings:
    """Reports in whose follow-up spaces something waits."""

    def __init__(self, session: Session, keys: RowKeys) -> None:
        self._session = session
        self._keys = keys

    def add(self, ring_id: bytes, tag: bytes, today: date) -> None:
        """Once for each ring id."""
        row = insert(rings).values(ring_tag=self._keys.tag("ring", ring_id), tag=tag, day=today)
        self._session.execute(row.on_conflict_do_nothing())

    def waiting(self) -> dict[bytes, date]:
        """Tags of the reports with rings, and the day of the newest one of each."""
        found: dict[bytes, date] = {}
        for row in self._session.execute(select(rings.c.tag, rings.c.day).where(rings.c.tag.isnot(None))):
            found[bytes(row.tag)] = max(row.day, found.get(bytes(row.tag), row.day))
        return found

    def finish(self, tag: bytes) -> None:
        """These rings are dealt with; only their ids stay known."""
        self._session.execute(update(rings).where(rings.c.tag == tag).values(tag=None))

    def purge(self, before: date) -> None:
        self._session.execute(delete(rings).where(rings.c.day < before, rings.c.tag.is_(None)))


class Outgoing:
    """What the courier must still be told: tickets to deliver, contacts to forget."""

    def __init__(self, session: Session, keys: RowKeys) -> None:
        self._session = session
        self._keys = keys

    def add_ticket(self, contact: bytes) -> None:
        ticket_id = secrets.token_bytes(16)
        sealed = self._keys.seal("link_tickets", ticket_id, contact)
        self._session.execute(insert(link_tickets).values(ticket_id=ticket_id, sealed=sealed))

    def tickets(self, limit: int) -> dict[bytes, bytes]:
        """Ticket id -> contact. In the order of random ids: nothing of the order in which they were made."""
        found = select(link_tickets).order_by(link_tickets.c.ticket_id).limit(limit)
        return {
            bytes(row.ticket_id): self._keys.open("link_tickets", bytes(row.ticket_id), bytes(row.sealed))
            for row in self._session.execute(found)
        }

    def remove_tickets(self, ids: list[bytes]) -> None:
        self._session.execute(delete(link_tickets).where(link_tickets.c.ticket_id.in_(ids)))

    def forget(self, contact: bytes) -> None:
        row = secrets.token_bytes(16)
        self._session.execute(insert(link_forgets).values(id=row, sealed=self._keys.seal("link_forgets", row, contact)))

    def forgets(self, limit: int) -> dict[bytes, bytes]:
        """Row id -> contact to forget, in random order."""
        found = select(link_forgets).order_by(link_forgets.c.id).limit(limit)
        return {
            bytes(row.id): self._keys.open("link_forgets", bytes(row.id), bytes(row.sealed))
            for row in self._session.execute(found)
        }

    def remove_forgets(self, ids: list[bytes]) -> None:
        self._session.execute(delete(link_forgets).where(link_forgets.c.id.in_(ids)))
