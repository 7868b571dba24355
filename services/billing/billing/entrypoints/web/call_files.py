"""One call, for managers: what was declared, a paper to copy, sending back, calling off, calling again."""

import uuid

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from billing.domain.calls import CallRefused
from billing.domain.faults import Refused
from billing.domain.parties import Manager
from billing.entrypoints.web import typed, words_calls
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.office import Office, office
from billing.usecases import call_views, calling, declaring
from billing.usecases.call_views import CallPage
from chassis.web import Form, csrf_protect, page, parse_form, read_form

router = APIRouter(prefix="/appels/{run_id}/{call_id}")
_PROTECTED = [Depends(csrf_protect)]


def file(
    run_id: uuid.UUID, call_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)
) -> CallPage:
    """Dependency: the call of the address; else 404."""
    found = call_views.call_page(office.uow, manager, call_id, office.clock)
    if found is None or found.call.run_id != run_id:
        raise HTTPException(404)
    return found


@router.get("", response_model=None)
def show(request: Request, file: CallPage = Depends(file), fait: str = "") -> Response:
    """Everything about one call."""
    return _show(request, file, done=fait)


@router.post("/declarer", response_model=None, dependencies=_PROTECTED)
def declare(
    request: Request,
    file: CallPage = Depends(file),
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Copy a declaration that came on paper."""
    try:
        known = declaring.typed(typed.number(form.get("agents")), form.get("name"), form.get("function"))
        sure = form.get("sure") == "oui"
        declaring.declare(office.uow, file.member, file.call.id, known, office.clock, sure=sure, typed_by=manager)
    except Refused as refused:
        return _show(request, file, form, words_calls.errors(refused.faults), asking="sure" in refused.faults)
    except CallRefused as refused:
        return _show(request, file, form, {"": str(refused)})
    return _back(file, "declare")


@router.post("/renvoyer", response_model=None, dependencies=_PROTECTED)
def send_back(
    request: Request,
    file: CallPage = Depends(file),
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Ask the member again, with a reason."""
    try:
        declaring.send_back(office.uow, manager, file.call.id, form.get("motive"), office.clock)
    except Refused as refused:
        return _show(request, file, form, words_calls.errors(refused.faults))
    except CallRefused as refused:
        return _show(request, file, form, {"": str(refused)})
    return _back(file, "renvoye")


@router.post("/verifier", response_model=None, dependencies=_PROTECTED)
def approve(
    file: CallPage = Depends(file), manager: Manager = Depends(manager), office: Office = Depends(office)
) -> Response:
    """Check this one."""
    declaring.approve(office.uow, manager, file.call.run_id, office.clock, [file.call.id])
    return _back(file, "verifie")


@router.post("/annuler", response_model=None, dependencies=_PROTECTED)
def cancel(
    request: Request,
    file: CallPage = Depends(file),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Call this member off."""
    try:
        declaring.cancel(office.uow, manager, file.call.id)
    except CallRefused as refused:
        return _show(request, file, None, {"": str(refused)})
    return _back(file, "annule")


@router.post("/appeler", response_model=None, dependencies=_PROTECTED)
def call_again(
    request: Request,
    file: CallPage = Depends(file),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Call again a member that was called off; its new call."""
    try:
        made = calling.call_again(office.uow, manager, file.call.id, office.clock)
    except CallRefused as refused:
        return _show(request, file, None, {"": str(refused)})
    return RedirectResponse(f"/appels/{file.call.run_id}/{made}?fait=appele", 303)


def _show(
    request: Request,
    file: CallPage,
    form: Form | None = None,
    errors: dict[str, str] | None = None,
    *,
    done: str = "",
    asking: bool = False,
) -> Response:
    known = {"form": form or parse_form(b""), "errors": errors or {}, "done": done, "asking": asking}
    status = 422 if errors else 200
    return page(request, "call_file.html", status=status, file=file, change=words_calls.change, **known)


def _back(file: CallPage, done: str) -> Response:
    return RedirectResponse(f"/appels/{file.call.run_id}/{file.call.id}?fait={done}", 303)
