"""Links to members' spaces: kept as hashes."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from billing.store.space_tables import space_links


@dataclass(frozen=True, slots=True)
class SpaceLink:
    """Whom an open link lets in, and for which member."""

    member_id: uuid.UUID
    person_id: uuid.UUID


class SpaceLinks:
    """Opened, followed as often as one likes until they expire, closed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(self, token: str, link: SpaceLink, until: datetime) -> None:
        row = {"member_id": link.member_id, "person_id": link.person_id}
        self._session.execute(insert(space_links).values(token_hash=_hashed(token), expires_at=until, **row))

    def follow(self, token: str, now: datetime) -> SpaceLink | None:
        """None for a link that is closed, too old or unknown."""
        c = space_links.c
        query = select(space_links).where(c.token_hash == _hashed(token), c.expires_at > now, c.closed_at.is_(None))
        row = self._session.execute(query).one_or_none()
        return None if row is None else SpaceLink(row.member_id, row.person_id)

    def close_all(self, member_id: uuid.UUID, now: datetime) -> None:
        """When a member's correspondent changes, for one."""
        standing = (space_links.c.member_id == member_id) & space_links.c.closed_at.is_(None)
        self._session.execute(update(space_links).where(standing).values(closed_at=now))


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
