"""The way to identity-vault: frames as they arrive, and frames that wait for their slot."""

import secrets
from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from intake.domain.slots import Waiting
from intake.store.tables import vault_queue, vault_waiting

_ADD = insert(vault_queue)


class Frame(NamedTuple):
    """A frame that waits, and the day of its transport key."""

    record: bytes
    key_period: date

    def __repr__(self) -> str:
        return "Frame(•••)"


class VaultQueue:
    """Arrivals. The portal adds; the pump empties."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, frame: bytes, key_period: date, *, prompt: bool = False) -> None:
        """Queue a frame under a random key of its own. `prompt`: it leaves in the next slot, without a delay."""
        values = {"id": secrets.token_bytes(16), "record": frame, "key_period": key_period, "prompt": prompt}
        self._session.execute(_ADD, values)


class VaultWaiting:
    """Frames that wait for their slot. Only the pump comes here."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take_arrivals(self) -> bool:
        """Move what has arrived here, in random order and under new random keys; False when there was nothing.

        Filing waits meanwhile, for as long as the few arrivals of one tick take. The emptied file of the arrivals keeps
        nothing of the rows that it held.
        """
        # An empty file has nothing to move: an idle tick costs one statement and writes nothing.
        if not self._session.execute(text("SELECT pg_relation_size('vault_queue')")).scalar():
            return False
        self._session.execute(text("LOCK TABLE vault_queue IN ACCESS EXCLUSIVE MODE"))
        self._session.execute(
            text(
                "INSERT INTO vault_waiting (id, record, key_period, prompt)"
                " SELECT uuid_send(gen_random_uuid()), record, key_period, prompt FROM vault_queue ORDER BY random()"
            )
        )
        self._session.execute(text("TRUNCATE vault_queue"))
        return True

    def shuffle(self) -> None:
        """Rewrite the waiting rows in random order into an emptied file.

        Afterwards neither place nor transaction id tells when a row came, nor which came together.
        """
        self._session.execute(text("LOCK TABLE vault_waiting IN ACCESS EXCLUSIVE MODE"))
        self._session.execute(
            text("CREATE TEMPORARY TABLE shuffled ON COMMIT DROP AS SELECT * FROM vault_waiting ORDER BY random()")
        )
        self._session.execute(text("TRUNCATE vault_waiting"))
        self._session.execute(text("INSERT INTO vault_waiting SELECT * FROM shuffled"))

    def all(self) -> Sequence[Waiting]:
        """What waits, without the frames themselves."""
        rows = self._session.execute(select(vault_waiting.c.id, vault_waiting.c.prompt, vault_waiting.c.key_period))
        return [Waiting(*row) for row in rows]

    def get(self, ids: Collection[bytes]) -> dict[bytes, Frame]:
        found = select(vault_waiting.c.id, vault_waiting.c.record, vault_waiting.c.key_period)
        rows = self._session.execute(found.where(vault_waiting.c.id.in_(ids)))
        return {bytes(row.id): Frame(row.record, row.key_period) for row in rows}

    def remove(self, ids: Collection[bytes]) -> None:
        self._session.execute(delete(vault_waiting).where(vault_waiting.c.id.in_(ids)))

    def oldest(self) -> date | None:
        """The earliest day of a transport key that a frame needs, arrivals among them; None when there is no frame."""
        days = [
            self._session.execute(select(func.min(table.c.key_period))).scalar()
            for table in (vault_queue, vault_waiting)
        ]
        return min((day for day in days if day is not None), default=None)
