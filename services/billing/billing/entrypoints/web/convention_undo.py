"""A default recorded by mistake is withdrawn: for one convention, or for all that the same recording ended."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from billing.domain.faults import Refused
from billing.domain.parties import Manager
from billing.entrypoints.web import typed, words_life
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.office import Office, office
from billing.usecases import life, undoing
from billing.usecases.habilitations import Unknown
from chassis.web import Form, csrf_protect, page, read_form

router = APIRouter()
_Count = Annotated[int, Query(ge=0)]


@router.get("/conventions/{convention_id:uuid}/retirer-defaillance", response_model=None)
def ask(
    request: Request,
    convention_id: uuid.UUID,
    retirees: _Count = 0,
    restees: _Count = 0,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """What would come back; or, once it is done for several, how many did. `retirees`, `restees`: how many."""
    return _page(request, convention_id, manager, office, {}, (retirees, restees))


@router.post(
    "/conventions/{convention_id:uuid}/retirer-defaillance", response_model=None, dependencies=[Depends(csrf_protect)]
)
def withdraw(
    request: Request,
    convention_id: uuid.UUID,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """The convention runs on."""
    together = form.get("pour") == "toutes"
    step_id = typed.identifier(form.get("defaillance"))
    if step_id is None:
        raise HTTPException(400)
    try:
        done = undoing.withdraw_default(office.uow, manager, convention_id, step_id, office.clock, together=together)
    except Unknown:
        raise HTTPException(404) from None
    except Refused as refused:
        return _page(request, convention_id, manager, office, words_life.errors(refused.faults))
    if together:
        here = f"/conventions/{convention_id}/retirer-defaillance"
        return RedirectResponse(f"{here}?retirees={done.count}&restees={done.stayed}", 303)
    file = life.convention_file(office.uow, manager, convention_id, office.clock)
    return RedirectResponse(f"/membres/{file.member.id}?fait=retirer-defaillance#vie", 303)


def _page(
    request: Request,
    convention_id: uuid.UUID,
    manager: Manager,
    office: Office,
    errors: dict[str, str],
    done: tuple[int, int] = (0, 0),
) -> Response:
    try:
        file = life.convention_file(office.uow, manager, convention_id, office.clock)
        standing = undoing.standing_default(office.uow, manager, convention_id)
    except Unknown:
        raise HTTPException(404) from None
    context = {"file": file, "standing": standing, "done": done, "errors": errors}
    return page(request, "convention_undo.html", status=422 if errors else 200, **context)
