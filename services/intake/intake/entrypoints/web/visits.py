"""A visit to the follow-up space: the cookie that keeps it open, the token of its forms, the words when it is over."""

import hashlib
import hmac
import re
from dataclasses import dataclass

from fastapi import HTTPException, Request, Response

from chassis.sealing.receipts import LENGTH as RECEIPT_LENGTH
from chassis.sealing.receipts import NotAReceipt, Receipt
from chassis.web import Form, page
from intake.entrypoints.web.portal import Portal, portal
from intake.usecases.proving import WrongReceipt
from intake.usecases.sessions import NoSuchReport, SessionKey, Space, resume

SPACE = "/suivi/espace"
AGAIN = "Le service ne peut pas le faire en ce moment. Rien n’est perdu : gardez cette page ouverte et réessayez."


@dataclass(frozen=True, slots=True)
class Visit:
    """An open space, and the session that opened it."""

    session: SessionKey
    space: Space

    @property
    def token(self) -> str:
        """What a form of this visit holds, so that no other site can send it."""
        return hmac.new(self.session.key, b"paravent/follow-up/csrf", hashlib.sha256).hexdigest()

    def check(self, form: Form) -> None:
        """Refuse a form that this visit did not make (403)."""
        if not hmac.compare_digest(form.get("jeton").encode(), self.token.encode()):
            raise HTTPException(403)


def visit(request: Request) -> Visit | None:
    """The visit that this request belongs to; None when it is over."""
    here = portal(request)
    session = session_of(request)
    space = resume(here.uow, session, here.clock)
    return Visit(session, space) if session and space else None


def ended(request: Request, *, typed: str = "", lost: str = "") -> Response:
    """The visit is over. A message being written is given back; `lost` says what was not done. A receipt never is."""
    return page(request, "fini.html", status=403 if typed or lost else 200, typed=typed, lost=lost)


def session_of(request: Request) -> SessionKey | None:
    return SessionKey.parse(request.cookies.get(_cookie(portal(request)), ""))


def set_cookie(response: Response, here: Portal, value: str, seconds: int) -> None:
    response.set_cookie(
        _cookie(here),
        value,
        max_age=seconds,
        path="/",
        secure=here.settings.cookie_secure,
        httponly=True,
        samesite="strict",
    )


def typed_receipt(form: Form, field: str = "recepisse") -> Receipt:
    """The eight words typed again to sign. Raises NotAReceipt."""
    return Receipt.parse(form.get(field))


def receipt_fault(here: Portal, error: Exception, typed: str) -> str:
    """What to say of words that do not do; counts the failure. What was typed is never shown again nor kept."""
    here.brake.failed()
    if isinstance(error, WrongReceipt):
        return "Ces huit mots ne sont pas ceux de ce signalement. Vérifiez leur ordre et leur orthographe."
    if isinstance(error, NoSuchReport):
        return "Aucun signalement ne s’ouvre avec ces huit mots. Vérifiez leur ordre et leur orthographe."
    return words_fault(error, typed, "Le récépissé")


def words_fault(error: Exception, typed: str, what: str) -> str:
    """What to say of something that is not eight words of the list."""
    count = len(re.findall(r"[^\W\d_]+", typed))
    if count != RECEIPT_LENGTH:
        return f"{what} compte huit mots ; vous en avez écrit {count}. Séparez-les par des espaces."
    places = ", ".join(str(place) for place in (error.faults if isinstance(error, NotAReceipt) else ()))
    return f"À revoir : mot n° {places}. Les accents et les majuscules ne comptent pas."


def form_number(form: Form) -> bytes:
    """The 16 random bytes that make a second click the same act. Refuses anything else (400)."""
    try:
        number = bytes.fromhex(form.get("numero"))
    except ValueError:
        raise HTTPException(400) from None
    if len(number) != 16:
        raise HTTPException(400)
    return number


def _cookie(here: Portal) -> str:
    return "__Host-suivi" if here.settings.cookie_secure else "suivi"
