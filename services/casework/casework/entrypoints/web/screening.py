"""The screeners' pages: the original beside what referents will read."""

import uuid

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from casework.domain.masking import mask
from casework.domain.people import Quality, Staff
from casework.domain.statuses import NotNow, Status
from casework.entrypoints.web import listing, words
from casework.entrypoints.web.handling import LONGEST, faulty, message_field, send_message
from casework.entrypoints.web.office import Office, new_notice_id, office, screener
from casework.entrypoints.web.words import REROUTING
from casework.usecases import handling, reading, screening
from chassis.web import Form, csrf_protect, page, read_form

router = APIRouter()
VIEWS: listing.Views = {
    "a-relire": (Status.SCREENING,),
    "relus": (Status.RELEASED, Status.IN_CHARGE, Status.CLOSED),
}


@router.get("/relecture", response_model=None)
def list_cases(request: Request, person: Staff = Depends(screener), at: Office = Depends(office)) -> Response:
    return listing.show(request, at, person, Quality.SCREENER, VIEWS, "relectures.html")


@router.get("/relecture/{case_id}", response_model=None)
def show_original(
    request: Request, case_id: uuid.UUID, person: Staff = Depends(screener), at: Office = Depends(office)
) -> Response:
    return _show(request, at, person, case_id)


@router.post("/relecture/{case_id}", response_model=None, dependencies=[Depends(csrf_protect)])
def release(
    request: Request,
    case_id: uuid.UUID,
    person: Staff = Depends(screener),
    at: Office = Depends(office),
    form: Form = Depends(read_form),
) -> Response:
    """Release; or, with the other button, mask words everywhere and show the page again."""
    texts = {name: form.get(name) for name in screening.MASKABLE if name in form}
    if form.get("action") == "masquer":
        words = form.get("mots").splitlines()
        masked = {name: mask(text, words) for name, text in texts.items()}
        return _show(request, at, person, case_id, form, typed=masked)
    try:
        screening.release(at.uow, at.desk, person, case_id, texts, form.all("mis-en-cause"), _ids(form.all("retenir")))
    except NotNow:
        return RedirectResponse(f"/relecture/{case_id}", 303)
    return RedirectResponse("/relecture", 303)


@router.post("/relecture/{case_id}/messages", response_model=None, dependencies=[Depends(csrf_protect)])
def write(
    request: Request,
    case_id: uuid.UUID,
    person: Staff = Depends(screener),
    at: Office = Depends(office),
    form: Form = Depends(read_form),
) -> Response:
    try:
        send_message(at, person, case_id, form)
    except handling.TextRefused:
        return _show(request, at, person, case_id, form, {"message": faulty(form.get("message"))}, status=422)
    return RedirectResponse(f"/relecture/{case_id}#echanges", 303)


@router.post("/relecture/{case_id}/voix/{voice_id}/messages", response_model=None, dependencies=[Depends(csrf_protect)])
def write_to_voice(
    request: Request,
    case_id: uuid.UUID,
    voice_id: uuid.UUID,
    person: Staff = Depends(screener),
    at: Office = Depends(office),
    form: Form = Depends(read_form),
) -> Response:
    try:
        send_message(at, person, case_id, form, voice_id)
    except handling.TextRefused:
        name = message_field(voice_id)
        return _show(request, at, person, case_id, form, {name: faulty(form.get(name))}, status=422)
    return RedirectResponse(f"/relecture/{case_id}#personne-concernee", 303)


def _ids(texts: list[str]) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(text) for text in texts]
    except ValueError:
        raise HTTPException(400) from None


def _show(
    request: Request,
    at: Office,
    person: Staff,
    case_id: uuid.UUID,
    form: Form | None = None,
    errors: dict[str, str] | None = None,
    *,
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    case = reading.show_to_screener(at.uow, at.desk, person, case_id)
    shown = {name: getattr(case.original, name) for name in screening.MASKABLE}
    return page(
        request,
        "relecture.html",
        status=status,
        case=case,
        typed=shown | (typed or {}),
        staff=person,
        form=form or Form([]),
        errors=errors or {},
        files_to_withhold=[(str(file.file_id), file.name) for file in case.files],
        draw=new_notice_id,
        message_field=message_field,
        longest=LONGEST,
        rerouting=[(str(code), words.implicated(code)) for code in REROUTING if code not in case.original.implicated],
    )
