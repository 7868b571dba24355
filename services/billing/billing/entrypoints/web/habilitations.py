"""Designating, inviting again, confirming and removing."""

import uuid

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from billing.domain.faults import Refused
from billing.domain.habilitation import StepRefused
from billing.domain.parties import Manager
from billing.entrypoints.web import typed, words
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.office import Office, office
from billing.usecases import habilitations as usecases
from billing.usecases import reading
from chassis.web import Form, csrf_protect, page, parse_form, read_form

router = APIRouter()
_PROTECTED = [Depends(csrf_protect)]
_ROLES = ("referent", "suppleant")


@router.get("/membres/{member_id}/designer/{role}", response_model=None)
def blank(
    request: Request,
    member_id: uuid.UUID,
    role: str,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """A form to name a referent, or the substitute of a member."""
    return _form(request, member_id, role, parse_form(b""), {}, manager, office)


@router.post("/membres/{member_id}/designer/{role}", response_model=None, dependencies=_PROTECTED)
def designate(
    request: Request,
    member_id: uuid.UUID,
    role: str,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Name the person and send the invitation."""
    if role not in _ROLES:
        raise HTTPException(404)
    given = typed.substitute(form) if role == "suppleant" else typed.person(form)
    try:
        usecases.designate_for_member(office.uow, manager, member_id, given, office.clock)
    except Refused as refused:
        return _form(request, member_id, role, form, words.errors(refused.faults), manager, office)
    except usecases.Unknown:
        raise HTTPException(404) from None
    return RedirectResponse(f"/membres/{member_id}?fait=designee", 303)


@router.get("/habilitations/{habilitation_id}/{step}", response_model=None)
def ask(
    request: Request,
    habilitation_id: uuid.UUID,
    step: str,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Show who it is about, before confirming or removing."""
    return _step(request, habilitation_id, step, manager, office)


@router.post("/habilitations/{habilitation_id}/{step}", response_model=None, dependencies=_PROTECTED)
def take(
    request: Request,
    habilitation_id: uuid.UUID,
    step: str,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Confirm, remove or invite again."""
    try:
        if step == "confirmer":
            usecases.confirm_habilitation(office.uow, manager, habilitation_id, office.clock, office.delay)
        elif step == "retirer":
            usecases.remove_habilitation(office.uow, manager, habilitation_id, office.clock)
        elif step == "inviter":
            usecases.invite_again(office.uow, manager, habilitation_id, office.clock)
        else:
            raise HTTPException(404)
    except usecases.Unknown:
        raise HTTPException(404) from None
    except StepRefused as refused:
        return _step(request, habilitation_id, step, manager, office, words.reason(refused.reason))
    return RedirectResponse(_back(habilitation_id, step, manager, office), 303)


def _step(
    request: Request, habilitation_id: uuid.UUID, step: str, manager: Manager, office: Office, refusal: str = ""
) -> Response:
    file = reading.habilitation_file(office.uow, manager, habilitation_id, office.clock)
    if file is None or step not in ("confirmer", "retirer", "inviter"):
        raise HTTPException(404)
    hours = int(office.delay.total_seconds() // 3600)
    context = {"file": file, "step": step, "refusal": refusal, "hours": hours}
    return page(request, "habilitation.html", status=409 if refusal else 200, **context)


def _form(
    request: Request,
    member_id: uuid.UUID,
    role: str,
    form: Form,
    errors: dict[str, str],
    manager: Manager,
    office: Office,
) -> Response:
    file = reading.member_file(office.uow, manager, member_id, office.clock)
    if file is None or role not in _ROLES:
        raise HTTPException(404)
    context = {"file": file, "role": role, "form": form, "errors": errors}
    return page(request, "designate.html", status=422 if errors else 200, **context)


def _back(habilitation_id: uuid.UUID, step: str, manager: Manager, office: Office) -> str:
    done = {"confirmer": "confirmee", "retirer": "retiree", "inviter": "invitee"}[step]
    file = reading.habilitation_file(office.uow, manager, habilitation_id, office.clock)
    return f"/membres/{file.member.id}?fait={done}" if file and file.member else f"/equipe?fait={done}"
