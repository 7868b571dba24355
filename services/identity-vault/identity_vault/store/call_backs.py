"""Call-backs that were asked for, until somebody has called or a day has passed."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from identity_vault.domain.callback import CallBack
from identity_vault.store.reach_keys import RowKeys
from identity_vault.store.reach_tables import call_backs

_SIZE = 320


EVERY_CDG = "*"


class CallBacks:
    """By the tag of their ticket. `cdg_ids` may hold EVERY_CDG."""

    def __init__(self, session: Session, keys: RowKeys) -> None:
        self._session = session
        self._keys = keys

    def add(self, ticket: bytes, cdg_id: str, asked: CallBack) -> None:
        tag = self._keys.tag("call-back", ticket)
        row = insert(call_backs).values(tag=tag, cdg_id=cdg_id, sealed=self._seal(tag, asked))
        self._session.execute(row.on_conflict_do_nothing())

    def of(self, cdg_ids: Collection[str]) -> list[tuple[bytes, CallBack]]:
        """(tag, call-back) of these CdGs."""
        found = select(call_backs.c.tag, call_backs.c.sealed).where(_among(cdg_ids))
        return [(bytes(row.tag), self._open(row.tag, row.sealed)) for row in self._session.execute(found)]

    def lock(self, tag: bytes, cdg_ids: Collection[str]) -> CallBack | None:
        """One call-back of these CdGs, locked until the transaction ends."""
        found = select(call_backs).where(call_backs.c.tag == tag, _among(cdg_ids))
        row = self._session.execute(found.with_for_update()).first()
        return None if row is None else self._open(row.tag, row.sealed)

    def put(self, tag: bytes, asked: CallBack) -> None:
        self._session.execute(update(call_backs).where(call_backs.c.tag == tag).values(sealed=self._seal(tag, asked)))

    def remove(self, tag: bytes) -> None:
        self._session.execute(delete(call_backs).where(call_backs.c.tag == tag))

    def all(self) -> list[tuple[bytes, CallBack]]:
        found = select(call_backs.c.tag, call_backs.c.sealed)
        return [(bytes(row.tag), self._open(row.tag, row.sealed)) for row in self._session.execute(found)]

    def _seal(self, tag: bytes, asked: CallBack) -> bytes:
        return self._keys.seal("call_backs", tag, asked.packed(), _SIZE)

    def _open(self, tag: bytes, sealed: bytes) -> CallBack:
        return CallBack.unpacked(self._keys.open("call_backs", bytes(tag), bytes(sealed), padded=True))


def _among(cdg_ids: Collection[str]) -> ColumnElement[bool]:
    return true() if EVERY_CDG in cdg_ids else call_backs.c.cdg_id.in_(list(cdg_ids))
