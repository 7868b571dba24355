"""The referents' pages: their cases in the screened version, prise en charge, dialogue, closing."""

import uuid
from collections.abc import Callable
from contextlib import suppress

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from casework.domain.people import Quality, Staff
from casework.domain.statuses import NotNow, Status
from casework.entrypoints.web import listing
from casework.entrypoints.web.office import Office, handler, new_notice_id, office, signature
from casework.usecases import handling, reading
from casework.usecases.desk import Unreachable
from chassis.i18n import _
from chassis.sealing.notices import LARGEST_TEXT
from chassis.web import Form, csrf_protect, page, read_form

router = APIRouter()
VIEWS: listing.Views = {
    "en-cours": (Status.RELEASED, Status.IN_CHARGE),
    "clos": (Status.CLOSED,),
}
# Characters; French needs fewer than 1.1 bytes each in UTF-8.
LONGEST = 6000


@router.get("/dossiers", response_model=None)
def list_cases(request: Request, person: Staff = Depends(handler), at: Office = Depends(office)) -> Response:
    return listing.show(request, at, person, Quality.HANDLER, VIEWS, "dossiers.html")


@router.get("/dossiers/{case_id}", response_model=None)
def show_case(
    request: Request, case_id: uuid.UUID, person: Staff = Depends(handler), at: Office = Depends(office)
) -> Response:
    return show(request, at, person, case_id)


@router.post("/dossiers/{case_id}/prise-en-charge", response_model=None, dependencies=[Depends(csrf_protect)])
def take_in_charge(case_id: uuid.UUID, person: Staff = Depends(handler), at: Office = Depends(office)) -> Response:
    unless_done(lambda: handling.take_in_charge(at.uow, at.desk, person, case_id))
    return back(case_id)


@router.post("/dossiers/{case_id}/messages", response_model=None, dependencies=[Depends(csrf_protect)])
def write(
    request: Request,
    case_id: uuid.UUID,
    person: Staff = Depends(handler),
    at: Office = Depends(office),
    form: Form = Depends(read_form),
) -> Response:
    try:
        send_message(at, person, case_id, form)
    except handling.TextRefused:
        return show(request, at, person, case_id, form, {"message": faulty(form.get("message"))}, 422)
    return back(case_id, "#echanges")


@router.post("/dossiers/{case_id}/cloture", response_model=None, dependencies=[Depends(csrf_protect)])
def close(
    request: Request,
    case_id: uuid.UUID,
    person: Staff = Depends(handler),
    at: Office = Depends(office),
    form: Form = Depends(read_form),
) -> Response:
    try:
        unless_done(lambda: handling.close(at.uow, at.desk, person, case_id, form.get("explication")))
    except handling.TextRefused:
        return show(request, at, person, case_id, form, {"explication": faulty(form.get("explication"))}, 422)
    return back(case_id)


def send_message(at: Office, person: Staff, case_id: uuid.UUID, form: Form, voice_id: uuid.UUID | None = None) -> None:
    """Send what was typed, under the id that was drawn with the page. Raises TextRefused and NoSuchCase.

    `voice_id`: somebody who joined the case; None for its reporter. A page has no form for who cannot be written to.
    """
    pool = reading.pool_of(at.uow, person, case_id)
    with suppress(Unreachable):
        handling.write_message(
            at.uow,
            at.desk,
            person,
            case_id,
            notice_id=notice_id(form.get("envoi")),
            author=signature(person, pool),
            text=form.get(message_field(voice_id)),
            voice_id=voice_id,
        )


def message_field(voice_id: uuid.UUID | None) -> str:
    """What a message's field is called: one name for each thread of the page."""
    return f"message-{voice_id.hex}" if voice_id else "message"


def notice_id(text: str) -> bytes:
    """The 16 bytes drawn with the page; fresh ones for a page that brings none."""
    try:
        return uuid.UUID(hex=text).bytes
    except ValueError:
        return uuid.uuid4().bytes


def faulty(text: str) -> str:
    """Why a text cannot be sent."""
    if len(text.encode()) > LARGEST_TEXT:
        return _("Ce texte est trop long : raccourcissez-le ou envoyez-le en plusieurs fois.")
    return _("Écrivez un texte avant d’envoyer.")


def show(
    request: Request,
    at: Office,
    person: Staff,
    case_id: uuid.UUID,
    form: Form | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    """The page of a case. `form`, `errors`: what was typed and why it cannot be sent."""
    return page(
        request,
        "dossier.html",
        status=status,
        case=reading.show_to_handler(at.uow, at.desk, person, case_id),
        staff=person,
        vault_url=at.vault_url,
        form=form or Form([]),
        errors=errors or {},
        draw=new_notice_id,
        message_field=message_field,
        longest=LONGEST,
    )


def unless_done(act: Callable[[], None]) -> None:
    """Somebody else did it first, or the button was pressed twice: the page shows how the case stands."""
    try:
        act()
    except NotNow:
        return


def back(case_id: uuid.UUID, place: str = "") -> Response:
    """To the page of a case, once something was done."""
    return RedirectResponse(f"/dossiers/{case_id}{place}", 303)
