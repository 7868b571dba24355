"""Who is in a member's space: whoever followed the link of a letter, for an hour."""

import uuid
from dataclasses import dataclass

from fastapi import Depends, Request, Response

from billing.domain.parties import Cdg, Member
from billing.entrypoints.web.office import Office, office
from billing.usecases import member_space
from chassis.web import page


class NoSpace(Exception):
    """No link was followed, or it is over."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody of a member who may see what it owes and signs."""

    cdg: Cdg
    member: Member
    person_id: uuid.UUID


def visitor(request: Request, office: Office = Depends(office)) -> Visitor:
    """Dependency: who is in the space. Raises NoSpace."""
    carried = office.space.read(request)
    entered = member_space.entered(office.uow, carried["token"], office.clock) if carried else None
    if entered is None:
        raise NoSpace
    return Visitor(entered.cdg, entered.member, entered.person_id)


def no_space(request: Request, _error: Exception) -> Response:
    """Answer NoSpace."""
    return page(request, "space_over.html", status=403)
