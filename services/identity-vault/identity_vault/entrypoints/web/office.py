"""What every page of the vault works with, who looks, and the proof of it that the verifier asks for."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from fastapi import Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from chassis.db import UnitOfWork
from chassis.web import Person, page, signed_in
from identity_vault.domain.agreement import Agreement
from identity_vault.store.journal_view import DiscloserTransaction
from identity_vault.usecases.carrying_out import Custody
from identity_vault.usecases.disclosing import ControlledReads, DiscloserKeys, Verifier
from identity_vault.usecases.keyring import Keyrings, Recoveries

# Seconds. The verifier takes a token of half an hour; a page must leave time to read and to touch the key.
OLDEST_TOKEN = 25 * 60
# Seconds, for what only a sign-in of just now may do; the verifier takes one of five minutes.
NEWEST_TOKEN = 4 * 60
_MARK = 20


@dataclass(frozen=True)
class Office:
    """Set up once per process, found again from any request."""

    verifier: Verifier
    reads: ControlledReads
    keys: DiscloserKeys
    mark_key: bytes = field(repr=False)
    # (issuer, subject) of those who may look at the journal.
    dpos: frozenset[tuple[str, str]] = frozenset()
    journal: UnitOfWork[DiscloserTransaction] | None = None
    # The verifier's calls for custodians, and who they are; the verifier checks again.
    custody: Custody | None = None
    custodians: frozenset[tuple[str, str]] = frozenset()
    # The verifier's calls for who holds passkeys, and for custodians about lost ones.
    keyrings: Keyrings | None = None
    recoveries: Recoveries | None = None
    checks: Mapping[str, Callable[[], object]] = field(default_factory=dict)

    def mark(self, person: Person, agreement: Agreement) -> str:
        """What stands for an agreement in an address: the same at each visit, and nothing without our key."""
        parts = (person.issuer, person.subject, *agreement.signed_text())
        data = b"".join(len(part).to_bytes(4, "big") + part for part in (text.encode() for text in parts))
        return hmac.new(self.mark_key, data, sha256).hexdigest()[:_MARK]


class TokenTooOld(Exception):
    """Who this is was proven too long ago, or the proof could not be kept. `just_now`: it had to be of just now."""

    def __init__(self, *, kept: bool, just_now: bool = False) -> None:
        super().__init__()
        self.kept = kept
        self.just_now = just_now


def office(request: Request) -> Office:
    """Dependency: the office of the application that answers."""
    found: Office = request.app.state.office
    return found


def id_token(request: Request, _person: Person = Depends(signed_in)) -> str:
    """Dependency: the signed-in person's ID token, fresh enough for the verifier. Raises TokenTooOld."""
    token = request.app.state.sign_in.id_token(request)
    if token is None or token.age > OLDEST_TOKEN:
        raise TokenTooOld(kept=token is not None)
    text: str = token.text
    return text


def fresh_token(request: Request, _person: Person = Depends(signed_in)) -> str:
    """Dependency: the same, of a sign-in of just now. Raises TokenTooOld."""
    token = request.app.state.sign_in.id_token(request)
    if token is None or token.age > NEWEST_TOKEN:
        raise TokenTooOld(kept=token is not None, just_now=True)
    text: str = token.text
    return text


def dpo(person: Person = Depends(signed_in), at: Office = Depends(office)) -> Person:
    """Dependency: a data protection officer. Others find no such page."""
    if (person.issuer, person.subject) not in at.dpos:
        raise HTTPException(404)
    return person


def token_too_old(request: Request, error: Exception) -> Response:
    """Answer TokenTooOld: a reader goes to the provider; a form is told that nothing was done."""
    kept = isinstance(error, TokenTooOld) and error.kept
    if kept and request.method in ("GET", "HEAD"):
        return RedirectResponse(f"/connexion?suite={request.url.path}", 303)
    just_now = isinstance(error, TokenTooOld) and error.just_now
    return page(request, "identifiez_vous.html", status=401, kept=kept, just_now=just_now)
