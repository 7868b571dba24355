"""What leaves for Chorus Pro and for the titres: what is ready, what stands in the way, the journal, the files."""

import uuid
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from billing.domain.parties import Manager
from billing.domain.payments import PaymentRefused
from billing.domain.titres import Bordereau
from billing.entrypoints.web import typed
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.downloads import CSV, JSON, ODS, attached
from billing.entrypoints.web.office import Office, office
from billing.store.deposits import CHORUS, TITRES
from billing.usecases import deposits, invoice_pages
from chassis.clock import paris_day
from chassis.web import Form, csrf_protect, page, read_form

router = APIRouter(prefix="/factures")

# Invoices of each sort on a page.
SHOWN = 100
_IN_MEMORY = 32 * 1024 * 1024
_CHUNK = 256 * 1024
_ONCE_MORE = "Elle est déjà partie : cochez la case pour l’exporter de nouveau."


@router.get("/chorus", response_model=None)
def chorus(
    request: Request, manager: Manager = Depends(manager), office: Office = Depends(office), fait: str = ""
) -> Response:
    """What may leave for Chorus Pro, what may not and why, and what left."""
    return _chorus(request, manager, office, done=fait)


@router.post("/chorus", response_model=None, dependencies=[Depends(csrf_protect)])
def export_chorus(
    request: Request,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
    form: Form = Depends(read_form),
) -> Response:
    """Note that what is ready leaves; its files are on the journal's line. One that left before leaves when ticked."""
    only = typed.identifier(form.get("facture")) if "facture" in form else None
    if only is not None and form.get("encore") != "oui":
        file = invoice_pages.invoice_file(office.uow, manager, only, office.clock)
        if file is None or any(one.kind == CHORUS for one in file.deposits):
            return _chorus(request, manager, office, errors={"": _ONCE_MORE})
    try:
        deposits.leave(office.uow, manager, CHORUS, office.clock, only=only)
    except PaymentRefused as refused:
        return _chorus(request, manager, office, errors={"": f"Rien n’est exporté : {refused}."})
    return RedirectResponse("/factures/chorus?fait=export", 303)


@router.get("/chorus/{deposit_id:uuid}.zip", response_model=None)
def zipped(deposit_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """The files of a deposit: the same whenever it is asked."""
    kept: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (closed when it is read)
    if not deposits.write_chorus(office.uow, manager, deposit_id, office.files, office.press, kept):
        kept.close()
        raise HTTPException(404)
    kept.seek(0)
    headers = {"content-disposition": f'attachment; filename="chorus-pro-{deposit_id}.zip"'}
    return StreamingResponse(_read(kept), media_type="application/zip", headers=headers)


@router.post("/{kind}/{deposit_id:uuid}/depose", response_model=None, dependencies=[Depends(csrf_protect)])
def deposited(
    request: Request,
    kind: str,
    deposit_id: uuid.UUID,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
    form: Form = Depends(read_form),
) -> Response:
    """Note the day on which it was deposited, or taken over."""
    if kind not in (CHORUS, TITRES):
        raise HTTPException(404)
    show = _chorus if kind == CHORUS else _titres
    day = typed.day(form.get("jour")) or paris_day(office.clock.now())
    try:
        deposits.deposited(office.uow, manager, deposit_id, day, office.clock)
    except PaymentRefused as refused:
        return show(request, manager, office, errors={"": f"Le jour n’est pas noté : {refused}."})
    return RedirectResponse(f"/factures/{kind}?fait=depot", 303)


@router.get("/titres", response_model=None)
def titres(
    request: Request, manager: Manager = Depends(manager), office: Office = Depends(office), fait: str = ""
) -> Response:
    """What may leave for the titres, and what left."""
    return _titres(request, manager, office, done=fait)


@router.post("/titres", response_model=None, dependencies=[Depends(csrf_protect)])
def export_titres(request: Request, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """Note that what has not left leaves, as one bordereau."""
    try:
        deposits.leave(office.uow, manager, TITRES, office.clock)
    except PaymentRefused as refused:
        return _titres(request, manager, office, errors={"": f"Rien n’est exporté : {refused}."})
    return RedirectResponse("/factures/titres?fait=export", 303)


@router.get("/titres/{deposit_id:uuid}.{suffix}", response_model=None)
def bordereau(
    deposit_id: uuid.UUID, suffix: str, manager: Manager = Depends(manager), office: Office = Depends(office)
) -> Response:
    """A bordereau as a file."""
    found = deposits.titres_of(office.uow, manager, deposit_id)
    if found is None or suffix not in ("json", "csv", "ods"):
        raise HTTPException(404)
    return attached(*_bordereau(found, suffix, office))


def _bordereau(found: Bordereau, suffix: str, office: Office) -> tuple[bytes, str, str]:
    name = f"titres-{found.day.year}-bordereau-{found.number}.{suffix}"
    if suffix == "json":
        return deposits.titres_json(found), name, JSON
    sheet = deposits.titres_sheet(found)
    return (office.files.csv(sheet), name, CSV) if suffix == "csv" else (office.files.ods([sheet]), name, ODS)


def _chorus(
    request: Request, manager: Manager, office: Office, *, done: str = "", errors: dict[str, str] | None = None
) -> Response:
    seen = deposits.for_chorus(office.uow, manager, office.clock)
    today = paris_day(office.clock.now())
    context = {"seen": seen, "shown": SHOWN, "done": done, "errors": errors or {}, "today": today}
    return page(request, "chorus.html", 422 if errors else 200, most=deposits.AT_ONCE, **context)


def _titres(
    request: Request, manager: Manager, office: Office, *, done: str = "", errors: dict[str, str] | None = None
) -> Response:
    seen = deposits.for_titres(office.uow, manager, office.clock)
    chosen, today = invoice_pages.ledger(office.uow, manager), paris_day(office.clock.now())
    context = {"seen": seen, "shown": SHOWN, "done": done, "errors": errors or {}, "today": today}
    return page(request, "titres.html", 422 if errors else 200, chosen=chosen, most=deposits.AT_ONCE, **context)


def _read(kept: IO[bytes]) -> Iterator[bytes]:
    with kept:
        while chunk := kept.read(_CHUNK):
            yield chunk
