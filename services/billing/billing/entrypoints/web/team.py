"""The CdG's own team: who covers all its members, and how somebody joins it."""

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from billing.domain.faults import Refused
from billing.domain.habilitation import Role
from billing.domain.parties import Manager
from billing.entrypoints.web import typed, words
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.office import Office, office
from billing.usecases import reading
from billing.usecases import team as usecases
from chassis.web import Form, csrf_protect, page, parse_form, read_form

router = APIRouter(prefix="/equipe")
# Roles as addresses name them.
_ROLES = {"autorite": Role.AUTHORITY_REFERENT, "lecture": Role.SCREENER}


@router.get("", response_model=None)
def team(
    request: Request, manager: Manager = Depends(manager), office: Office = Depends(office), fait: str = ""
) -> Response:
    """Who covers the whole CdG."""
    return page(request, "team.html", team=reading.team(office.uow, manager, office.clock), done=fait)


@router.get("/designer/{role}", response_model=None)
def blank(
    request: Request, role: str, manager: Manager = Depends(manager), office: Office = Depends(office)
) -> Response:
    """A form to name somebody for the whole CdG."""
    return _form(request, role, parse_form(b""), {}, manager, office)


@router.post("/designer/{role}", response_model=None, dependencies=[Depends(csrf_protect)])
def designate(
    request: Request,
    role: str,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Name the person and send the invitation."""
    if role not in _ROLES:
        raise HTTPException(404)
    person = typed.person(form)
    try:
        usecases.designate(office.uow, manager, _ROLES[role], person, form.get("body"), office.clock)
    except Refused as refused:
        return _form(request, role, form, words.errors(refused.faults), manager, office)
    return RedirectResponse("/equipe?fait=designee", 303)


def _form(
    request: Request, role: str, form: Form, errors: dict[str, str], manager: Manager, office: Office
) -> Response:
    if role not in _ROLES:
        raise HTTPException(404)
    bodies = usecases.employers(office.uow, manager, office.clock)
    context = {
        "file": None,
        "role": role,
        "form": form,
        "errors": errors,
        "cdg": bodies[-1],
        "bodies": [(each, each) for each in bodies],
    }
    return page(request, "designate.html", status=422 if errors else 200, **context)
