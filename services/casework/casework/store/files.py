"""The files of a case: where they stand and how they open is sealed; handlers never reach the original's name."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlalchemy.orm import Session

from casework.domain.people import Quality, Staff
from casework.store.access import seen_by
from casework.store.tables import cases, files
from chassis import queues

# The channel on which the copier is woken.
CHANNEL = "files"


class Files:
    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write down files that are to be copied from intake's store."""
        if rows:
            self._session.execute(insert(files), rows)
            queues.notify(self._session, CHANNEL)

    def claim_one(self) -> Row[Any] | None:
        """A file to copy, held until the transaction ends, with its case's wrapped key."""
        query = (
            select(files, cases.c.wrapped_key)
            .join(cases, cases.c.case_id == files.c.case_id)
            .where(files.c.state == "to_copy")
            .limit(1)
            .with_for_update(of=files, skip_locked=True)
        )
        return self._session.execute(query).first()

    def copied(self, file_id: uuid.UUID, sealed_copy: bytes) -> None:
        self._set(file_id, state="copied", sealed_copy=sealed_copy)

    def unreadable(self, file_id: uuid.UUID) -> None:
        """The blob does not open, or is not there: the case goes on without it, and says so."""
        self._set(file_id, state="unreadable")

    def try_again(self) -> int:
        """Give the unreadable ones another chance. Answers how many."""
        again = update(files).where(files.c.state == "unreadable").values(state="to_copy").returning(files.c.file_id)
        woken = len(self._session.execute(again).all())
        if woken:
            queues.notify(self._session, CHANNEL)
        return woken

    def originals(self, person: Staff, case_id: uuid.UUID) -> Sequence[Row[Any]]:
        """The screener's: names as filed, and our copies."""
        columns = (files.c.sealed_original, files.c.sealed_copy, files.c.withheld)
        return self._listed(person, case_id, columns, Quality.SCREENER)

    def copies(self, person: Staff, case_id: uuid.UUID) -> Sequence[Row[Any]]:
        """The handler's: our copies under neutral names, without what the screener withheld."""
        return self._listed(person, case_id, (files.c.sealed_copy,), Quality.HANDLER, ~files.c.withheld)

    def withhold(self, case_id: uuid.UUID, file_ids: Collection[uuid.UUID]) -> None:
        """Keep these files of the case from its handlers."""
        where = (files.c.case_id == case_id) & files.c.file_id.in_(file_ids)
        self._session.execute(update(files).where(where).values(withheld=True))

    def _listed(
        self, person: Staff, case_id: uuid.UUID, columns: tuple[Any, ...], quality: Quality, *where: ColumnElement[bool]
    ) -> Sequence[Row[Any]]:
        query = (
            select(files.c.file_id, files.c.case_id, files.c.position, files.c.state, *columns)
            .join(cases, cases.c.case_id == files.c.case_id)
            .where(files.c.case_id == case_id, seen_by(person, self._now, quality), *where)
            .order_by(files.c.position)
        )
        return self._session.execute(query).all()

    def _set(self, file_id: uuid.UUID, **values: Any) -> None:
        self._session.execute(update(files).where(files.c.file_id == file_id).values(**values))
