"""A member declares its agents in its space: typed, checked with the amount that it comes to, confirmed."""

import uuid

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from billing.domain.calls import OPEN, CallRefused
from billing.domain.faults import Refused
from billing.entrypoints.web import typed, words_calls
from billing.entrypoints.web.office import Office, office
from billing.entrypoints.web.space_access import Visitor, visitor
from billing.usecases import call_views, declaring
from chassis.web import Form, csrf_protect, page, parse_form, read_form

router = APIRouter(prefix="/espace/appels/{call_id}")


@router.get("", response_model=None)
def show(
    request: Request,
    call_id: uuid.UUID,
    visitor: Visitor = Depends(visitor),
    office: Office = Depends(office),
    fait: str = "",
) -> Response:
    """What is asked, and what was declared so far."""
    return _show(request, visitor, call_id, office, done=fait)


@router.post("", response_model=None, dependencies=[Depends(csrf_protect)])
def declare(
    request: Request,
    call_id: uuid.UUID,
    form: Form = Depends(read_form),
    visitor: Visitor = Depends(visitor),
    office: Office = Depends(office),
) -> Response:
    """Show what it comes to; then keep it."""
    if form.get("etape") == "modifier":
        return _show(request, visitor, call_id, office, form)
    try:
        known = declaring.typed(typed.number(form.get("agents")), form.get("name"), form.get("function"))
        if form.get("etape") != "confirmer":
            return _check(request, visitor, call_id, office, known, {})
        try:
            sure = form.get("sure") == "oui"
            declaring.declare(office.uow, visitor.member, call_id, known, office.clock, sure=sure)
        except Refused as refused:
            return _check(request, visitor, call_id, office, known, words_calls.errors(refused.faults))
    except Refused as refused:
        return _show(request, visitor, call_id, office, form, words_calls.errors(refused.faults))
    except CallRefused as refused:
        return _show(request, visitor, call_id, office, form, {"": str(refused)})
    return RedirectResponse(f"/espace/appels/{call_id}?fait=declare", 303)


def _check(
    request: Request,
    visitor: Visitor,
    call_id: uuid.UUID,
    office: Office,
    known: declaring.Declaration,
    errors: dict[str, str],
) -> Response:
    seen = declaring.preview(office.uow, visitor.member, call_id, known)
    file = call_views.members_call(office.uow, visitor.member, call_id, office.clock)
    status = 422 if errors else 200
    return page(request, "declare_check.html", status=status, visitor=visitor, file=file, seen=seen, errors=errors)


def _show(
    request: Request,
    visitor: Visitor,
    call_id: uuid.UUID,
    office: Office,
    form: Form | None = None,
    errors: dict[str, str] | None = None,
    *,
    done: str = "",
) -> Response:
    file = call_views.members_call(office.uow, visitor.member, call_id, office.clock)
    if file is None:
        raise HTTPException(404)
    known = {"form": form or parse_form(b""), "errors": errors or {}, "done": done}
    may = file.call.state in OPEN
    return page(request, "declare.html", status=422 if errors else 200, visitor=visitor, file=file, may=may, **known)
