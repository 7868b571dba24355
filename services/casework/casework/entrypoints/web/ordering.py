"""Ordering services of the provider for a case: choose, read who will know, confirm."""

import uuid

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from casework.domain.ordering import Basket, OrderRefused, choose
from casework.domain.people import Staff
from casework.domain.statuses import NotNow
from casework.entrypoints.web.office import Office, handler, new_notice_id, office
from casework.usecases import ordering
from chassis.i18n import _
from chassis.web import Form, csrf_protect, page, read_form

router = APIRouter()

# The field of a service's quantity: "q-1.10".
_FIELD = "q-"


@router.get("/dossiers/{case_id}/commander", response_model=None)
def choose_services(
    request: Request, case_id: uuid.UUID, person: Staff = Depends(handler), at: Office = Depends(office)
) -> Response:
    """The price list, with a quantity for each service."""
    return _shop(request, at, person, case_id, Form([]), {})


@router.post("/dossiers/{case_id}/commander", response_model=None, dependencies=[Depends(csrf_protect)])
def order(
    request: Request,
    case_id: uuid.UUID,
    person: Staff = Depends(handler),
    at: Office = Depends(office),
    form: Form = Depends(read_form),
) -> Response:
    """Read again what is ordered and who will know; then order, once for the page's number."""
    if form.get("etape") == "modifier":
        return _shop(request, at, person, case_id, form, {})
    try:
        shop = ordering.shop(at.uow, at.desk, person, case_id)
        basket = choose(shop.services, _wanted(form))
        if form.get("etape") != "confirmer":
            return _review(request, shop, basket, person, form, {})
        if not shop.by_cdg and form.get("averti") != "oui":
            errors = {"averti": _("Cochez la case : vous avez lu qui verra cette commande.")}
            return _review(request, shop, basket, person, form, errors)
        _order(at, person, case_id, form, shop.version)
    except OrderRefused as refused:
        return _shop(request, at, person, case_id, form, _faults(refused))
    except ordering.PricesChanged:
        return _shop(request, at, person, case_id, form, {"": _("Le tarif a changé : relisez les prix.")})
    except NotNow:
        pass
    return RedirectResponse(f"/dossiers/{case_id}#commandes", 303)


def _order(at: Office, person: Staff, case_id: uuid.UUID, form: Form, version: int) -> None:
    """Raises as casework.usecases.ordering.order."""
    read = form.get("version")
    ordering.order(
        at.uow,
        at.desk,
        person,
        case_id,
        order_id=_order_id(form.get("envoi")),
        wanted=_wanted(form),
        version=version if read == str(version) else 0,
    )


def _shop(
    request: Request, at: Office, person: Staff, case_id: uuid.UUID, form: Form, errors: dict[str, str]
) -> Response:
    shop = ordering.shop(at.uow, at.desk, person, case_id)
    context = {"shop": shop, "staff": person, "form": form, "errors": errors, "field": _FIELD}
    return page(request, "commander.html", status=422 if errors else 200, **context)


def _review(
    request: Request, shop: ordering.Shop, basket: Basket, person: Staff, form: Form, errors: dict[str, str]
) -> Response:
    return page(
        request,
        "commander_relire.html",
        status=422 if errors else 200,
        shop=shop,
        basket=basket,
        staff=person,
        errors=errors,
        field=_FIELD,
        draw=form.get("envoi") or new_notice_id(),
    )


def _wanted(form: Form) -> dict[str, str]:
    """Quantities as typed, by code."""
    return {name.removeprefix(_FIELD): form.get(name) for name in form if name.startswith(_FIELD)}


def _faults(refused: OrderRefused) -> dict[str, str]:
    if not refused.codes:
        return {"": _("Indiquez la quantité d’une prestation au moins.")}
    wrong = _("Prestation %(code)s : un nombre entier, ou des demi-journées pour le temps passé.")
    return {_FIELD + code: wrong % {"code": code} for code in refused.codes}


def _order_id(text: str) -> uuid.UUID:
    """The order's number, drawn with the page that was read again: a form sent twice is one order."""
    try:
        return uuid.UUID(hex=text)
    except ValueError:
        return uuid.uuid4()
