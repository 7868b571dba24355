"""Who may see the managers' pages: accounts listed as managers, nobody by e-mail address."""

from fastapi import Depends, Request, Response

from billing.domain.habilitation import Account
from billing.domain.parties import Manager
from billing.entrypoints.web.office import Office, office
from billing.usecases import reading
from chassis.web import Person, page, signed_in


class NotAManager(Exception):
    """The signed-in account is no manager's."""


def manager(person: Person = Depends(signed_in), office: Office = Depends(office)) -> Manager:
    """Dependency: the manager who is signed in. Raises NotAManager."""
    found = reading.manager_of(office.uow, Account(person.issuer, person.subject))
    if found is None:
        raise NotAManager
    return found


def not_a_manager(request: Request, _error: Exception) -> Response:
    """Answer NotAManager."""
    return page(request, "not_a_manager.html", status=403)
