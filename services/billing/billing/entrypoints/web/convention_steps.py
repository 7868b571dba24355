"""After the reception: countersignatures, notice, default, amendments, data roles, the act, the CdG's own texts."""

import uuid
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from billing.domain import terms as texts
from billing.domain.data_roles import DataRole, DataRoles, Processing
from billing.domain.faults import Refused
from billing.domain.parties import Manager
from billing.domain.steps import Amendment, Party, StepKind
from billing.entrypoints.web import typed, words_life
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.office import Office, office
from billing.usecases import completing, confirming, leaving, life
from billing.usecases.habilitations import Unknown
from chassis.clock import paris_day
from chassis.web import Form, csrf_protect, page, read_form

router = APIRouter()
_PROTECTED = [Depends(csrf_protect)]
# The pages of one convention, by the end of their address.
_PAGES = {
    "contresigner": "convention_countersign.html",
    "preavis": "convention_notice.html",
    "retirer-preavis": "convention_withdraw.html",
    "defaillance": "convention_default.html",
    "avenant": "convention_amend.html",
    "donnees": "convention_data.html",
}


@router.get("/conventions/defaillance", response_model=None)
def default_of_all(request: Request, manager: Manager = Depends(manager)) -> Response:
    """The provider or the CdG defaults, for every convention of the market."""
    del manager
    return _default(request, None, Form([]), {})


@router.post("/conventions/defaillance", response_model=None, dependencies=_PROTECTED)
def record_default_of_all(
    request: Request,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Show whom it ends, then record."""
    return _record_default(request, None, form, manager, office)


@router.get("/conventions/textes", response_model=None)
def terms(
    request: Request,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
    marche: uuid.UUID | None = None,
    fait: str = "",
) -> Response:
    """What the CdG's conventions say under a market."""
    return _terms(request, marche, manager, office, {}, done=fait)


@router.post("/conventions/textes", response_model=None, dependencies=_PROTECTED)
def set_terms(
    request: Request,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Write them."""
    try:
        market_id = uuid.UUID(form.get("marche"))
        life.set_terms(office.uow, manager, market_id, texts.read({n: form.get(n) for n in texts.NAMES}), office.clock)
    except (Unknown, ValueError):
        raise HTTPException(404) from None
    except Refused as refused:
        errors = dict.fromkeys(refused.faults, "Ce texte est trop long : 4 000 caractères au plus.")
        return _terms(request, market_id, manager, office, errors)
    return RedirectResponse(f"/conventions/textes?marche={market_id}&fait=enregistre", 303)


@router.get("/conventions/{convention_id:uuid}/{step}", response_model=None)
def show(
    request: Request,
    convention_id: uuid.UUID,
    step: str,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """The form of a step."""
    if step not in _PAGES:
        raise HTTPException(404)
    file = _file(convention_id, manager, office)
    form = Form([("on_day", file.today.isoformat())] if step == "contresigner" else [])
    return _step(request, step, file, form, {})


@router.post("/conventions/{convention_id:uuid}/contresigner", response_model=None, dependencies=_PROTECTED)
def countersign(
    request: Request,
    convention_id: uuid.UUID,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """One of the two other parties signed."""
    kind = StepKind.PROVIDER_SIGNED if form.get("qui") == "prestataire" else StepKind.CDG_SIGNED
    day = typed.day(form.get("on_day"))
    return _record(
        request,
        "contresigner",
        convention_id,
        form,
        manager,
        office,
        lambda: completing.countersign(office.uow, manager, convention_id, kind, day, office.clock),
    )


@router.post("/conventions/{convention_id:uuid}/preavis", response_model=None, dependencies=_PROTECTED)
def notice(
    request: Request,
    convention_id: uuid.UUID,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Show which anniversary results and why, then record."""
    days = typed.day(form.get("cdg_received_on")), typed.day(form.get("provider_received_on"))
    if form.get("etape") in ("enregistrer", "modifier"):
        if form.get("etape") == "modifier":
            return _step(request, "preavis", _file(convention_id, manager, office), form, {})
        return _record(
            request,
            "preavis",
            convention_id,
            form,
            manager,
            office,
            lambda: leaving.give_notice(office.uow, manager, convention_id, *days, office.clock),
        )
    try:
        preview = leaving.preview_notice(office.uow, manager, convention_id, *days, office.clock)
    except Unknown:
        raise HTTPException(404) from None
    except Refused as refused:
        file = _file(convention_id, manager, office)
        return _step(request, "preavis", file, form, words_life.errors(refused.faults))
    file = _file(convention_id, manager, office)
    return page(request, "convention_notice_check.html", file=file, form=form, preview=preview, errors={})


@router.post("/conventions/{convention_id:uuid}/retirer-preavis", response_model=None, dependencies=_PROTECTED)
def withdraw(
    request: Request,
    convention_id: uuid.UUID,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """The member stays."""
    return _record(
        request,
        "retirer-preavis",
        convention_id,
        form,
        manager,
        office,
        lambda: leaving.withdraw_notice(office.uow, manager, convention_id, office.clock),
    )


@router.post("/conventions/{convention_id:uuid}/defaillance", response_model=None, dependencies=_PROTECTED)
def default(
    request: Request,
    convention_id: uuid.UUID,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """It ends by right: show, then record."""
    return _record_default(request, _file(convention_id, manager, office), form, manager, office)


@router.post("/conventions/{convention_id:uuid}/avenant", response_model=None, dependencies=_PROTECTED)
def amend(
    request: Request,
    convention_id: uuid.UUID,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """An amendment, with its paper."""
    days = [typed.day(form.get(name)) for name in ("effect_on", "signed_on", "countersigned_on")]
    amendment = Amendment(form.get("purpose"), *days)
    return _record(
        request,
        "avenant",
        convention_id,
        form,
        manager,
        office,
        lambda: completing.amend(office.uow, manager, convention_id, amendment, office.clock),
    )


@router.post("/conventions/{convention_id:uuid}/donnees", response_model=None, dependencies=_PROTECTED)
def data_roles(
    request: Request,
    convention_id: uuid.UUID,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Who answers for which data."""
    try:
        roles = [
            DataRoles(each, *(DataRole(form.get(f"{each}_{party}")) for party in ("cdg", "member", "provider")))
            for each in Processing
        ]
    except ValueError:
        raise HTTPException(400) from None
    return _record(
        request,
        "donnees",
        convention_id,
        form,
        manager,
        office,
        lambda: completing.set_data_roles(office.uow, manager, convention_id, roles, office.clock),
    )


@router.post("/conventions/{convention_id:uuid}/acte", response_model=None, dependencies=_PROTECTED)
def act(convention_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """The model act with the referents of today."""
    try:
        document_id = completing.prepare_act(office.uow, manager, convention_id)
    except Unknown:
        raise HTTPException(404) from None
    return RedirectResponse(f"/documents/{document_id}.pdf", 303)


@router.post("/membres/{member_id:uuid}/referents-confirmes", response_model=None, dependencies=_PROTECTED)
def confirm_referents(
    request: Request,
    member_id: uuid.UUID,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """The member told the manager that these are still its referents."""
    seen = ids(form.all("personne"))
    try:
        confirming.confirm_by_manager(office.uow, manager, member_id, seen, office.clock)
    except Unknown:
        raise HTTPException(404) from None
    except Refused as refused:
        message = " ".join(words_life.errors(refused.faults).values())
        return page(request, "not_possible.html", status=409, message=message, back=f"/membres/{member_id}")
    return RedirectResponse(f"/membres/{member_id}?fait=referents#vie", 303)


def ids(sent: list[str]) -> list[uuid.UUID]:
    """The ids of a form; 400 for what is none."""
    try:
        return [uuid.UUID(each) for each in sent]
    except ValueError:
        raise HTTPException(400) from None


def _file(convention_id: uuid.UUID, manager: Manager, office: Office) -> life.ConventionFile:
    try:
        return life.convention_file(office.uow, manager, convention_id, office.clock)
    except Unknown:
        raise HTTPException(404) from None


def _step(request: Request, step: str, file: life.ConventionFile, form: Form, errors: dict[str, str]) -> Response:
    context = {"file": file, "form": form, "errors": errors, "roles": words_life.DATA_ROLES}
    return page(request, _PAGES[step], status=422 if errors else 200, **context)


def _record(
    request: Request,
    step: str,
    convention_id: uuid.UUID,
    form: Form,
    manager: Manager,
    office: Office,
    work: Callable[[], object],
) -> Response:
    """Take a step; back to the member, or to the form with what is wrong."""
    file = _file(convention_id, manager, office)
    try:
        work()
    except Refused as refused:
        return _step(request, step, file, form, words_life.errors(refused.faults))
    return RedirectResponse(f"/membres/{file.member.id}?fait={step}#vie", 303)


def _record_default(
    request: Request, file: life.ConventionFile | None, form: Form, manager: Manager, office: Office
) -> Response:
    on, convention_id = typed.day(form.get("on")), file.convention.id if file else None
    by = Party.CDG if form.get("qui") == "cdg" else Party.PROVIDER
    if form.get("etape") == "modifier":
        return _default(request, file, form, {})
    try:
        if form.get("etape") != "enregistrer":
            ended = leaving.preview_default(office.uow, manager, on, office.clock, convention_id)
            late = on is not None and on < paris_day(office.clock.now())
            context: dict[str, Any] = {"file": file, "form": form, "ended": ended, "by": by, "on": on, "late": late}
            return page(request, "convention_default_check.html", errors={}, **context)
        leaving.record_default(office.uow, manager, on, by, office.clock, convention_id)
    except Refused as refused:
        return _default(request, file, form, words_life.errors(refused.faults))
    return RedirectResponse(
        f"/membres/{file.member.id}?fait=defaillance#vie" if file else "/conventions?etat=preavis", 303
    )


def _default(request: Request, file: life.ConventionFile | None, form: Form, errors: dict[str, str]) -> Response:
    context = {"file": file, "form": form, "errors": errors}
    return page(request, "convention_default.html", status=422 if errors else 200, **context)


def _terms(
    request: Request,
    market_id: uuid.UUID | None,
    manager: Manager,
    office: Office,
    errors: dict[str, str],
    done: str = "",
) -> Response:
    try:
        markets, market, known = life.terms_of(office.uow, manager, market_id, office.clock)
    except Unknown:
        raise HTTPException(404) from None
    context = {"markets": markets, "market": market, "terms": known, "errors": errors, "done": done}
    return page(request, "convention_terms.html", status=422 if errors else 200, **context)
