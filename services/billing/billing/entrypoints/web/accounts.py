"""The balance by age on any day, reminders, and what a CdG chooses for its accounts."""

import uuid

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from billing.domain.ageing import Age
from billing.domain.dunning import read_levels
from billing.domain.parties import Manager
from billing.entrypoints.web import typed
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.downloads import CSV, ODS, PDF, attached
from billing.entrypoints.web.office import Office, office
from billing.store.accounting import Ledger
from billing.usecases import dunning, exports, invoice_pages, ledger
from chassis.clock import paris_day
from chassis.web import Form, csrf_protect, page, read_form

router = APIRouter(prefix="/factures")

_LEVELS = 4


@router.get("/balance", response_model=None)
def balance(
    request: Request, manager: Manager = Depends(manager), office: Office = Depends(office), jour: str = ""
) -> Response:
    """Who owes what, since when, at the end of a day."""
    today = paris_day(office.clock.now())
    day = typed.day(jour) or today
    seen = invoice_pages.balance_on(office.uow, manager, day)
    errors = {"jour": "Indiquez un jour : jour, mois et année."} if jour and typed.day(jour) is None else {}
    return page(request, "balance.html", seen=seen, ages=list(Age), today=today, errors=errors)


@router.get("/balance.{suffix}", response_model=None)
def export_balance(
    suffix: str, manager: Manager = Depends(manager), office: Office = Depends(office), jour: str = ""
) -> Response:
    """The same as a file."""
    day = typed.day(jour) or paris_day(office.clock.now())
    sheet = exports.balance(invoice_pages.balance_on(office.uow, manager, day))
    if suffix == "csv":
        return attached(office.files.csv(sheet), f"balance-{day}.csv", CSV)
    if suffix == "ods":
        return attached(office.files.ods([sheet]), f"balance-{day}.ods", ODS)
    raise HTTPException(404)


@router.get("/relances", response_model=None)
def reminders(
    request: Request, manager: Manager = Depends(manager), office: Office = Depends(office), parties: str = ""
) -> Response:
    """Letters that wait, and what is beyond letters."""
    return _reminders(request, manager, office, sent=parties)


@router.post("/relances", response_model=None, dependencies=[Depends(csrf_protect)])
def send(
    request: Request,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
    form: Form = Depends(read_form),
) -> Response:
    """Send those that are ticked."""
    chosen = [letter for letter in map(typed.identifier, form.all("lettre")) if letter is not None]
    if not chosen:
        return _reminders(request, manager, office, errors={"lettre": "Cochez au moins un rappel à envoyer."})
    sent = dunning.send(office.uow, manager, chosen, office.clock)
    return RedirectResponse(f"/factures/relances?parties={sent}", 303)


@router.get("/relances/{letter_id:uuid}.pdf", response_model=None)
def preview(letter_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """A letter as it would leave today."""
    content = dunning.preview(office.uow, manager, letter_id, office.clock)
    if content is None:
        raise HTTPException(404)
    made = office.press.print(dunning.KIND, content)
    return Response(made, media_type=PDF, headers={"content-disposition": 'inline; filename="rappel.pdf"'})


@router.get("/reglages", response_model=None)
def choices(
    request: Request, manager: Manager = Depends(manager), office: Office = Depends(office), fait: str = ""
) -> Response:
    """Days of the reminders, and what stands on the titres."""
    chosen = invoice_pages.ledger(office.uow, manager)
    days = [str(day) for day in chosen.reminder_days]
    values = {f"jours_{n}": days[n - 1] if n <= len(days) else "" for n in range(1, _LEVELS + 1)}
    values |= {"article": chosen.article, "budget": chosen.budget}
    return page(request, "accounting_choices.html", values=values, errors={}, done=fait, levels=_LEVELS)


@router.post("/reglages", response_model=None, dependencies=[Depends(csrf_protect)])
def choose(
    request: Request,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
    form: Form = Depends(read_form),
) -> Response:
    """Keep them."""
    names = [f"jours_{n}" for n in range(1, _LEVELS + 1)]
    values = {name: form.get(name).strip()[:20] for name in (*names, "article", "budget")}
    days = read_levels([values[name] for name in names])
    errors = {}
    if days is None:
        errors["jours_1"] = "Indiquez au moins un délai, puis des délais croissants, de 1 à 365 jours."
    for name, label in (("article", "L’article"), ("budget", "Le code du budget")):
        if values[name] and not values[name].isalnum():
            errors[name] = f"{label} ne contient que des chiffres et des lettres."
    if errors or days is None:
        return page(
            request, "accounting_choices.html", status=422, values=values, errors=errors, done="", levels=_LEVELS
        )
    ledger.choose(office.uow, manager, Ledger(tuple(days), values["article"], values["budget"]))
    return RedirectResponse("/factures/reglages?fait=oui", 303)


def _reminders(
    request: Request, manager: Manager, office: Office, *, sent: str = "", errors: dict[str, str] | None = None
) -> Response:
    seen = dunning.overview(office.uow, manager, office.clock)
    told = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 6 else None
    return page(request, "reminders.html", 422 if errors else 200, seen=seen, sent=told, errors=errors or {})
