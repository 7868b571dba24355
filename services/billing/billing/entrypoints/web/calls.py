"""Yearly calls: who is to be called, runs and how far they are, what was declared to them."""

import uuid
from datetime import timedelta
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from billing.domain.calls import CallRefused, CallState, headcount_day
from billing.domain.parties import Manager
from billing.entrypoints.web import typed, words_calls
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.office import Office, office
from billing.store.calls import Which
from billing.usecases import billing_calls, call_views, calling, declaring
from chassis.clock import paris_day
from chassis.web import Form, Page, csrf_protect, offset, page, page_number, parse_form, read_form

router = APIRouter(prefix="/appels")
_PROTECTED = [Depends(csrf_protect)]

# Calls of one page of a list; a form takes 1,000 fields.
PAGE = 100
# Days to answer, as the form offers them.
_TO_ANSWER = timedelta(30)
# Seconds between two looks at a run in hand, for a browser that was asked to follow it.
_FOLLOW = 5

VIEWS = {
    "a-verifier": ("À vérifier", (CallState.DECLARED,)),
    "attente": ("En attente", (CallState.SENT,)),
    "telephone": ("À relancer par téléphone", (CallState.SENT,)),
    "courrier": ("À envoyer par courrier", (CallState.PREPARED,)),
    "verifies": ("Vérifiés", (CallState.CHECKED,)),
    "factures": ("Facturés", (CallState.ISSUED,)),
    "annules": ("Annulés", (CallState.CANCELLED,)),
    "tous": ("Tous", tuple(CallState)),
}


@router.get("", response_model=None)
def overview(request: Request, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """Runs, and the years that may be called."""
    return page(request, "calls.html", seen=call_views.overview(office.uow, manager, office.clock))


@router.get("/annee/{year}", response_model=None)
def prepare(
    request: Request, year: int, manager: Manager = Depends(manager), office: Office = Depends(office)
) -> Response:
    """Who would be called for a year, and the form that starts, or completes, its run."""
    return _prepare(request, year, parse_form(b""), {}, manager, office)


@router.post("/annee/{year}", response_model=None, dependencies=_PROTECTED)
def start(
    request: Request,
    year: int,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Start the run, or complete it."""
    due_on = typed.day(form.get("due_on"))
    if due_on is None:
        return _prepare(
            request, year, form, {"due_on": "Indiquez la date limite : jour, mois et année."}, manager, office
        )
    try:
        run_id = calling.start(office.uow, manager, year, due_on, office.clock)
    except CallRefused as refused:
        return _prepare(request, year, form, {"due_on": str(refused)}, manager, office)
    return RedirectResponse(f"/appels/{run_id}?suivre=oui", 303)


@router.get("/{run_id}", response_model=None)
def run(
    request: Request,
    run_id: uuid.UUID,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
    vue: str = "",
    q: str = "",
    tout: str = "",
    suivre: str = "",
    fait: str = "",
) -> Response:
    """How far a run is, and one view of its calls."""
    return _run(request, run_id, manager, office, vue=vue, q=q, tout=tout, suivre=suivre, done=fait)


@router.post("/{run_id}/verifier", response_model=None, dependencies=_PROTECTED)
def approve(
    request: Request,
    run_id: uuid.UUID,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Check the chosen calls, or all that were declared."""
    everything = form.get("portee") == "tous"
    chosen = [each for each in map(typed.identifier, form.all("appel")) if each is not None]
    if not everything and not chosen:
        errors = {"appel": "Cochez au moins un appel."}
        return _run(request, run_id, manager, office, vue="a-verifier", errors=errors, status=422)
    try:
        count = declaring.approve(office.uow, manager, run_id, office.clock, None if everything else chosen)
    except CallRefused:
        raise HTTPException(404) from None
    return RedirectResponse(f"/appels/{run_id}?vue=a-verifier&fait=verifies-{count}", 303)


@router.post("/{run_id}/emettre", response_model=None, dependencies=_PROTECTED)
def issue(run_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """Have what is checked billed; the clock does it."""
    billing_calls.ask(office.uow, manager, run_id, office.clock)
    return RedirectResponse(f"/appels/{run_id}?vue=verifies&suivre=oui", 303)


@router.post("/{run_id}/postes", response_model=None, dependencies=_PROTECTED)
def posted(run_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """The bordereaux that could not be mailed were posted."""
    try:
        count = calling.post(office.uow, manager, run_id, office.clock)
    except CallRefused:
        raise HTTPException(404) from None
    return RedirectResponse(f"/appels/{run_id}?vue=attente&fait=postes-{count}", 303)


def _prepare(
    request: Request, year: int, form: Form, errors: dict[str, str], manager: Manager, office: Office
) -> Response:
    today = paris_day(office.clock.now())
    if not today.year - 1 <= year <= today.year + 1:
        raise HTTPException(404)
    seen = call_views.prospect(office.uow, manager, year)
    due = form.get("due_on") or (today + _TO_ANSWER).isoformat()
    day = headcount_day(year)
    known = {"seen": seen, "due": due, "errors": errors, "day": day, "early": today <= day}
    return page(request, "call_prepare.html", status=422 if errors else 200, **known)


def _run(
    request: Request,
    run_id: uuid.UUID,
    manager: Manager,
    office: Office,
    *,
    vue: str = "",
    q: str = "",
    tout: str = "",
    suivre: str = "",
    done: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    view = vue if vue in VIEWS else "a-verifier"
    number, words = page_number(request.query_params.get("page")), q.strip()[:80]
    phone = paris_day(office.clock.now()) if view == "telephone" else None
    which = Which(VIEWS[view][1], words, phone)
    seen = call_views.run_page(
        office.uow, manager, run_id, office.clock, which, offset=offset(number, PAGE), limit=PAGE
    )
    if seen is None:
        raise HTTPException(404)
    following = bool(suivre) and (seen.calling is not None or seen.issuing is not None)
    answer = page(
        request,
        "call_run.html",
        status=status,
        seen=seen,
        listing=Page(seen.listed, number, seen.total, PAGE),
        view=view,
        views=[(name, label) for name, (label, _states) in VIEWS.items()],
        words=words,
        query="&" + urlencode({"vue": view} | ({"q": words} if words else {})),
        all_chosen=bool(tout),
        following=following,
        done=done.partition("-")[::2],
        errors=errors or {},
        change=words_calls.change,
        phoned=call_views.phoned,
    )
    if following:
        # Asked for by who follows, and stopped by a link: nothing reloads by itself otherwise (WCAG 2.2.1).
        answer.headers["refresh"] = str(_FOLLOW)
    return answer
