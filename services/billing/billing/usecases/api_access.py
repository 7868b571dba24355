"""Tokens for other public systems: made, listed, revoked by managers; used by who holds one."""

import secrets
import uuid
from dataclasses import dataclass

from billing.domain.api_access import ApiToken, TypedToken, checked
from billing.domain.parties import Cdg, Manager
from billing.store.transaction import Transaction
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork

# So that a scanner of leaked secrets can tell what it found.
PREFIX = "pvapi_"


@dataclass(frozen=True, slots=True)
class Access:
    """Every token of a CdG, those that work first."""

    cdg: Cdg
    working: list[ApiToken]
    over: list[ApiToken]


def access(uow: UnitOfWork[Transaction], manager: Manager, clock: Clock) -> Access:
    """Who may read this CdG's data."""
    today = paris_day(clock.now())
    with uow("read_api_tokens") as tx:
        cdg, tokens = tx.parties.cdg(manager.cdg_id), tx.api_tokens.of_cdg(manager.cdg_id)
    working = [token for token in tokens if token.works(today)]
    return Access(cdg, working, [token for token in tokens if token not in working])


def issue(uow: UnitOfWork[Transaction], manager: Manager, typed: TypedToken, clock: Clock) -> tuple[str, ApiToken]:
    """A new token, told this once. Raises Refused."""
    now = clock.now()
    name, scopes, expires_on = checked(typed, paris_day(now))
    token = PREFIX + secrets.token_urlsafe(32)
    made = ApiToken(uuid.uuid4(), manager.cdg_id, name, scopes, manager.name, now, expires_on, None, None)
    with uow("issue_api_token") as tx:
        tx.api_tokens.add(token, made, manager.id)
    return token, made


def find(uow: UnitOfWork[Transaction], manager: Manager, token_id: uuid.UUID) -> ApiToken | None:
    """A token of the manager's CdG."""
    with uow("read_api_token") as tx:
        return tx.api_tokens.get(token_id, manager.cdg_id)


def revoke(uow: UnitOfWork[Transaction], manager: Manager, token_id: uuid.UUID, clock: Clock) -> None:
    """From now on it is refused."""
    with uow("revoke_api_token") as tx:
        tx.api_tokens.revoke(token_id, manager.cdg_id, manager.id, clock.now())


def holder(uow: UnitOfWork[Transaction], token: str, clock: Clock) -> ApiToken | None:
    """What this token opens; None for one that does not work."""
    with uow("use_api_token") as tx:
        return tx.api_tokens.use(token, paris_day(clock.now()))
