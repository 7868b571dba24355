"""Reminders: letters that wait for a manager, and those that were sent."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.store import accounting_tables as a
from billing.store import tables as t
from billing.store.many import among


class Reminders:
    """One open letter for each member at most."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(self, cdg_id: uuid.UUID) -> dict[uuid.UUID, uuid.UUID]:
        """Letters that wait, by member."""
        c = a.reminder_letters.c
        query = select(c.member_id, c.id).where(c.cdg_id == cdg_id, c.closed_on.is_(None))
        return {row.member_id: row.id for row in self._session.execute(query)}

    def prepare(self, cdg_id: uuid.UUID, member_ids: Iterable[uuid.UUID], day: date) -> int:
        """Prepare a letter for each of these members that has none; how many are new."""
        rows = [{"id": uuid.uuid4(), "cdg_id": cdg_id, "member_id": one, "prepared_on": day} for one in member_ids]
        if not rows:
            return 0
        new = postgresql.insert(a.reminder_letters).on_conflict_do_nothing()
        return len(self._session.execute(new.returning(a.reminder_letters.c.id), rows).all())

    def drop(self, letter_ids: Iterable[uuid.UUID], day: date) -> None:
        """Close letters that have nothing to say any more."""
        c = a.reminder_letters.c
        self._session.execute(
            update(a.reminder_letters).where(among(c.id, letter_ids), c.closed_on.is_(None)).values(closed_on=day)
        )

    def sent(
        self,
        letter_id: uuid.UUID,
        levels: Iterable[tuple[uuid.UUID, int]],
        *,
        document_id: uuid.UUID,
        manager_id: uuid.UUID,
        day: date,
    ) -> bool:
        """Note that a letter was sent. `levels`: its invoices and their levels. False when it was closed before."""
        c = a.reminder_letters.c
        closing = update(a.reminder_letters).where(c.id == letter_id, c.closed_on.is_(None))
        closing = closing.values(closed_on=day, sent_by=manager_id, document_id=document_id).returning(c.id)
        if self._session.execute(closing).scalar_one_or_none() is None:
            return False
        rows = [
            {"invoice_id": invoice_id, "level": level, "sent_on": day, "letter_id": letter_id}
            for invoice_id, level in levels
        ]
        self._session.execute(insert(a.reminders_sent), rows)
        return True

    def history(self, invoice_id: uuid.UUID) -> Sequence[Row[Any, Any, Any]]:
        """Reminders of an invoice: level, day, document; the first one first."""
        sent, letter = a.reminders_sent.c, a.reminder_letters.c
        query = (
            select(sent.level, sent.sent_on, letter.document_id)
            .join(a.reminder_letters, letter.id == sent.letter_id)
            .where(sent.invoice_id == invoice_id)
            .order_by(sent.level)
        )
        return self._session.execute(query).all()

    def cdgs(self) -> list[uuid.UUID]:
        """CdGs that issue invoices."""
        return list(self._session.execute(select(t.sellers.c.cdg_id)).scalars())
