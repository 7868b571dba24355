"""The managers' pages of orders: lists by state, one order, the price list in both its readings."""

import uuid

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from billing.domain import catalogue
from billing.domain.ordering import NotNow, Status
from billing.domain.parties import Manager
from billing.entrypoints.web import typed
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.office import Office, office
from billing.usecases import order_reading, ordering, price_lists, statements
from billing.usecases.ordering import NoSuchOrder
from chassis.clock import paris_day
from chassis.web import Form, Page, csrf_protect, offset, page, page_number, read_form

router = APIRouter(prefix="/commandes")

PAGE = 25
# The lists, in the order of an order's life.
VIEWS = (Status.QUOTED, Status.APPROVED, Status.DELIVERED, Status.SETTLED, Status.REFUSED, Status.CANCELLED)
_STEPS = {
    "approuver": Status.APPROVED,
    "refuser": Status.REFUSED,
    "livrer": Status.DELIVERED,
    "annuler": Status.CANCELLED,
}


@router.get("", response_model=None)
def list_orders(
    request: Request, manager: Manager = Depends(manager), office: Office = Depends(office), etat: str = ""
) -> Response:
    """Orders of one state; without one, of the first that has any."""
    number, wanted = page_number(request.query_params.get("page")), etat if etat in set(VIEWS) else None
    seen = order_reading.listing(office.uow, manager, wanted, VIEWS, offset=offset(number, PAGE), limit=PAGE)
    listing = Page(seen.orders, number, seen.counts.get(seen.status, 0), PAGE)
    return page(request, "orders.html", seen=seen, listing=listing, views=VIEWS)


@router.get("/tarif", response_model=None)
def prices(
    request: Request, manager: Manager = Depends(manager), office: Office = Depends(office), fait: str = ""
) -> Response:
    """Both readings side by side, and which one counts."""
    return _prices(request, manager, office, Form([]), {}, fait)


@router.post("/tarif", response_model=None, dependencies=[Depends(csrf_protect)])
def choose_reading(
    request: Request,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """A new version of the list, from a day on."""
    day = typed.day(form.get("jour"))
    errors = {}
    if day is None or day < paris_day(office.clock.now()):
        errors["jour"] = "Indiquez un jour à partir d’aujourd’hui."
    if not form.get("lecture"):
        errors["lecture"] = "Choisissez une lecture."
    if errors or day is None:
        return _prices(request, manager, office, form, errors, "")
    try:
        price_lists.choose_reading(office.uow, manager, form.get("lecture"), day, office.clock)
    except price_lists.ReadingRefused:
        return _prices(request, manager, office, form, {"lecture": "Cette lecture est déjà la dernière choisie."}, "")
    return RedirectResponse("/commandes/tarif?fait=choisie", 303)


@router.get("/{order_id}", response_model=None)
def show(
    request: Request,
    order_id: uuid.UUID,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
    fait: str = "",
) -> Response:
    """One order: what it costs, who pays whom, what happened, what the provider says it is owed."""
    file = ordering.show_to_manager(office.uow, manager, order_id)
    if file is None:
        raise HTTPException(404)
    steps = ordering.OWN_STEPS if file.order.by_cdg else ordering.MEMBER_STEPS
    closable = file.order.status is Status.DELIVERED and statements.closable(file.stated)
    return page(request, "order.html", file=file, steps=steps, closable=closable, done=fait)


@router.post("/{order_id}/{step}", response_model=None, dependencies=[Depends(csrf_protect)])
def take_step(
    order_id: uuid.UUID, step: str, manager: Manager = Depends(manager), office: Office = Depends(office)
) -> Response:
    """A manager's step. One that was taken meanwhile changes nothing: the page shows how the order stands."""
    try:
        if step == "solder":
            statements.close(office.uow, manager, order_id, office.clock)
        elif step in _STEPS:
            ordering.step_by_manager(office.uow, manager, order_id, _STEPS[step], office.clock)
        else:
            raise HTTPException(404)
    except NoSuchOrder:
        raise HTTPException(404) from None
    except NotNow:
        return RedirectResponse(f"/commandes/{order_id}?fait=trop-tard", 303)
    return RedirectResponse(f"/commandes/{order_id}?fait={step}", 303)


def _prices(
    request: Request, manager: Manager, office: Office, form: Form, errors: dict[str, str], done: str
) -> Response:
    seen = order_reading.prices(office.uow, manager, office.clock)
    if seen is None:
        raise HTTPException(404)
    readings = {name: catalogue.read(seen.shown.data, name).services for name in seen.shown.data["readings"]}
    rows = list(zip(*readings.values(), strict=True))
    context = {"form": form, "errors": errors, "done": done, "rows": rows, "seen": seen}
    return page(request, "order_prices.html", status=422 if errors else 200, **context)
