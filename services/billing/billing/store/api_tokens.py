"""Tokens of other public systems: kept as hashes."""

import hashlib
import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select, update
from sqlalchemy.orm import Session

from billing.domain.api_access import ApiToken, Scope
from billing.store import tables as t
from billing.store.api_tables import api_tokens

_T = api_tokens.c


class ApiTokens:
    """Issued, used, revoked."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, token: str, made: ApiToken, manager_id: uuid.UUID) -> None:
        row = {
            "id": made.id,
            "cdg_id": made.cdg_id,
            "name": made.name,
            "token_hash": _hashed(token),
            "scopes": list(made.scopes),
            "created_by": manager_id,
            "created_at": made.created_at,
            "expires_on": made.expires_on,
        }
        self._session.execute(insert(api_tokens).values(row))

    def use(self, token: str, day: date) -> ApiToken | None:
        """What a token opens, its use noted for the day; None for one that does not work (any more)."""
        row = self._session.execute(_read().where(_T.token_hash == _hashed(token))).one_or_none()
        found = None if row is None else _token(row)
        if found is None or not found.works(day):
            return None
        if found.last_used_on != day:
            self._session.execute(update(api_tokens).where(_T.id == found.id).values(last_used_on=day))
        return found

    def of_cdg(self, cdg_id: uuid.UUID) -> list[ApiToken]:
        """Every token of a CdG, the last one first."""
        query = _read().where(_T.cdg_id == cdg_id).order_by(_T.created_at.desc(), _T.id)
        return [_token(row) for row in self._session.execute(query)]

    def get(self, token_id: uuid.UUID, cdg_id: uuid.UUID) -> ApiToken | None:
        """One of this CdG; None for another CdG's, as for none."""
        row = self._session.execute(_read().where(_T.id == token_id, _T.cdg_id == cdg_id)).one_or_none()
        return None if row is None else _token(row)

    def revoke(self, token_id: uuid.UUID, cdg_id: uuid.UUID, manager_id: uuid.UUID, at: datetime) -> None:
        """It no longer works. One that was revoked before stays as it was."""
        standing = (_T.id == token_id) & (_T.cdg_id == cdg_id) & _T.revoked_at.is_(None)
        self._session.execute(update(api_tokens).where(standing).values(revoked_by=manager_id, revoked_at=at))


def _read() -> Select[Any]:
    maker = t.managers.c.name.label("maker")
    return select(api_tokens, maker).join(t.managers, t.managers.c.id == _T.created_by)


def _token(row: Row[Any]) -> ApiToken:
    return ApiToken(
        row.id,
        row.cdg_id,
        row.name,
        tuple(Scope(scope) for scope in row.scopes),
        row.maker,
        row.created_at,
        row.expires_on,
        row.last_used_on,
        row.revoked_at,
    )


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
