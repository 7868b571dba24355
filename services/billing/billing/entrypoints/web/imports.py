"""Importing a list of bodies: send it, read the report line by line, apply it, get back what was refused."""

import csv
import io
import uuid
from collections.abc import Iterable, Sequence

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from billing.domain.kinds import LABELS
from billing.domain.listing import RefusedLine
from billing.domain.listing_table import FileRefused, guarded, unguarded
from billing.domain.parties import Manager
from billing.domain.siren import siret_of
from billing.entrypoints.web import words_parties
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.office import Office, office
from billing.usecases import importing
from billing.usecases.habilitations import Unknown
from chassis.web import Page, check_origin, check_token, csrf_protect, page, page_number

router = APIRouter(prefix="/membres/importer")

# A line takes some 150 bytes.
LARGEST_FILE = 8 * 1024 * 1024
# Lines of each sort on a page of the report.
SHOWN = 50
# Columns that we add to refused lines; those of a file that comes back are replaced.
_OURS = ("Ligne", "Motif du refus")
_CSV = "text/csv; charset=utf-8"
_EXAMPLE = {
    "SIRET": siret_of("216209056", 1),
    "Nom": "Zudausques",
    "Type": "commune",
    "Code INSEE": "62905",
    "Adresse": "1 rue de la Mairie",
    "Code postal": "62500",
    "Ville": "Zudausques",
    "Affilié": "oui",
    "Effectif": "12",
    "Correspondant": "Camille Exemple",
    "Fonction": "Secrétaire générale",
    "E-mail": "camille.exemple@example.org",
}


@router.get("", response_model=None)
def blank(request: Request, manager: Manager = Depends(manager)) -> Response:
    """What a list must hold, and where to send it."""
    return _blank(request, {})


@router.get("/modele.csv", response_model=None)
def example(manager: Manager = Depends(manager)) -> Response:
    """A list with its headings and one line."""
    return _file("modele-import.csv", [tuple(_EXAMPLE), tuple(_EXAMPLE.values())])


@router.get("/communes.csv", response_model=None)
def communes(manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """The communes of the official list that are not recorded yet, to complete and to send back."""
    found = importing.unrecorded(office.uow, manager, office.communes.communes)
    rows = [(each.siren, each.name, "commune", each.insee_code, each.postal_codes[0], each.name) for each in found]
    return _file("communes-a-approcher.csv", [("SIREN", "Nom", "Type", "Code INSEE", "Code postal", "Ville"), *rows])


@router.post("", response_model=None)
async def send(request: Request, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """Read the file as a whole; nothing is written yet but the list itself."""
    check_origin(request)
    data = await _upload(request)
    if data is None:
        return _blank(request, {"liste": "Choisissez un fichier."})
    try:
        sent = await run_in_threadpool(importing.receive, office.uow, manager, data, office.clock)
    except FileRefused as refused:
        return _blank(request, {"liste": words_parties.file_fault(refused)})
    return RedirectResponse(f"/membres/importer/{sent}", 303)


@router.get("/{import_id}", response_model=None)
def report(
    request: Request, import_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)
) -> Response:
    """Line by line: what is new, what changes, what is refused and why."""
    seen = _review(import_id, manager, office)
    number = page_number(request.query_params.get("page"))
    start = (number - 1) * SHOWN
    listing = Page(seen.refused[start : start + SHOWN], number, len(seen.refused), SHOWN)
    return page(request, "import_report.html", seen=seen, listing=listing, shown=SHOWN)


@router.post("/{import_id}", response_model=None, dependencies=[Depends(csrf_protect)])
def apply(import_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """Write the good lines, all at once. Pressed twice, it does nothing more."""
    try:
        importing.apply(office.uow, manager, import_id, office.communes, office.clock)
    except Unknown:
        raise HTTPException(404) from None
    return RedirectResponse(f"/membres/importer/{import_id}", 303)


@router.get("/{import_id}/refus.csv", response_model=None)
def refused(import_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """The refused lines as they were sent, with why: to correct, and to send again."""
    seen = _review(import_id, manager, office)
    kept = [index for index, heading in enumerate(seen.headings) if heading not in _OURS]
    headings = [guarded(seen.headings[index]) for index in kept]
    return _file("lignes-refusees.csv", [(*headings, *_OURS), *(_refused(line, kept) for line in seen.refused)])


def _review(import_id: uuid.UUID, manager: Manager, office: Office) -> importing.Review:
    try:
        return importing.review(office.uow, manager, import_id, office.communes)
    except Unknown:
        raise HTTPException(404) from None


def _refused(line: RefusedLine, kept: Sequence[int]) -> tuple[str, ...]:
    cells = (line.row.cells[index] if index < len(line.row.cells) else "" for index in kept)
    why = " ".join(words_parties.refusal(each) for each in line.refusals)
    return *(guarded(unguarded(cell)) for cell in cells), str(line.row.line), why


def _file(name: str, rows: Iterable[Sequence[str]]) -> Response:
    """A list that spreadsheets open as it is: marked UTF-8, semicolons."""
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerows(rows)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(written.getvalue().encode("utf-8-sig"), media_type=_CSV, headers=headers)


async def _upload(request: Request) -> bytes | None:
    """The file of a form; None when none was chosen. Refuses what is larger than its limit, or says no length."""
    length = request.headers.get("content-length", "")
    if not length.isdigit():
        raise HTTPException(411)
    if int(length) > LARGEST_FILE:
        raise HTTPException(413)
    try:
        form = await request.form(max_files=1, max_fields=4)
    except MultiPartException:
        raise HTTPException(400) from None
    try:
        token, sent = form.get("_csrf"), form.get("liste")
        check_token(request, token if isinstance(token, str) else "")
        return (await sent.read() if isinstance(sent, UploadFile) else b"") or None
    finally:
        await form.close()


def _blank(request: Request, errors: dict[str, str]) -> Response:
    kinds = sorted(LABELS.values())
    return page(request, "import_list.html", status=422 if errors else 200, errors=errors, kinds=kinds)
