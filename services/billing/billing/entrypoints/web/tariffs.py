"""Tariffs: every version, and the form that adds one."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from billing.domain.parties import Manager
from billing.domain.sharing import JoiningRefused, SharingRefused, sharing
from billing.domain.tariffs import Basis, TariffRefused
from billing.entrypoints.web import typed, typed_tariff, words_calls
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.office import Office, office
from billing.usecases import tariffs
from chassis.web import Form, csrf_protect, page, parse_form, read_form

router = APIRouter(prefix="/tarifs")

_REFUSED = "Une facture ne mêle pas ce qui est hors du champ de la TVA et le reste : choisissez un seul régime."
_REPORTS = "Une seule ligne compte les signalements, et son prix est positif."


@router.get("", response_model=None)
def history(
    request: Request, manager: Manager = Depends(manager), office: Office = Depends(office), fait: str = ""
) -> Response:
    """Every version, readable, and which one counts today."""
    seen = tariffs.history(office.uow, manager, office.clock)
    now = tariffs.examples(seen.now, seen.all_agents) if seen.now else []
    return page(request, "tariffs.html", seen=seen, examples=now, done=fait)


@router.get("/nouveau", response_model=None)
def blank(request: Request, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """The form of a new version."""
    return _form(request, parse_form(b""), {})


@router.post("/nouveau", response_model=None, dependencies=[Depends(csrf_protect)])
def record(
    request: Request,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """One charge more, a look at what it costs, or the new version."""
    step = form.get("etape")
    if step in ("modifier", "ligne"):
        return _form(request, form, {}, more=step == "ligne")
    valid_from = typed.day(form.get("valid_from"))
    errors = {} if valid_from else {"valid_from": "Indiquez le jour d’effet : jour, mois et année."}
    try:
        data = typed_tariff.tariff(form)
        if valid_from is None:
            return _form(request, form, errors)
        tariff = tariffs.check(data, valid_from)
        tariffs.check_pool(office.uow, manager, data, valid_from, office.clock)
        if step != "enregistrer":
            seen = tariffs.history(office.uow, manager, office.clock)
            shown = tariffs.examples(tariff, seen.all_agents)
            fields = [(name, value) for name in form for value in form.all(name) if name not in ("_csrf", "etape")]
            known: dict[str, Any] = {"tariff": tariff, "shared": sharing(data), "examples": shown, "fields": fields}
            return page(request, "tariff_check.html", moves=seen.now and seen.now.year is not tariff.year, **known)
        version = tariffs.record(office.uow, manager, data, valid_from, office.clock)
    except typed_tariff.Unreadable as unreadable:
        return _form(request, form, errors | unreadable.errors)
    except JoiningRefused as refused:
        return _form(request, form, {"pooled_with": str(refused)})
    except SharingRefused:
        return _form(request, form, {"charge_1_basis": _REPORTS})
    except TariffRefused:
        return _form(request, form, {"charge_1_vat": _REFUSED})
    return RedirectResponse(f"/tarifs?fait=version-{version}", 303)


def _form(request: Request, form: Form, errors: dict[str, str], *, more: bool = False) -> Response:
    count = min(typed_tariff.count(form) + more, typed_tariff.MOST)
    known: dict[str, Any] = {
        "form": form,
        "errors": errors,
        "count": count,
        "most": typed_tariff.MOST,
        "bases": [(str(basis), words_calls.BASES[basis]) for basis in Basis],
        "pro_ratas": [(str(each), words) for each, words in words_calls.PRO_RATAS.items()],
        "years": [(str(each), words) for each, words in words_calls.YEARS.items()],
    }
    return page(request, "tariff_new.html", status=422 if errors else 200, **known)
