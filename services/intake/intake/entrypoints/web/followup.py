"""The follow-up space: eight words open it, for fifteen minutes."""

import hashlib
import hmac
import re
import secrets

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from chassis.sealing.receipts import LENGTH as RECEIPT_LENGTH
from chassis.sealing.receipts import NotAReceipt, Receipt
from chassis.web import Form, check_origin, page, read_form
from intake.domain.avdhas import AVDHAS
from intake.entrypoints.web.portal import Portal, portal
from intake.entrypoints.web.review import summary
from intake.entrypoints.web.wording import STATUSES, recap
from intake.usecases.dialogue import LONGEST_MESSAGE, view_space, write_message
from intake.usecases.envelopes import TooLong
from intake.usecases.keys import KeysUnavailable
from intake.usecases.sessions import LENGTH, NoSuchReport, SessionKey, Space, open_session, quit_session, resume

router = APIRouter(prefix="/suivi")

_SPACE = "/suivi/espace"


@router.get("")
def receipt_form(request: Request) -> Response:
    return page(request, "suivi.html", errors={})


@router.post("", dependencies=[Depends(check_origin)])
def open_space(request: Request, form: Form = Depends(read_form)) -> Response:
    """Open the space of a receipt. What was typed wrong is never shown again nor kept."""
    here = portal(request)
    try:
        receipt = Receipt.parse(form.get("recepisse"))
        session = open_session(here.uow, here.pepper, receipt, here.clock, here.ends)
    except (NotAReceipt, NoSuchReport) as error:
        here.brake.failed()
        return page(request, "suivi.html", status=422, errors={"recepisse": _fault(error, form.get("recepisse"))})
    response = RedirectResponse(_SPACE, status_code=303)
    _set_cookie(response, here, session.text, int(LENGTH.total_seconds()))
    return response


@router.get("/espace")
def space(request: Request) -> Response:
    session, opened = _opened(request)
    if session is None or opened is None:
        return _ended(request)
    return _show(request, session, opened, {}, "")


@router.post("/message", dependencies=[Depends(check_origin)])
def message(request: Request, form: Form = Depends(read_form)) -> Response:
    session, opened = _opened(request)
    if session is None or opened is None:
        return _ended(request, typed=form.get("message"))
    _check_token(session, form)
    text = form.get("message").strip()
    errors = _send(portal(request), opened, form.get("numero"), text)
    if errors:
        return _show(request, session, opened, errors, text)
    return RedirectResponse(f"{_SPACE}#messages", status_code=303)


@router.post("/quitter", dependencies=[Depends(check_origin)])
def leave(request: Request, form: Form = Depends(read_form)) -> Response:
    here = portal(request)
    session = _session(request)
    if session is not None:
        _check_token(session, form)
    quit_session(here.uow, session)
    response = RedirectResponse("/suivi/ferme", status_code=303)
    _set_cookie(response, here, "", 0)
    return response


@router.get("/ferme")
def closed(request: Request) -> Response:
    return page(request, "ferme.html")


def _send(here: Portal, opened: Space, number: str, text: str) -> dict[str, str]:
    """Send one message; answer what went wrong. `number` makes a second click the same message."""
    if not text:
        return {"message": "Écrivez votre message avant de l’envoyer."}
    if len(text) > LONGEST_MESSAGE:
        return {"message": f"Ce message compte {len(text)} caractères ; il peut en compter {LONGEST_MESSAGE} au plus."}
    try:
        write_message(here.uow, here.keys, opened, _number(number), text, here.clock)
    except (KeysUnavailable, NoSuchReport):
        return {"message": "Votre message ne peut pas partir en ce moment. Gardez cette page ouverte et réessayez."}
    except TooLong:
        return {"message": "Ce message est trop long. Vous pouvez l’envoyer en deux fois."}
    return {}


def _show(request: Request, session: SessionKey, opened: Space, errors: dict[str, str], text: str) -> Response:
    here = portal(request)
    try:
        view = view_space(here.uow, here.keys, opened, here.clock)
    except NoSuchReport:
        return _ended(request)
    return page(
        request,
        "espace.html",
        status=422 if errors else 200,
        view=view,
        lines=summary(recap(view.copy.answers)),
        questionnaire=AVDHAS.version,
        statuses=STATUSES,
        token=_token(session),
        number=secrets.token_hex(16),
        longest=LONGEST_MESSAGE,
        errors=errors,
        typed=text,
    )


def _ended(request: Request, typed: str = "") -> Response:
    """The session is over. A message that was being written is given back in the page."""
    return page(request, "fini.html", status=403 if typed else 200, typed=typed)


def _fault(error: NotAReceipt | NoSuchReport, typed: str) -> str:
    if isinstance(error, NoSuchReport):
        return "Aucun signalement ne s’ouvre avec ces huit mots. Vérifiez leur ordre et leur orthographe."
    count = len(re.findall(r"[^\W\d_]+", typed))
    if count != RECEIPT_LENGTH:
        return f"Le récépissé compte huit mots ; vous en avez écrit {count}. Séparez-les par des espaces."
    places = ", ".join(str(place) for place in error.faults)
    return f"À revoir : mot n° {places}. Les accents et les majuscules ne comptent pas."


def _opened(request: Request) -> tuple[SessionKey | None, Space | None]:
    here = portal(request)
    session = _session(request)
    return session, resume(here.uow, session, here.clock)


def _session(request: Request) -> SessionKey | None:
    return SessionKey.parse(request.cookies.get(_cookie(portal(request)), ""))


def _cookie(here: Portal) -> str:
    return "__Host-suivi" if here.settings.cookie_secure else "suivi"


def _set_cookie(response: Response, here: Portal, value: str, seconds: int) -> None:
    response.set_cookie(
        _cookie(here),
        value,
        max_age=seconds,
        path="/",
        secure=here.settings.cookie_secure,
        httponly=True,
        samesite="strict",
    )


def _token(session: SessionKey) -> str:
    return hmac.new(session.key, b"paravent/follow-up/csrf", hashlib.sha256).hexdigest()


def _check_token(session: SessionKey, form: Form) -> None:
    if not hmac.compare_digest(form.get("jeton").encode(), _token(session).encode()):
        raise HTTPException(403)


def _number(text: str) -> bytes:
    try:
        number = bytes.fromhex(text)
    except ValueError:
        raise HTTPException(400) from None
    if len(number) != 16:
        raise HTTPException(400)
    return number
