"""identity-vault seen from here: its public keys, and sealed frames that wait to leave for it."""

import uuid
from collections.abc import Sequence

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from casework.store.tables import vault_keys


class VaultKeySets:
    """The newest signed set of each issuer."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, issuer: str) -> bytes | None:
        return self._session.scalar(select(vault_keys.c.signed).where(vault_keys.c.issuer == issuer))

    def put(self, issuer: str, version: int, signed: bytes) -> bool:
        """Keep a set; False when it is not newer than the one at hand."""
        row = upsert(vault_keys).values(issuer=issuer, version=version, signed=signed)
        newer = row.on_conflict_do_update(
            index_elements=["issuer"],
            set_={"version": row.excluded.version, "signed": row.excluded.signed},
            where=vault_keys.c.version < row.excluded.version,
        )
        return self._session.execute(newer.returning(vault_keys.c.issuer)).first() is not None


class VaultQueue:
    """Frames of one size, under random ids, in no order."""

    def __init__(self, session: Session, table: Table) -> None:
        self._session = session
        self._table = table

    def add(self, frames: Sequence[bytes]) -> None:
        if frames:
            self._session.execute(insert(self._table), [{"row_id": uuid.uuid4(), "frame": frame} for frame in frames])

    def take(self, limit: int) -> list[bytes]:
        """Up to `limit` frames, gone once the transaction commits: roll back when they did not arrive."""
        some = select(self._table.c.row_id).order_by(self._table.c.row_id).limit(limit)
        taken = delete(self._table).where(self._table.c.row_id.in_(some)).returning(self._table.c.frame)
        return list(self._session.scalars(taken))
