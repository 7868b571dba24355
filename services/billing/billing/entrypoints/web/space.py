"""A member's space: what it is asked, signs and owes. Entered by the link of a letter.

The link only shows a button, as an invitation's: mail scanners follow links, they do not send forms.
"""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from billing.entrypoints.web.office import Office, office
from billing.entrypoints.web.space_access import Visitor, visitor
from billing.usecases import member_space
from chassis.web import csrf_protect, page

router = APIRouter(prefix="/espace")


@router.get("", response_model=None)
def front(request: Request, visitor: Visitor = Depends(visitor), office: Office = Depends(office)) -> Response:
    """What waits for the member, then its documents."""
    seen = member_space.front(office.uow, visitor.member, office.clock)
    return page(request, "space.html", visitor=visitor, seen=seen)


@router.get("/entrer/{token}", response_model=None)
def open_link(request: Request, token: str, office: Office = Depends(office)) -> Response:
    """The link of a letter: changes nothing, tells nothing."""
    if member_space.entered(office.uow, token, office.clock) is None:
        return page(request, "space_over.html", status=404)
    return page(request, "space_enter.html")


@router.post("/entrer/{token}", response_model=None, dependencies=[Depends(csrf_protect)])
def enter(token: str, office: Office = Depends(office)) -> Response:
    """Carry the token in a sealed cookie: it stands in no address afterwards."""
    response = RedirectResponse("/espace", 303)
    office.space.set(response, {"token": token})
    return response
