"""The convention in a member's space: its papers, and once a year: are these still your referents?"""

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from billing.domain.faults import Refused
from billing.entrypoints.web.convention_steps import ids
from billing.entrypoints.web.office import Office, office
from billing.entrypoints.web.space_access import Visitor, visitor
from billing.usecases import confirming
from chassis.web import Form, csrf_protect, read_form

router = APIRouter(prefix="/espace")


@router.post("/referents", response_model=None, dependencies=[Depends(csrf_protect)])
def confirm(
    form: Form = Depends(read_form),
    visitor: Visitor = Depends(visitor),
    office: Office = Depends(office),
) -> Response:
    """These are still the referents."""
    seen = ids(form.all("personne"))
    try:
        confirming.confirm_by_member(office.uow, visitor.member, visitor.person_id, seen, office.clock)
    except Refused:
        return RedirectResponse("/espace?fait=changes", 303)  # they changed since, or it was answered: look again
    return RedirectResponse("/espace?fait=referents", 303)
