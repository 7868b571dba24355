"""The queue to identity-vault: sealed records that wait for the pump."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from intake.store.tables import vault_queue

_ADD_RECORD = insert(vault_queue)


@dataclass(frozen=True, slots=True)
class WaitingRecord:
    id: bytes
    record: bytes = field(repr=False)
    key_period: date
    prompt: bool


class VaultQueue:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, frame: bytes, key_period: date, *, prompt: bool = False) -> None:
        """Queue a frame under a random key of its own. `prompt`: it leaves in the next slot, without a delay."""
        values = {"id": secrets.token_bytes(16), "record": frame, "key_period": key_period, "prompt": prompt}
        self._session.execute(_ADD_RECORD, values)

    def shuffle(self) -> list[bytes]:
        """Rewrite the waiting rows, in random order and under new keys, into an emptied table; answer the keys.

        Afterwards neither place, nor key, nor transaction id tells when a row came. Filing waits meanwhile.
        """
        # An empty file has nothing to rewrite: an idle tick costs one statement and writes nothing.
        if not self._session.execute(text("SELECT pg_relation_size('vault_queue')")).scalar():
            return []
        self._session.execute(text("LOCK TABLE vault_queue IN ACCESS EXCLUSIVE MODE"))
        self._session.execute(
            text(
                "CREATE TEMPORARY TABLE shuffled ON COMMIT DROP AS"
                " SELECT uuid_send(gen_random_uuid()) AS id, record, key_period, prompt FROM vault_queue"
            )
        )
        self._session.execute(text("TRUNCATE vault_queue"))
        self._session.execute(
            text(
                "INSERT INTO vault_queue (id, record, key_period, prompt)"
                " SELECT id, record, key_period, prompt FROM shuffled ORDER BY id"
            )
        )
        return list(self._session.execute(select(vault_queue.c.id).order_by(vault_queue.c.id)).scalars())

    def get(self, ids: Iterable[bytes]) -> list[WaitingRecord]:
        found = select(*vault_queue.c).where(vault_queue.c.id.in_(list(ids))).order_by(vault_queue.c.id)
        return [WaitingRecord(**row._mapping) for row in self._session.execute(found)]

    def remove(self, ids: Iterable[bytes]) -> None:
        self._session.execute(delete(vault_queue).where(vault_queue.c.id.in_(list(ids))))
