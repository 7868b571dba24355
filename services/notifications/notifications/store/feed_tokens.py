"""Tokens that open one CdG's feed: kept as hashes."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from notifications.store.public_tables import feed_tokens

# So that a scanner of leaked secrets can tell what it found.
PREFIX = "pvfeed_"


@dataclass(frozen=True, slots=True)
class FeedToken:
    """What is known of a token; not the token."""

    id: uuid.UUID
    cdg_id: str
    name: str
    created_on: date
    expires_on: date | None
    last_used_on: date | None
    revoked_on: date | None


_COLUMNS = [column for column in feed_tokens.c if column.name != "token_hash"]


class FeedTokens:
    """Issued, used, revoked."""

    def __init__(self, session: Session, today: date) -> None:
        self._session = session
        self._today = today

    def issue(self, cdg_id: str, name: str, expires_on: date | None) -> str:
        """A new token, told this once."""
        token = PREFIX + secrets.token_urlsafe(32)
        row = {"id": uuid.uuid4(), "cdg_id": cdg_id, "name": name, "token_hash": _hashed(token)}
        self._session.execute(insert(feed_tokens).values(row | {"created_on": self._today, "expires_on": expires_on}))
        return token

    def use(self, token: str) -> FeedToken | None:
        """Who holds it, noted for the day; None for one that does not work (any more)."""
        c = feed_tokens.c
        query = select(*_COLUMNS).where(c.token_hash == _hashed(token), c.revoked_on.is_(None))
        row = self._session.execute(query).one_or_none()
        if row is None or (row.expires_on is not None and row.expires_on <= self._today):
            return None
        if row.last_used_on != self._today:
            self._session.execute(update(feed_tokens).where(c.id == row.id).values(last_used_on=self._today))
        return FeedToken(**row._mapping)

    def revoke(self, token_id: uuid.UUID) -> bool:
        """It no longer works; False when there is none to revoke."""
        c = feed_tokens.c
        revoked = update(feed_tokens).where(c.id == token_id, c.revoked_on.is_(None)).values(revoked_on=self._today)
        return self._session.execute(revoked.returning(c.id)).first() is not None

    def list(self) -> list[FeedToken]:
        rows = self._session.execute(select(*_COLUMNS).order_by(feed_tokens.c.cdg_id, feed_tokens.c.created_on))
        return [FeedToken(**row._mapping) for row in rows]


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
