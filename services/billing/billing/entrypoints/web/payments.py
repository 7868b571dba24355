"""Payments: the list, one of them, entering one by hand, and the two steps of a bank's or treasury's file."""

import uuid

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from billing.domain.parties import Manager
from billing.domain.payments import Found, PaymentRefused, ReadFile, received_by
from billing.entrypoints.web import typed
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.downloads import CSV, ODS, attached
from billing.entrypoints.web.invoices import invoice
from billing.entrypoints.web.office import Office, office
from billing.usecases import exports, invoice_pages, ledger, payment_files, refunding
from billing.usecases.invoice_pages import InvoiceFile
from billing.usecases.ledger import Received
from billing.usecases.refunding import Given
from chassis.clock import paris_day
from chassis.web import Form, check_origin, check_token, csrf_protect, page, read_form

router = APIRouter(prefix="/factures")

# Payments on the list, and lines of each sort on a report.
SHOWN, LINES = 100, 200
_LARGEST = 6 * 1024 * 1024
_COLUMNS = ("date", "amount", "label", "reference", "payer")


@router.get("/paiements", response_model=None)
def payments(
    request: Request, manager: Manager = Depends(manager), office: Office = Depends(office), fait: str = ""
) -> Response:
    """The newest payments, what is left of some, and the files that were read."""
    seen = invoice_pages.payments(office.uow, manager, SHOWN)
    return page(request, "payments.html", seen=seen, shown=SHOWN, done=fait)


@router.get("/paiements.{suffix}", response_model=None)
def export(suffix: str, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """Every payment and what it paid."""
    sheet = exports.payments(office.uow, manager)
    if suffix == "csv":
        return attached(office.files.csv(sheet), "paiements.csv", CSV)
    if suffix == "ods":
        return attached(office.files.ods([sheet]), "paiements.ods", ODS)
    raise HTTPException(404)


@router.get("/{invoice_id:uuid}/paiement", response_model=None)
def blank(request: Request, file: InvoiceFile = Depends(invoice)) -> Response:
    """Enter a payment of this invoice."""
    values = {"recu_le": f"{file.today}", "montant": "", "payeur": file.listed.standing.member_name, "reference": ""}
    values["cle"] = str(uuid.uuid4())
    return page(request, "payment_form.html", file=file, values=values, errors={})


@router.post("/{invoice_id:uuid}/paiement", response_model=None, dependencies=[Depends(csrf_protect)])
def enter(
    request: Request,
    file: InvoiceFile = Depends(invoice),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
    form: Form = Depends(read_form),
) -> Response:
    """Keep it; pressed twice from one page, it is one payment."""
    values = {name: form.get(name).strip()[:200] for name in ("recu_le", "montant", "payeur", "reference", "cle")}
    day, amount = typed.day(values["recu_le"]), typed.amount(values["montant"])
    errors = {}
    if day is None:
        errors["recu_le"] = "Indiquez le jour du paiement : jour, mois et année."
    if amount is None:
        errors["montant"] = "Indiquez le montant en euros, par exemple 1 234,50."
    invoice_id = file.listed.standing.invoice_id
    if day is not None and amount is not None:
        try:
            received = Received(day, amount, values["payeur"], values["reference"], typed.identifier(values["cle"]))
            ledger.enter_payment(office.uow, manager, invoice_id, received, office.clock)
        except PaymentRefused as refused:
            errors[""] = f"Le paiement n’est pas enregistré : {refused}."
        else:
            return RedirectResponse(f"/factures/{invoice_id}?fait=paiement", 303)
    return page(request, "payment_form.html", status=422, file=file, values=values, errors=errors)


@router.get("/paiements/{payment_id:uuid}", response_model=None)
def one(
    request: Request,
    payment_id: uuid.UUID,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
    fait: str = "",
) -> Response:
    """A payment: what it paid, what is left of it."""
    return _payment(request, manager, office, payment_id, done=fait)


@router.post("/paiements/{payment_id:uuid}", response_model=None, dependencies=[Depends(csrf_protect)])
def change(
    request: Request,
    payment_id: uuid.UUID,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
    form: Form = Depends(read_form),
) -> Response:
    """Pay an invoice with what is left or give it back, take back what it paid, or take back the payment."""
    step, at = form.get("etape"), f"/factures/paiements/{payment_id}"
    if step == "rembourser":
        return _refund(request, manager, office, payment_id, form)
    try:
        if step == "imputer":
            chosen, amount = typed.identifier(form.get("facture")), typed.amount(form.get("montant"))
            if chosen is None or (form.get("montant").strip() and amount is None):
                raise PaymentRefused("choisissez une facture, et un montant si vous n’imputez pas tout")
            ledger.allocate(office.uow, manager, payment_id, chosen, amount, office.clock)
        elif step == "annuler" and form.get("accord") == "oui":
            ledger.undo_payment(office.uow, manager, payment_id, office.clock)
        elif step == "annuler":
            raise PaymentRefused("cochez la case pour confirmer")
        elif step.startswith("rendu-"):
            refund_id = typed.identifier(step.removeprefix("rendu-"))
            if refund_id is None:
                raise HTTPException(400)
            refunding.undo_refund(office.uow, manager, payment_id, refund_id, office.clock)
        else:
            allocation = typed.identifier(step.removeprefix("reprendre-"))
            if allocation is None:
                raise HTTPException(400)
            ledger.undo_allocation(office.uow, manager, payment_id, allocation, office.clock)
    except PaymentRefused as refused:
        return _payment(request, manager, office, payment_id, errors={"": f"Ce n’est pas possible : {refused}."})
    return RedirectResponse(f"{at}?fait=oui", 303)


@router.get("/paiements/importer", response_model=None)
def choose(request: Request, manager: Manager = Depends(manager)) -> Response:
    """Which file, and how it must look."""
    return page(request, "import_payments.html", errors={}, columns={})


@router.post("/paiements/importer", response_model=None)
async def send(request: Request, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """Read a file; nothing is booked yet."""
    check_origin(request)
    data, name, columns = await _upload(request)
    try:
        if data is None:
            raise PaymentRefused("choisissez un fichier")
        file_id, read = await run_in_threadpool(_keep, office, manager, data, name, columns)
    except PaymentRefused as refused:
        errors = {"fichier": f"Le fichier n’est pas lu : {refused}."}
        return page(request, "import_payments.html", status=422, errors=errors, columns=columns)
    if read.problems:
        return page(request, "import_problems.html", file_id=file_id, read=read, shown=LINES)
    return RedirectResponse(f"/factures/paiements/fichiers/{file_id}", 303)


@router.get("/paiements/fichiers/{file_id:uuid}", response_model=None)
def report(
    request: Request, file_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)
) -> Response:
    """What each line is taken for."""
    found = payment_files.report(office.uow, manager, file_id)
    if found is None:
        raise HTTPException(404)
    return page(request, "import_report_payments.html", report=found, Found=Found, shown=LINES)


@router.post("/paiements/fichiers/{file_id:uuid}", response_model=None, dependencies=[Depends(csrf_protect)])
def book(
    request: Request,
    file_id: uuid.UUID,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
    form: Form = Depends(read_form),
) -> Response:
    """Book what was matched and what was decided, in one transaction."""
    decided = {
        place: form.get(name)
        for name in form
        if name.startswith("ligne-") and (place := typed.number(name.removeprefix("ligne-"))) and form.get(name)
    }
    try:
        done = payment_files.book(office.uow, manager, file_id, decided, office.clock)
    except PaymentRefused:
        raise HTTPException(404) from None
    return page(request, "import_booked.html", done=done)


def _keep(
    office: Office, manager: Manager, data: bytes, name: str, columns: dict[str, str]
) -> tuple[uuid.UUID, ReadFile]:
    read = received_by(office.files.payments(data, columns), paris_day(office.clock.now()))
    return payment_files.keep(office.uow, manager, data, name, read, office.clock), read


def _refund(request: Request, manager: Manager, office: Office, payment_id: uuid.UUID, form: Form) -> Response:
    """What is left, or a part of it, was given back; pressed twice from one page, it is one refund."""
    values = {name: form.get(name).strip()[:200] for name in ("rendu_le", "rendu", "mandat", "cle")}
    day, amount = typed.day(values["rendu_le"]), typed.amount(values["rendu"])
    errors = {}
    if day is None:
        errors["rendu_le"] = "Indiquez le jour du remboursement : jour, mois et année."
    if values["rendu"] and amount is None:
        errors["rendu"] = "Indiquez le montant en euros, par exemple 1 234,50, ou rien pour tout le reste."
    if day is None or errors:
        return _payment(request, manager, office, payment_id, errors=errors, values=values)
    try:
        given = Given(day, amount, values["mandat"], typed.identifier(values["cle"]))
        refunding.refund(office.uow, manager, payment_id, given, office.clock)
    except PaymentRefused as refused:
        errors[""] = f"Le remboursement n’est pas enregistré : {refused}."
        return _payment(request, manager, office, payment_id, errors=errors, values=values)
    return RedirectResponse(f"/factures/paiements/{payment_id}?fait=oui", 303)


def _payment(
    request: Request,
    manager: Manager,
    office: Office,
    payment_id: uuid.UUID,
    *,
    done: str = "",
    errors: dict[str, str] | None = None,
    values: dict[str, str] | None = None,
) -> Response:
    file = invoice_pages.payment_file(office.uow, manager, payment_id, office.clock)
    if file is None:
        raise HTTPException(404)
    blank = {"rendu_le": f"{file.today}", "rendu": "", "mandat": "", "cle": str(uuid.uuid4())}
    status = 422 if errors else 200
    return page(request, "payment.html", status, file=file, errors=errors or {}, values=values or blank, done=done)


async def _upload(request: Request) -> tuple[bytes | None, str, dict[str, str]]:
    """The file of a form, its name, and the headings typed beside it; None when no file was chosen."""
    length = request.headers.get("content-length", "")
    if not length.isdigit():
        raise HTTPException(411)
    if int(length) > _LARGEST:
        raise HTTPException(413)
    try:
        form = await request.form(max_files=1, max_fields=8)
    except MultiPartException:
        raise HTTPException(400) from None
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    check_token(request, texts.get("_csrf", ""))
    sent = form.get("fichier")
    data, name = (await sent.read(), sent.filename or "") if isinstance(sent, UploadFile) else (b"", "")
    await form.close()
    columns = {column: texts.get(column, "").strip()[:60] for column in _COLUMNS}
    return data or None, "".join(each for each in name if each.isprintable())[:120], columns
