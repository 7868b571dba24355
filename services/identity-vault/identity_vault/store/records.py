"""Keys of records, and the letters that came with them."""

import secrets

from sqlalchemy import Table, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.orm import Session

from identity_vault.domain.record import Letters
from identity_vault.store.tables import courier_letters, linker_letters, record_keys, verifier_letters

_KEY = 32
_ID = 16


class RecordKeys:
    """The key of each record, by its path. Written once."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def draw(self, path: str) -> tuple[bytes, bool]:
        """The 32-byte key of a record, and whether it was drawn now. Two calls at once draw one key."""
        key = secrets.token_bytes(_KEY)
        row = insert_or(record_keys).values(path=path, key=key).on_conflict_do_nothing().returning(record_keys.c.key)
        if self._session.execute(row).first():
            return key, True
        found = self._session.execute(select(record_keys.c.key).where(record_keys.c.path == path)).scalar_one()
        return bytes(found), False


class LetterBoxes:
    """One box for each process that gets letters. The sealer puts in and cannot look."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def leave(self, letters: Letters) -> None:
        """One letter in each box, empty ones too."""
        self._put(verifier_letters, letters.verifier)
        self._put(linker_letters, letters.linker)
        self._put(courier_letters, letters.courier)

    def _put(self, box: Table, frame: bytes) -> None:
        self._session.execute(insert(box).values(id=secrets.token_bytes(_ID), frame=frame))
