"""How the opener takes waiting envelopes: many at once, and one by one when one of them spoils the batch."""

import uuid
from collections.abc import Callable, Sequence

from casework.store.inbound import InboundRow
from casework.store.transaction import Transaction
from casework.usecases.ports import KeysAway
from chassis import logs, telemetry
from chassis.db import UnitOfWork, is_outage

log = logs.get(__name__)

Opener = Callable[[Transaction, Sequence[InboundRow]], None]


def open_waiting(uow: UnitOfWork[Transaction], kind: str, limit: int, open_rows: Opener) -> int:
    """Open up to `limit` waiting rows of a kind ("report", "message"); answer how many were dealt with.

    A row that cannot be stored is set aside, told in the log and never lost. Raises KeysAway, and the database's error
    while it is away: nothing has changed then.
    """
    ids: list[uuid.UUID] = []
    try:
        with uow(f"open_{kind}s") as tx:
            rows = tx.inbound.claim(kind, limit)
            ids = [row.inbound_id for row in rows]
            if rows:
                with telemetry.span(f"open_{kind}s", count=len(rows)):
                    open_rows(tx, rows)
    except Exception as error:
        if isinstance(error, KeysAway) or is_outage(error) or not ids:
            raise
        for inbound_id in ids:
            _open_alone(uow, kind, inbound_id, open_rows)
    return len(ids)


def _open_alone(uow: UnitOfWork[Transaction], kind: str, inbound_id: uuid.UUID, open_rows: Opener) -> None:
    try:
        with uow(f"open_{kind}") as tx:
            open_rows(tx, tx.inbound.claim_one(inbound_id))
    except Exception as error:
        if isinstance(error, KeysAway) or is_outage(error):
            raise
        log.error("opener.unopenable", reason="cannot_store", exc_info=True)
        with uow("set_aside") as tx:
            tx.inbound.set_aside([inbound_id])
