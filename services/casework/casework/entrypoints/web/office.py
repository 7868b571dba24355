"""What every page of casework works with, and who is at work."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Depends, Request, Response
from sqlalchemy import Row

from casework.domain.people import Quality, Staff
from casework.domain.routing import Role
from casework.store.people import AmbiguousPerson
from casework.store.transaction import Transaction
from casework.usecases.desk import Desk
from chassis import logs
from chassis.blobs import BlobStore
from chassis.db import UnitOfWork
from chassis.web import Person, page, signed_in

log = logs.get(__name__)


@dataclass(frozen=True)
class Office:
    """Set up once per process, found again from any request."""

    uow: UnitOfWork[Transaction]
    desk: Desk
    blobs: BlobStore
    checks: Mapping[str, Callable[[], object]]
    vault_url: str  # identity-vault's own pages
    portal_url: str = ""  # the reporters' portal, to read out; empty where it is not told


class NotHabilitated(Exception):
    """The signed-in account stands for nobody who may see cases."""


def office(request: Request) -> Office:
    """Dependency: the office of the application that answers."""
    found: Office = request.app.state.office
    return found


def staff(request: Request, person: Person = Depends(signed_in), at: Office = Depends(office)) -> Staff:
    """Dependency: the habilitated person who is signed in, by issuer and subject, today. Raises NotHabilitated."""
    try:
        with at.uow("sign_in") as tx:
            found = tx.people.staff(person.issuer, person.subject)
    except AmbiguousPerson:
        log.error("web.ambiguous_person")
        found = None
    if found is None:
        raise NotHabilitated
    request.state.staff = found
    return found


def screener(person: Staff = Depends(staff)) -> Staff:
    """Dependency: a screener. Raises NotHabilitated."""
    return _with(person, Quality.SCREENER)


def handler(person: Staff = Depends(staff)) -> Staff:
    """Dependency: a referent. Raises NotHabilitated."""
    return _with(person, Quality.HANDLER)


def not_habilitated(request: Request, _error: Exception) -> Response:
    """Answer NotHabilitated."""
    return page(request, "sans_habilitation.html", status=403)


def signature(person: Staff, pool: str) -> str:
    """How somebody is presented to the reporter: a function, never a name."""
    if person.qualities == {Quality.SCREENER}:
        return "La personne chargée de la première lecture"
    if pool == "authority" and Role.AUTHORITY_REFERENT in person.roles:
        return "Référent ou référente « cas autorité » du centre de gestion"
    return "Référent ou référente signalement"


def body(role: Role, row: Row[Any]) -> str:
    """For which body somebody handles this case, as the reporter reads it before agreeing to be known."""
    if role is Role.AUTHORITY_REFERENT:
        return f"{row.cdg_name or 'Centre de gestion'} (référents « cas autorité »)"
    return f"{row.member or 'Collectivité'} (référents signalement)"


def new_notice_id() -> str:
    """Drawn with the page, so that a form sent twice is one message."""
    return uuid.uuid4().hex


def _with(person: Staff, quality: Quality) -> Staff:
    if quality not in person.qualities:
        raise NotHabilitated
    return person
