"""Recording a signed convention: find the commune, copy the convention, check, record."""

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from billing.domain.faults import Refused
from billing.domain.parties import Commune, Manager
from billing.entrypoints.web import typed, words
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.office import Office, office
from billing.usecases import conventions as usecases
from billing.usecases import reading
from chassis.web import Form, csrf_protect, page, parse_form, read_form

router = APIRouter(prefix="/conventions")

# Communes shown for one search.
SHOWN = 30


def commune(siren: str, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Commune:
    """Dependency: the commune of the address, from the official list, or a body that the CdG knows; else 404."""
    found = office.communes.by_siren(siren)
    known = reading.members_by_siren(office.uow, manager, [siren]).get(siren) if found is None else None
    if known is not None:
        return Commune(known.insee_code, known.siren, known.name, ())
    if found is None:
        raise HTTPException(404)
    return found


@router.get("/nouvelle", response_model=None)
def find(
    request: Request, manager: Manager = Depends(manager), office: Office = Depends(office), q: str = ""
) -> Response:
    """Step 1: find the commune in the official list."""
    sought = q.strip()[:80]
    found = office.communes.search(sought, limit=SHOWN + 1)
    more, found = len(found) > SHOWN, found[:SHOWN]
    members = reading.members_by_siren(office.uow, manager, [each.siren for each in found])
    return page(request, "find_commune.html", words=sought, found=found, more=more, members=members)


@router.get("/nouvelle/{siren}", response_model=None)
def blank(
    request: Request,
    commune: Commune = Depends(commune),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Step 2: copy the convention."""
    known = reading.members_by_siren(office.uow, manager, [commune.siren]).get(commune.siren)
    if known is not None and reading.has_convention(office.uow, known, office.clock):
        return RedirectResponse(f"/membres/{known.id}", 303)
    return _form(request, commune, parse_form(b""), {}, office, manager)


@router.post("/nouvelle/{siren}", response_model=None, dependencies=[Depends(csrf_protect)])
def record(
    request: Request,
    commune: Commune = Depends(commune),
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Step 3, check what was read with the day of effect that it gives; then record."""
    given = typed.convention(form)
    if form.get("etape") == "modifier":
        return _form(request, commune, form, {}, office, manager)
    try:
        if form.get("etape") != "enregistrer":
            preview = usecases.preview_convention(office.uow, manager, commune, given, office.clock)
            context = {"commune": commune, "file": None, "form": form, "preview": preview}
            return page(request, "check_convention.html", 200, **context)
        member_id = usecases.record_convention(office.uow, manager, commune, given, office.clock)
    except Refused as refused:
        return _form(request, commune, form, words.errors(refused.faults), office, manager)
    return RedirectResponse(f"/membres/{member_id}?fait=enregistree", 303)


def _form(
    request: Request, commune: Commune, form: Form, errors: dict[str, str], office: Office, manager: Manager
) -> Response:
    market = reading.market_of(office.uow, manager, office.clock)
    context = {"commune": commune, "file": None, "form": form, "errors": errors, "market": market}
    return page(request, "record_convention.html", status=422 if errors else 200, **context)
