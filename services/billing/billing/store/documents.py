"""Documents: asked for in the transaction that makes them true, printed later by whoever comes first."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.store.document_tables import documents


@dataclass(frozen=True, slots=True)
class Document:
    """What is printed: `kind` names the template, `content` is the JSON text that fills it."""

    id: uuid.UUID
    cdg_id: uuid.UUID
    member_id: uuid.UUID | None
    kind: str
    subject_id: uuid.UUID
    title: str
    content: str
    made_on: date
    printed: bool


_LISTED = [column for column in documents.c if column.name not in ("pdf", "digest")]


class Documents:
    """Asked for once by kind and subject; a printed one never changes."""

    def __init__(self, session: Session, day: date) -> None:
        self._session = session
        self._day = day

    def ask(
        self,
        kind: str,
        subject_id: uuid.UUID,
        *,
        cdg_id: uuid.UUID,
        member_id: uuid.UUID | None,
        title: str,
        content: Mapping[str, Any] | str,
    ) -> uuid.UUID:
        """Have it printed; the id of the one that was asked for before, if there is one.

        `content`: texts, whole numbers, lists and mappings (days as ISO texts, amounts as texts), or their JSON text.
        """
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        row = {"id": uuid.uuid4(), "cdg_id": cdg_id, "member_id": member_id, "kind": kind, "subject_id": subject_id}
        new = postgresql.insert(documents).values(row | {"title": title, "content": text, "made_on": self._day})
        self._session.execute(new.on_conflict_do_nothing(index_elements=["kind", "subject_id"]))
        same = (documents.c.kind == kind) & (documents.c.subject_id == subject_id)
        return uuid.UUID(str(self._session.scalar(select(documents.c.id).where(same))))

    def get(self, document_id: uuid.UUID, cdg_id: uuid.UUID) -> Document | None:
        """One of this CdG; None for another CdG's, as for none."""
        return self._one((documents.c.id == document_id) & (documents.c.cdg_id == cdg_id))

    def about(self, kind: str, subject_id: uuid.UUID) -> Document | None:
        return self._one((documents.c.kind == kind) & (documents.c.subject_id == subject_id))

    def of_member(self, member_id: uuid.UUID) -> list[Document]:
        """A member's, the last one first."""
        query = select(*_LISTED, documents.c.pdf.is_not(None).label("printed"))
        query = query.where(documents.c.member_id == member_id).order_by(documents.c.made_on.desc(), documents.c.id)
        return [Document(**row._mapping) for row in self._session.execute(query)]

    def waiting(self) -> int:
        """How many are to be printed."""
        query = select(func.count()).select_from(documents).where(documents.c.pdf.is_(None))
        return int(self._session.execute(query).scalar_one())

    def take(self, limit: int) -> list[Document]:
        """Some that are to be printed and nobody else prints; theirs until the transaction ends."""
        query = select(*_LISTED, documents.c.pdf.is_not(None).label("printed")).where(documents.c.pdf.is_(None))
        rows = self._session.execute(query.limit(limit).with_for_update(skip_locked=True))
        return [Document(**row._mapping) for row in rows]

    def pdf(self, document_id: uuid.UUID) -> bytes | None:
        return self._session.scalar(select(documents.c.pdf).where(documents.c.id == document_id))

    def put(self, document_id: uuid.UUID, pdf: bytes) -> bytes:
        """Keep what was printed, unless somebody was faster; answer what is kept."""
        values = {"pdf": pdf, "digest": hashlib.sha256(pdf).digest()}
        unprinted = (documents.c.id == document_id) & documents.c.pdf.is_(None)
        self._session.execute(update(documents).where(unprinted).values(values))
        kept = self.pdf(document_id)
        assert kept is not None
        return kept

    def _one(self, which: Any) -> Document | None:
        row = self._session.execute(select(*_LISTED, documents.c.pdf.is_not(None).label("printed")).where(which))
        found = row.one_or_none()
        return None if found is None else Document(**found._mapping)
