"""Which other systems may read: managers hand out tokens and take them back."""

import uuid
from datetime import timedelta

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from billing.domain.api_access import TypedToken
from billing.domain.faults import Refused
from billing.domain.parties import Manager
from billing.entrypoints.web import typed, words_api
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.office import Office, office
from billing.entrypoints.web.public_api import MOUNT
from billing.usecases import api_access
from chassis.clock import paris_day
from chassis.web import Form, csrf_protect, page, parse_form, read_form

router = APIRouter(prefix="/acces-api")
_PROTECTED = [Depends(csrf_protect)]
_YEAR = timedelta(days=365)


@router.get("", response_model=None)
def tokens(
    request: Request, manager: Manager = Depends(manager), office: Office = Depends(office), fait: str = ""
) -> Response:
    """Every token of the CdG, and a form for another."""
    return _page(request, manager, office, parse_form(b""), {}, done=fait)


@router.post("", response_model=None, dependencies=_PROTECTED)
def issue(
    request: Request,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Make a token and show it, this once."""
    given = TypedToken(form.get("name"), form.all("scopes"), typed.day(form.get("expires_on")))
    try:
        token, made = api_access.issue(office.uow, manager, given, office.clock)
    except Refused as refused:
        return _page(request, manager, office, form, words_api.errors(refused.faults))
    example = f"{request.app.state.web.settings.public_url}{MOUNT}/{made.scopes[0]}"
    return page(request, "api_token_made.html", token=token, made=made, example=example)


@router.get("/{token_id}/revoquer", response_model=None)
def ask(
    request: Request, token_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)
) -> Response:
    """Show which token it is, before it is revoked."""
    found = api_access.find(office.uow, manager, token_id)
    if found is None or not found.works(paris_day(office.clock.now())):
        raise HTTPException(404)
    return page(request, "api_token_revoke.html", token=found)


@router.post("/{token_id}/revoquer", response_model=None, dependencies=_PROTECTED)
def revoke(token_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """Revoke it."""
    if api_access.find(office.uow, manager, token_id) is None:
        raise HTTPException(404)
    api_access.revoke(office.uow, manager, token_id, office.clock)
    return RedirectResponse("/acces-api?fait=revoque", 303)


def _page(
    request: Request, manager: Manager, office: Office, form: Form, errors: dict[str, str], done: str = ""
) -> Response:
    today = paris_day(office.clock.now())
    context = {
        "access": api_access.access(office.uow, manager, office.clock),
        "form": form,
        "errors": errors,
        "options": words_api.options(),
        "until": form.get("expires_on") or (today + _YEAR).isoformat(),
        "today": today,
        "done": done,
    }
    return page(request, "api_access.html", status=422 if errors else 200, **context)
