"""The follow-up space: eight words open it, for fifteen minutes."""

import secrets
from functools import partial

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from chassis.sealing.claims import REPORTER, VICTIM
from chassis.sealing.receipts import NotAReceipt
from chassis.web import Form, check_origin, page, read_form
from intake.entrypoints.web.agreements import agreement_lines, incidents
from intake.entrypoints.web.key import replaced_words
from intake.entrypoints.web.portal import Portal, portal
from intake.entrypoints.web.review import summary
from intake.entrypoints.web.visits import (
    SPACE,
    Visit,
    ended,
    form_number,
    receipt_fault,
    session_of,
    set_cookie,
    typed_receipt,
    visit,
)
from intake.entrypoints.web.wording import CONTACTS, DECISIONS, recap, status_words
from intake.usecases.consenting import OPEN
from intake.usecases.deciding import decision_of
from intake.usecases.dialogue import LONGEST_MESSAGE, view_space, write_message
from intake.usecases.envelopes import TooLong
from intake.usecases.handing_over import may_hand_over
from intake.usecases.keys import KeysUnavailable
from intake.usecases.looking import look
from intake.usecases.sessions import LENGTH, NoSuchReport, Space, open_session, quit_session

router = APIRouter(prefix="/suivi")


@router.get("")
def receipt_form(request: Request) -> Response:
    return page(request, "suivi.html", errors={})


@router.post("", dependencies=[Depends(check_origin)])
def open_space(request: Request, form: Form = Depends(read_form)) -> Response:
    """Open the space of a receipt. What was typed wrong is never shown again nor kept."""
    here = portal(request)
    try:
        session = open_session(here.uow, here.pepper, typed_receipt(form), here.clock, here.ends)
    except (NotAReceipt, NoSuchReport) as error:
        if isinstance(error, NoSuchReport) and (told := replaced_words(request, form)):
            return told
        fault = receipt_fault(here, error, form.get("recepisse"))
        return page(request, "suivi.html", status=422, errors={"recepisse": fault})
    response = RedirectResponse(SPACE, status_code=303)
    set_cookie(response, here, session.text, int(LENGTH.total_seconds()))
    return response


@router.get("/espace")
def space(request: Request) -> Response:
    here = visit(request)
    return _show(request, here, {}, "") if here else ended(request)


@router.post("/message", dependencies=[Depends(check_origin)])
def message(request: Request, form: Form = Depends(read_form)) -> Response:
    here = visit(request)
    if here is None:
        return ended(request, typed=form.get("message"))
    here.check(form)
    text = form.get("message").strip()
    errors = _send(portal(request), here.space, form, text)
    if errors:
        return _show(request, here, errors, text)
    return RedirectResponse(f"{SPACE}#messages", status_code=303)


@router.post("/quitter", dependencies=[Depends(check_origin)])
def leave(request: Request, form: Form = Depends(read_form)) -> Response:
    here, session = portal(request), session_of(request)
    if session is not None and (open_visit := visit(request)):
        open_visit.check(form)
    quit_session(here.uow, session)
    response = RedirectResponse("/suivi/ferme", status_code=303)
    set_cookie(response, here, "", 0)
    return response


@router.get("/ferme")
def closed(request: Request) -> Response:
    return page(request, "ferme.html")


def _send(here: Portal, opened: Space, form: Form, text: str) -> dict[str, str]:
    """Send one message; answer what went wrong. The form's number makes a second click the same message."""
    if not text:
        return {"message": "Écrivez votre message avant de l’envoyer."}
    if len(text) > LONGEST_MESSAGE:
        return {"message": f"Ce message compte {len(text)} caractères ; il peut en compter {LONGEST_MESSAGE} au plus."}
    try:
        write_message(here.uow, here.keys, opened, form_number(form), text, here.clock)
    except (KeysUnavailable, NoSuchReport):
        return {"message": "Votre message ne peut pas partir en ce moment. Gardez cette page ouverte et réessayez."}
    except TooLong:
        return {"message": "Ce message est trop long. Vous pouvez l’envoyer en deux fois."}
    return {}


def _show(request: Request, current: Visit, errors: dict[str, str], text: str) -> Response:
    here = portal(request)
    try:
        opened, view = view_space(here.uow, here.keys, current.space, here.clock)
    except NoSuchReport:
        return ended(request)
    asked = here.consents.requests(opened, current.space)
    seen = look(here.vault, here.keys, opened, here.clock)
    return page(
        request,
        "espace.html",
        status=422 if errors else 200,
        view=view,
        opened=opened,
        waiting=[one for one in asked if one.state == OPEN],
        agreements=agreement_lines(asked, seen, here.clock.now()),
        incidents=incidents(seen),
        vault_away=seen.away,
        contact=CONTACTS.get(seen.contact, ""),
        # Of a witness's report its presumed victim sees nothing.
        lines=summary(recap(view.copy.answers)) if view.copy.HasField("answers") else [],
        words_for=partial(status_words, view.copy.role),
        victim=view.copy.role == VICTIM,
        oral=view.copy.role == REPORTER,
        may_hand_over=may_hand_over(opened),
        decision=DECISIONS[decision_of(opened)] if view.copy.role == VICTIM else ("", ""),
        token=current.token,
        number=secrets.token_hex(16),
        longest=LONGEST_MESSAGE,
        errors=errors,
        typed=text,
    )
