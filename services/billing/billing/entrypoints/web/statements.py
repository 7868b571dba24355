"""The provider's statements: import one, see what differs from what was ordered, accept or dispute."""

import uuid

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException

from billing.domain.ordering import NotNow
from billing.domain.parties import Manager
from billing.domain.statement_file import StatementRefused
from billing.entrypoints.web import words_orders
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.office import Office, office
from billing.usecases import statements as usecases
from billing.usecases.ordering import NoSuchOrder
from chassis.web import check_origin, check_token, csrf_protect, page

router = APIRouter(prefix="/commandes/releves")

LARGEST_FILE = 1024 * 1024
LONGEST_REFERENCE = 60
_DECISIONS = {"accepter": usecases.ACCEPTED, "contester": usecases.DISPUTED}


@router.get("/nouveau", response_model=None)
def blank(request: Request, manager: Manager = Depends(manager)) -> Response:
    """Where to send a statement, and what it must hold."""
    return page(request, "statement_new.html", errors={}, reference="")


@router.post("/nouveau", response_model=None)
async def send(request: Request, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """Import it whole, or say which lines are wrong."""
    check_origin(request)
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > LARGEST_FILE + LARGEST_FILE // 8:
        raise HTTPException(413)
    try:
        async with request.form(max_files=1, max_fields=4, max_part_size=LARGEST_FILE) as form:
            check_token(request, str(form.get("_csrf", "")))
            reference, data = str(form.get("reference", "")).strip(), await _file(form)
    except MultiPartException:
        raise HTTPException(400) from None
    errors = _missing(reference, data)
    if not errors:
        try:
            made = await run_in_threadpool(
                usecases.import_statement, office.uow, manager, reference, data or b"", office.clock
            )
        except StatementRefused as refused:
            errors["releve"] = words_orders.statement_fault(refused)
        except usecases.TakenBefore:
            errors["reference"] = "Ce relevé, ou un autre sous cette référence, est déjà importé."
        else:
            return RedirectResponse(f"/commandes/releves/{made}", 303)
    return page(request, "statement_new.html", status=422, errors=errors, reference=reference)


@router.get("/{statement_id}", response_model=None)
def show(
    request: Request, statement_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)
) -> Response:
    """Line by line: what was stated, what was frozen, what is decided."""
    file = usecases.show(office.uow, manager, statement_id)
    if file is None:
        raise HTTPException(404)
    return page(request, "statement.html", file=file)


@router.post("/{statement_id}/{position}/{decision}", response_model=None, dependencies=[Depends(csrf_protect)])
def decide(
    statement_id: uuid.UUID,
    position: int,
    decision: str,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Accept or dispute one line. One that was decided meanwhile stays as it is."""
    if decision not in _DECISIONS:
        raise HTTPException(404)
    try:
        usecases.decide(office.uow, manager, statement_id, position, _DECISIONS[decision], office.clock)
    except NoSuchOrder:
        raise HTTPException(404) from None
    except NotNow:
        pass
    return RedirectResponse(f"/commandes/releves/{statement_id}", 303)


async def _file(form: FormData) -> bytes | None:
    sent = form.get("releve")
    if not isinstance(sent, UploadFile) or not sent.filename:
        return None
    return await sent.read(LARGEST_FILE + 1)


def _missing(reference: str, data: bytes | None) -> dict[str, str]:
    errors = {}
    if not reference or len(reference) > LONGEST_REFERENCE:
        errors["reference"] = f"Indiquez la référence du relevé, en {LONGEST_REFERENCE} caractères au plus."
    if data is None:
        errors["releve"] = "Choisissez un fichier."
    elif len(data) > LARGEST_FILE:
        errors["releve"] = "Le fichier dépasse 1 Mo."
    return errors
