"""A judicial demand: what it is, and the sealed block for the custodians."""

import uuid

from fastapi import APIRouter, Depends, Request, Response

from casework.domain.people import Staff
from casework.entrypoints.web.office import Office, handler, office
from casework.usecases import demanding, reading
from casework.usecases.desk import Unreachable
from chassis.web import csrf_protect, page

router = APIRouter()


@router.get("/dossiers/{case_id}/demande-judiciaire", response_model=None)
def explain(
    request: Request, case_id: uuid.UUID, person: Staff = Depends(handler), at: Office = Depends(office)
) -> Response:
    return _show(request, at, person, case_id)


@router.post("/dossiers/{case_id}/demande-judiciaire", response_model=None, dependencies=[Depends(csrf_protect)])
def make_block(
    request: Request, case_id: uuid.UUID, person: Staff = Depends(handler), at: Office = Depends(office)
) -> Response:
    """Show a fresh block, once: it is not kept. The page says why there is none for an oral report."""
    try:
        block = demanding.make_block(at.uow, at.desk, person, case_id)
    except Unreachable:
        block = ""
    return _show(request, at, person, case_id, block)


def _show(request: Request, at: Office, person: Staff, case_id: uuid.UUID, block: str = "") -> Response:
    seen = reading.outline(at.uow, at.desk, person, case_id)
    return page(request, "demande_judiciaire.html", case=seen, staff=person, block=block)
