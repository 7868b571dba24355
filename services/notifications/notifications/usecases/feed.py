"""Reading a CdG's feed of public events."""

from collections.abc import Sequence

from chassis.db import UnitOfWork
from notifications.store.feed_tokens import FeedToken
from notifications.store.public_events import Slice
from notifications.store.transaction import Transaction


def holder(uow: UnitOfWork[Transaction], token: str) -> FeedToken | None:
    """Who holds a token that works; None without one."""
    with uow("use_feed_token") as tx:
        return tx.feed_tokens.use(token)


def read(uow: UnitOfWork[Transaction], cdg_id: str, cursor: int, types: Sequence[str], limit: int) -> Slice:
    """What follows the cursor. Raises NoSuchCursor."""
    with uow("read_feed") as tx:
        return tx.public_events.after(cdg_id, cursor, types, limit)
