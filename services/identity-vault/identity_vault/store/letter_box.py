"""The letters that the sealer left for one process."""

from collections.abc import Collection

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session


class LetterBox:
    """Letters leave the box with the transaction that applies them."""

    def __init__(self, session: Session, table: Table) -> None:
        self._session = session
        self._table = table

    def read(self, limit: int, *, but: Collection[bytes] = ()) -> list[tuple[bytes, bytes]]:
        """(id, frame) of up to `limit` letters, leaving out those named in `but`."""
        box = self._table.c
        found = select(box.id, box.frame).where(box.id.notin_(list(but))).order_by(box.id).limit(limit)
        return [(bytes(row.id), bytes(row.frame)) for row in self._session.execute(found)]

    def take(self, ids: Collection[bytes]) -> set[bytes]:
        """Delete these letters; answers those that no other process took before."""
        gone = delete(self._table).where(self._table.c.id.in_(list(ids))).returning(self._table.c.id)
        return {bytes(letter_id) for letter_id in self._session.execute(gone).scalars()}
