"""Orders in a member's space: the ordonnateur reads a quote, approves or refuses, says that the service was done."""

import uuid

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from billing.domain.ordering import NotNow, Status
from billing.entrypoints.web.office import Office, office
from billing.entrypoints.web.space_access import Visitor, visitor
from billing.usecases import ordering
from chassis.web import csrf_protect, page

router = APIRouter(prefix="/espace/commandes")

_STEPS = {"approuver": Status.APPROVED, "refuser": Status.REFUSED, "livrer": Status.DELIVERED}


@router.get("/{order_id}", response_model=None)
def show(
    request: Request,
    order_id: uuid.UUID,
    visitor: Visitor = Depends(visitor),
    office: Office = Depends(office),
    fait: str = "",
) -> Response:
    """One that this member ordered; for any other, as for none, 404."""
    file = ordering.show_to_member(office.uow, visitor.member, order_id)
    if file is None:
        raise HTTPException(404)
    return page(request, "space_order.html", visitor=visitor, file=file, done=fait)


@router.post("/{order_id}/{step}", response_model=None, dependencies=[Depends(csrf_protect)])
def take_step(
    order_id: uuid.UUID, step: str, visitor: Visitor = Depends(visitor), office: Office = Depends(office)
) -> Response:
    """The ordonnateur's step. One that was taken meanwhile changes nothing."""
    if step not in _STEPS:
        raise HTTPException(404)
    try:
        ordering.step_by_member(office.uow, visitor.member, visitor.person_id, order_id, _STEPS[step], office.clock)
    except ordering.NoSuchOrder:
        raise HTTPException(404) from None
    except NotNow:
        return RedirectResponse(f"/espace/commandes/{order_id}?fait=trop-tard", 303)
    return RedirectResponse(f"/espace/commandes/{order_id}?fait={step}", 303)
