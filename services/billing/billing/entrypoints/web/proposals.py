"""Conventions before their reception: lists by state, a proposal and its papers, its steps."""

import json
import uuid
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from billing.domain.agenda import Sought, State
from billing.domain.faults import Refused
from billing.domain.parties import Commune, Manager
from billing.domain.proposal import Draft, Proposal
from billing.entrypoints.web import typed, words_life
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.conventions import commune
from billing.entrypoints.web.office import Office, office
from billing.usecases import life, proposing
from billing.usecases.habilitations import Unknown
from chassis.web import Form, Page, csrf_protect, offset, page, page_number, read_form

router = APIRouter()
_PROTECTED = [Depends(csrf_protect)]
PAGE = 50


@router.get("/conventions", response_model=None)
def overview(
    request: Request,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
    etat: str = "",
    q: str = "",
    tri: str = "",
    fait: str = "",
) -> Response:
    """What is on its way, by state."""
    number, sought = page_number(request.query_params.get("page")), Sought(q.strip()[:80], by_day=tri == "jour")
    state = State(etat) if etat in list(State) else None
    place = {"offset": offset(number, PAGE), "limit": PAGE}
    seen = life.overview(office.uow, manager, state, office.clock, sought, **place)
    kept = {"etat": str(seen.state)} | ({"q": sought.words} if sought.words else {})
    return page(
        request,
        "conventions.html",
        seen=seen,
        listing=Page(seen.lines, number, seen.total, PAGE),
        states=list(State),
        sought=sought,
        query="&" + urlencode(kept | ({"tri": "jour"} if sought.by_day else {})),
        done=fait,
    )


@router.post("/conventions/nouvelle/{siren}/preparer", response_model=None, dependencies=_PROTECTED)
def draft_for_commune(
    request: Request,
    commune: Commune = Depends(commune),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Start the convention of a commune of the official list."""
    try:
        proposal_id = proposing.draft_for_commune(office.uow, manager, commune, office.clock)
    except Refused as refused:
        return _refused(request, refused, "/conventions/nouvelle")
    return RedirectResponse(f"/conventions/projets/{proposal_id}", 303)


@router.post("/membres/{member_id}/preparer", response_model=None, dependencies=_PROTECTED)
def draft_for_member(
    request: Request, member_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)
) -> Response:
    """Start the next convention of a body that is known."""
    try:
        proposal_id = proposing.draft_for_member(office.uow, manager, member_id, office.clock)
    except Unknown:
        raise HTTPException(404) from None
    except Refused as refused:
        return _refused(request, refused, f"/membres/{member_id}")
    return RedirectResponse(f"/conventions/projets/{proposal_id}", 303)


@router.get("/conventions/projets/{proposal_id}", response_model=None)
def show(
    request: Request,
    proposal_id: uuid.UUID,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
    fait: str = "",
) -> Response:
    """One proposal: where it stands, its papers, what comes next."""
    return _show(request, _file(proposal_id, manager, office), fait=fait)


@router.post("/conventions/projets/{proposal_id}/envoyer", response_model=None, dependencies=_PROTECTED)
def send(
    request: Request,
    proposal_id: uuid.UUID,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """It leaves: papers are fixed, the correspondent is written to."""
    try:
        written = proposing.mark_sent(office.uow, manager, proposal_id, typed.day(form.get("sent_on")), office.clock)
    except Unknown:
        raise HTTPException(404) from None
    except Refused as refused:
        errors = words_life.errors(refused.faults)
        return _show(request, _file(proposal_id, manager, office), errors=errors, form=form)
    return RedirectResponse(f"/conventions/projets/{proposal_id}?fait={'envoyee' if written else 'papier'}", 303)


@router.get("/conventions/projets/{proposal_id}/modifier", response_model=None)
def edit(
    request: Request, proposal_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)
) -> Response:
    """What is known before the signature, to correct."""
    file = _file(proposal_id, manager, office)
    return page(request, "proposal_edit.html", file=file, form=_filled(file.proposal), errors={})


@router.post("/conventions/projets/{proposal_id}/modifier", response_model=None, dependencies=_PROTECTED)
def change(
    request: Request,
    proposal_id: uuid.UUID,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Write it back."""
    try:
        proposing.change_draft(office.uow, manager, proposal_id, _draft(form), office.clock)
    except Unknown:
        raise HTTPException(404) from None
    except Refused as refused:
        context = {"file": _file(proposal_id, manager, office), "form": form}
        return page(request, "proposal_edit.html", status=422, errors=words_life.errors(refused.faults), **context)
    return RedirectResponse(f"/conventions/projets/{proposal_id}?fait=modifiee", 303)


@router.get("/conventions/projets/{proposal_id}/{kind}.pdf", response_model=None)
def preview_paper(
    proposal_id: uuid.UUID, kind: str, manager: Manager = Depends(manager), office: Office = Depends(office)
) -> Response:
    """A paper as it would leave, marked as a draft; nothing is kept."""
    if kind not in ("convention", "acte"):
        raise HTTPException(404)
    try:
        content = life.paper_of_draft(office.uow, manager, proposal_id, kind)
    except Unknown:
        raise HTTPException(404) from None
    pdf = office.press.print(kind, json.dumps(content))
    return Response(
        pdf, media_type="application/pdf", headers={"content-disposition": f'inline; filename="{kind}.pdf"'}
    )


@router.get("/conventions/projets/{proposal_id}/recue", response_model=None)
def reception(
    request: Request, proposal_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)
) -> Response:
    """The signed convention came back: copy it."""
    file = _file(proposal_id, manager, office)
    return _reception(request, file, _filled(file.proposal), {})


@router.post("/conventions/projets/{proposal_id}/recue", response_model=None, dependencies=_PROTECTED)
def record(
    request: Request,
    proposal_id: uuid.UUID,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Check what was read with the day of effect that it gives; then record."""
    given, file = typed.convention(form), _file(proposal_id, manager, office)
    if form.get("etape") == "modifier":
        return _reception(request, file, form, {})
    try:
        if form.get("etape") != "enregistrer":
            preview = proposing.preview_reception(office.uow, manager, proposal_id, given, office.clock)
            context = {"commune": file.member, "file": file, "form": form, "preview": preview}
            return page(request, "check_convention.html", 200, **context)
        member_id = proposing.record_reception(office.uow, manager, proposal_id, given, office.clock)
    except Refused as refused:
        return _reception(request, file, form, words_life.errors(refused.faults))
    return RedirectResponse(f"/membres/{member_id}?fait=enregistree", 303)


@router.post("/conventions/projets/{proposal_id}/abandonner", response_model=None, dependencies=_PROTECTED)
def give_up(
    request: Request, proposal_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)
) -> Response:
    """The member does not sign."""
    try:
        proposing.give_up(office.uow, manager, proposal_id, office.clock)
    except Unknown:
        raise HTTPException(404) from None
    except Refused as refused:
        return _refused(request, refused, f"/conventions/projets/{proposal_id}")
    return RedirectResponse("/conventions?fait=abandonnee", 303)


@router.post("/conventions/renouveler", response_model=None, dependencies=_PROTECTED)
def renew(request: Request, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """Prepare the next market's convention of every member in force."""
    try:
        proposing.draft_renewals(office.uow, manager, office.clock)
    except Refused as refused:
        return _refused(request, refused, "/conventions?etat=a-renouveler")
    return RedirectResponse("/conventions?etat=brouillons&fait=preparees", 303)


def _file(proposal_id: uuid.UUID, manager: Manager, office: Office) -> life.ProposalFile:
    try:
        return life.proposal_file(office.uow, manager, proposal_id, office.clock)
    except Unknown:
        raise HTTPException(404) from None


def _show(
    request: Request,
    file: life.ProposalFile,
    *,
    errors: dict[str, str] | None = None,
    form: Form | None = None,
    fait: str = "",
) -> Response:
    filled = form or Form([("sent_on", file.today.isoformat())])
    context = {"file": file, "form": filled, "errors": errors or {}, "done": fait}
    return page(request, "proposal.html", status=422 if errors else 200, **context)


def _reception(request: Request, file: life.ProposalFile, form: Form, errors: dict[str, str]) -> Response:
    context = {"commune": file.member, "file": file, "form": form, "errors": errors, "market": file.market}
    return page(request, "record_convention.html", status=422 if errors else 200, **context)


def _refused(request: Request, refused: Refused, back: str) -> Response:
    message = " ".join(words_life.errors(refused.faults).values())
    return page(request, "not_possible.html", status=409, message=message, back=back)


def _draft(form: Form) -> Draft:
    people = tuple(typed.person(form, f"referent_{n}_") for n in (1, 2))
    return Draft(
        headcount=typed.number(form.get("headcount")),
        signatory=" ".join(form.get("signatory").split()),
        referents=tuple(person for person in people if person.name or person.email),
        substitute=typed.substitute(form, "substitute_") if form.get("substitute") == typed.NAMED else None,
    )


def _filled(proposal: Proposal) -> Form:
    """What a form shows of what is known already."""
    draft = proposal.draft
    pairs: list[tuple[str, Any]] = [("signatory", draft.signatory), ("headcount", str(draft.headcount or ""))]
    people = [(f"referent_{n}_", person) for n, person in enumerate(draft.referents, 1)]
    if draft.substitute is not None:
        people.append(("substitute_", draft.substitute.person))
        pairs += [
            ("substitute", typed.NAMED),
            ("substitute_body", draft.substitute.body),
            ("substitute_independent", "oui"),
        ]
    for prefix, person in people:
        pairs += [(prefix + name, getattr(person, name)) for name in ("name", "function", "email", "phone")]
    return Form(pairs)
