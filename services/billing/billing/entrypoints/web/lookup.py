"""The search across members, invoices, members' orders and persons."""

from fastapi import APIRouter, Depends, Request, Response

from billing.domain.parties import Manager
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.office import Office, office
from billing.usecases import directory
from chassis.web import page

router = APIRouter()


@router.get("/recherche", response_model=None)
def search(
    request: Request, manager: Manager = Depends(manager), office: Office = Depends(office), q: str = ""
) -> Response:
    """What is found, by kind, the first 30 of each."""
    words = "".join(each for each in q if each.isprintable()).strip()[:80]
    found = directory.search(office.uow, manager, words)
    return page(request, "search.html", words=words, found=found, most=directory.MOST_FOUND)
