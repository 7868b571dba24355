"""The file of one member."""

import uuid

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from billing.domain.headcount import size_band
from billing.domain.parties import Manager
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.office import Office, office
from billing.usecases import reading
from chassis.web import page

router = APIRouter()


@router.get("/membres/{member_id}", response_model=None)
def member(
    request: Request,
    member_id: uuid.UUID,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
    fait: str = "",
) -> Response:
    """Everything about one member."""
    file = reading.member_file(office.uow, manager, member_id, office.clock)
    if file is None:
        raise HTTPException(404)
    band = size_band(file.convention.headcount) if file.convention else ""
    return page(request, "member.html", file=file, band=band, done=fait)
