"""What the verifier remembers for minutes, in rows that any of its processes finds."""

from datetime import date
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.orm import Session

from identity_vault.store.verifier_rows import SealedRows
from identity_vault.store.verifier_tables import short_lived


class ShortLivedRows:
    def __init__(self, session: Session, rows: SealedRows) -> None:
        self._session = session
        self._rows = rows

    def put(self, tag: bytes, owner: bytes, until: date, content: dict[str, Any]) -> None:
        """`until`: the day after which the row may go; what ends sooner says so inside."""
        sealed = self._rows.seal("short_lived", tag, content)
        row = insert_or(short_lived).values(tag=tag, owner_tag=owner, until=until, sealed=sealed)
        replaced = {"owner_tag": owner, "until": until, "sealed": sealed}
        self._session.execute(row.on_conflict_do_update(index_elements=["tag"], set_=replaced))

    def get(self, tag: bytes) -> dict[str, Any] | None:
        return self._opened(tag, self._session.scalar(select(short_lived.c.sealed).where(short_lived.c.tag == tag)))

    def take(self, tag: bytes) -> dict[str, Any] | None:
        """To whoever comes first: the row is gone with the transaction."""
        taken = delete(short_lived).where(short_lived.c.tag == tag).returning(short_lived.c.sealed)
        return self._opened(tag, self._session.scalar(taken))

    def count(self, owner: bytes) -> int:
        query = select(func.count()).select_from(short_lived).where(short_lived.c.owner_tag == owner)
        return int(self._session.scalar(query) or 0)

    def forget_of(self, owner: bytes) -> None:
        self._session.execute(delete(short_lived).where(short_lived.c.owner_tag == owner))

    def sweep(self, today: date) -> None:
        """Drop what ended on an earlier day."""
        self._session.execute(delete(short_lived).where(short_lived.c.until < today))

    def _opened(self, tag: bytes, sealed: bytes | None) -> dict[str, Any] | None:
        return None if sealed is None else self._rows.open("short_lived", tag, sealed)
