"""Who else may read: tokens that a manager hands to another public system."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from billing.domain.faults import Fault, check

_LONGEST_NAME = 80
# A token that nobody renews ends: whoever held it may have moved on.
LONGEST = timedelta(days=2 * 366)


class Scope(StrEnum):
    """What a token opens, as `api_tokens.scopes` keeps it."""

    MEMBERS = "members"
    CONVENTIONS = "conventions"
    CALLS = "calls"
    INVOICES = "invoices"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """What is known of a token; the token itself is kept nowhere. `expires_on`: first day on which it is refused."""

    id: uuid.UUID
    cdg_id: uuid.UUID
    name: str
    scopes: tuple[Scope, ...]
    created_by: str
    created_at: datetime
    expires_on: date
    last_used_on: date | None
    revoked_at: datetime | None

    def works(self, day: date) -> bool:
        return self.revoked_at is None and day < self.expires_on


@dataclass(frozen=True, slots=True)
class TypedToken:
    """What a manager typed."""

    name: str
    scopes: Sequence[str]
    expires_on: date | None


def checked(typed: TypedToken, today: date) -> tuple[str, tuple[Scope, ...], date]:
    """Name, scopes and end of a token to be made. Raises Refused."""
    name = " ".join(typed.name.split())
    check({"name": _name(name), "scopes": _scopes(typed.scopes), "expires_on": _end(typed.expires_on, today)})
    assert typed.expires_on is not None
    return name, tuple(scope for scope in Scope if scope in typed.scopes), typed.expires_on


def _name(name: str) -> Fault | None:
    if not name:
        return Fault.MISSING
    if not name.isprintable():
        return Fault.MALFORMED
    return Fault.TOO_LONG if len(name) > _LONGEST_NAME else None


def _scopes(scopes: Sequence[str]) -> Fault | None:
    return None if scopes and all(scope in set(Scope) for scope in scopes) else Fault.MISSING


def _end(day: date | None, today: date) -> Fault | None:
    if day is None:
        return Fault.MISSING
    if day <= today:
        return Fault.NOT_POSITIVE
    return Fault.TOO_LONG if day > today + LONGEST else None
