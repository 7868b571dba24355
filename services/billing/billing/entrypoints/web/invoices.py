"""Invoices after they were issued: list, file of one, credit note, dispute, titre; exports of the list."""

import uuid
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from billing.domain.invoices import InvoiceRefused, Motive
from billing.domain.parties import Manager
from billing.domain.payments import PaymentRefused
from billing.entrypoints.web import typed
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.downloads import CSV, ODS, XML, attached
from billing.entrypoints.web.office import Office, office
from billing.store.balances import Sought
from billing.usecases import exports, invoice_pages, ledger
from billing.usecases.invoice_pages import InvoiceFile
from chassis.web import Form, Page, csrf_protect, offset, page, page_number, parse_form, read_form

router = APIRouter(prefix="/factures")

PAGE = 25
_STATES = ("unpaid", "late", "paid", "credit")
_LONGEST_MOTIVE = 500


def sought(q: str = "", annee: str = "", etat: str = "") -> Sought:
    """Dependency: what a list is narrowed to; what cannot be read narrows nothing."""
    year = int(annee) if annee.isascii() and annee.isdigit() and len(annee) == 4 else None
    return Sought(q.strip()[:80], year, etat if etat in _STATES else "")


def invoice(
    invoice_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)
) -> InvoiceFile:
    """Dependency: the invoice of the address, of the manager's CdG; else 404."""
    found = invoice_pages.invoice_file(office.uow, manager, invoice_id, office.clock)
    if found is None:
        raise HTTPException(404)
    return found


@router.get("", response_model=None)
def listing(
    request: Request,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
    sought: Sought = Depends(sought),
) -> Response:
    """The list, the newest first."""
    number = page_number(request.query_params.get("page"))
    start = offset(number, PAGE)
    seen = invoice_pages.listing(office.uow, manager, sought, office.clock, offset=start, limit=PAGE)
    asked = {"q": sought.words, "annee": str(sought.year or ""), "etat": sought.state}
    query = urlencode({name: value for name, value in asked.items() if value})
    lines = Page(seen.lines, number, seen.sums.count, PAGE)
    return page(request, "invoices.html", seen=seen, listing=lines, sought=sought, query=query)


@router.get("/factures.{suffix}", response_model=None)
def export(
    suffix: str,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
    sought: Sought = Depends(sought),
) -> Response:
    """The list as a file: CSV with one row for each invoice, or ODS with its lines as well."""
    sheet = exports.invoices(office.uow, manager, sought, office.clock)
    if suffix == "csv":
        return attached(office.files.csv(sheet), "factures.csv", CSV)
    if suffix == "ods":
        lines = exports.lines(office.uow, manager, sought, office.clock)
        return attached(office.files.ods([sheet, lines]), "factures.ods", ODS)
    raise HTTPException(404)


@router.get("/lignes.csv", response_model=None)
def export_lines(
    manager: Manager = Depends(manager), office: Office = Depends(office), sought: Sought = Depends(sought)
) -> Response:
    """The lines of the list's invoices."""
    sheet = exports.lines(office.uow, manager, sought, office.clock)
    return attached(office.files.csv(sheet), "lignes-de-factures.csv", CSV)


@router.get("/{invoice_id:uuid}", response_model=None)
def one(request: Request, file: InvoiceFile = Depends(invoice), fait: str = "") -> Response:
    """Everything about one."""
    return _one(request, file, done=fait)


@router.get("/{invoice_id:uuid}/factur-x.xml", response_model=None)
def xml(file: InvoiceFile = Depends(invoice), office: Office = Depends(office)) -> Response:
    """The same as a file that machines read."""
    return attached(office.files.factur_x(file.invoice), f"{file.invoice.number}.xml", XML)


@router.get("/{invoice_id:uuid}/avoir", response_model=None)
def ask_credit_note(request: Request, file: InvoiceFile = Depends(invoice)) -> Response:
    """Before an invoice is undone: what it means, and why."""
    if file.listed.credit or file.listed.standing.credited:
        return RedirectResponse(f"/factures/{file.listed.standing.invoice_id}", 303)
    return _undoing(request, file, parse_form(b""), {})


@router.post("/{invoice_id:uuid}/avoir", response_model=None, dependencies=[Depends(csrf_protect)])
def undo(
    request: Request,
    file: InvoiceFile = Depends(invoice),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
    form: Form = Depends(read_form),
) -> Response:
    """Issue the credit note."""
    motive = next((each for each in Motive if each == form.get("motif")), None)
    remark = form.get("precision").strip()
    errors = {}
    if motive is None:
        errors["motif"] = "Choisissez le motif de l’avoir."
    if len(remark) > _LONGEST_MOTIVE:
        errors["precision"] = "La précision doit tenir en 500 caractères."
    elif motive is Motive.OTHER and not remark:
        errors["precision"] = "Précisez la correction, pour le centre de gestion."
    if form.get("accord") != "oui":
        errors["accord"] = "Cochez la case pour confirmer : un avoir ne s’annule pas."
    if motive is not None and not errors:
        try:
            invoice_id = file.listed.standing.invoice_id
            note = ledger.undo_invoice(office.uow, manager, invoice_id, motive, office.clock, remark=remark)
        except InvoiceRefused as refused:
            errors[""] = f"L’avoir n’est pas possible : {refused}."
        else:
            return RedirectResponse(f"/factures/{note}?fait=avoir", 303)
    return _undoing(request, file, form, errors)


@router.post("/{invoice_id:uuid}/nouvelle", response_model=None, dependencies=[Depends(csrf_protect)])
def replace(
    request: Request,
    file: InvoiceFile = Depends(invoice),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Issue an invoice that was undone again, to the coordinates of today."""
    try:
        made = ledger.replace_invoice(office.uow, manager, file.listed.standing.invoice_id, office.clock)
    except InvoiceRefused as refused:
        return _one(request, file, errors={"": f"La nouvelle facture n’est pas possible : {refused}."}, status=422)
    return RedirectResponse(f"/factures/{made}?fait=nouvelle", 303)


@router.post("/{invoice_id:uuid}/litige", response_model=None, dependencies=[Depends(csrf_protect)])
def dispute(
    request: Request,
    file: InvoiceFile = Depends(invoice),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
    form: Form = Depends(read_form),
) -> Response:
    """Note a dispute, or its end."""
    invoice_id = file.listed.standing.invoice_id
    motive = form.get("motif").strip()[:_LONGEST_MOTIVE]
    try:
        if form.get("etape") == "fin":
            ledger.settle(office.uow, manager, invoice_id, office.clock)
            return RedirectResponse(f"/factures/{invoice_id}?fait=litige-clos", 303)
        ledger.dispute(office.uow, manager, invoice_id, motive, office.clock)
    except PaymentRefused as refused:
        return _one(request, file, errors={"motif": f"Le litige n’est pas noté : {refused}."}, status=422)
    return RedirectResponse(f"/factures/{invoice_id}?fait=litige", 303)


@router.post("/{invoice_id:uuid}/titre", response_model=None, dependencies=[Depends(csrf_protect)])
def titre(
    request: Request,
    file: InvoiceFile = Depends(invoice),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
    form: Form = Depends(read_form),
) -> Response:
    """Keep the titre's numbers, as the accountant's software gave them."""
    invoice_id = file.listed.standing.invoice_id
    numbers = {name: typed.number(form.get(name)) for name in ("exercice", "bordereau", "titre")}
    errors = {name: f"Indiquez le numéro : {name}." for name, value in numbers.items() if value is None}
    if not errors:
        exercice, bordereau, number = (value or 0 for value in numbers.values())
        try:
            ledger.number_titre(office.uow, manager, invoice_id, exercice, bordereau, number, office.clock)
        except PaymentRefused as refused:
            errors["titre"] = f"Le titre n’est pas noté : {refused}."
    if errors:
        return _one(request, file, errors=errors, status=422, typed={n: form.get(n) for n in numbers})
    return RedirectResponse(f"/factures/{invoice_id}?fait=titre", 303)


def _undoing(request: Request, file: InvoiceFile, form: Form, errors: dict[str, str]) -> Response:
    motives = [(str(each), str(each)) for each in Motive]
    status = 422 if errors else 200
    return page(request, "credit_note.html", status, file=file, form=form, motives=motives, errors=errors)


def _one(
    request: Request,
    file: InvoiceFile,
    *,
    done: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
    typed: dict[str, str] | None = None,
) -> Response:
    kept = {"exercice": str(file.listed.standing.issued_on.year), "bordereau": "", "titre": ""}
    if file.titre is not None:
        kept = {"exercice": file.titre.exercice, "bordereau": file.titre.bordereau, "titre": file.titre.number}
    values = typed or kept
    return page(request, "invoice.html", status, file=file, done=done, errors=errors or {}, typed=values)
