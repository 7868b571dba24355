"""A request for the reporter's identity: read in full, then accepted, refused, taken back or brought forward."""

from collections.abc import Callable

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from chassis.sealing.receipts import NotAReceipt
from chassis.sealing.statements import text_hash
from chassis.web import Form, check_origin, page, read_form
from intake.domain.days import length_in_words
from intake.entrypoints.web.agreements import EFFECTIVE, PENDING, agreement_line, details
from intake.entrypoints.web.portal import portal
from intake.entrypoints.web.visits import AGAIN, Visit, ended, receipt_fault, typed_receipt, visit
from intake.usecases.consenting import OPEN, CannotAnswer, NoName, NoSuchRequest, TextChanged
from intake.usecases.keys import KeysUnavailable
from intake.usecases.looking import look
from intake.usecases.opened import Disputed
from intake.usecases.proving import WrongReceipt
from intake.usecases.sessions import NoSuchReport

router = APIRouter(prefix="/suivi/demande")

_LOST = "Votre réponse n’est pas partie : votre espace s’était refermé. Rouvrez-le, la demande vous y attend."
_FAULTS = {
    CannotAnswer: "La réponse à cette demande ne peut plus être celle-là. Voici où elle en est.",
    Disputed: "Le remplacement de vos mots est contesté : par prudence, plus rien ne peut être accepté d’ici.",
    NoName: "Vous n’avez pas confié votre nom : il n’y aurait rien à montrer. Vous pouvez le donner d’abord.",
    TextChanged: "Le texte de l’accord a changé depuis que vous l’avez lu. Relisez-le avant d’accepter.",
}


@router.get("/{handle}")
def request_page(request: Request, handle: str) -> Response:
    current = visit(request)
    return _show(request, current, handle, {}) if current else ended(request)


@router.post("/{handle}/accepter", dependencies=[Depends(check_origin)])
def agree(request: Request, handle: str, form: Form = Depends(read_form)) -> Response:
    """Sign the agreement with the eight words."""

    def sign(current: Visit) -> bool:
        receipt = typed_receipt(form, "recepisse")
        return portal(request).consents.agree(current.space, handle, receipt, form.get("lu"))

    return _do(request, handle, form, sign, "recepisse")


@router.post("/{handle}/refuser", dependencies=[Depends(check_origin)])
def refuse(request: Request, handle: str, form: Form = Depends(read_form)) -> Response:
    """Say no; nothing is signed."""
    return _do(request, handle, form, lambda current: portal(request).consents.refuse(current.space, handle))


@router.post("/{handle}/reprendre", dependencies=[Depends(check_origin)])
def withdraw(request: Request, handle: str, form: Form = Depends(read_form)) -> Response:
    """Take the agreement back."""

    def sign(current: Visit) -> bool:
        return portal(request).consents.withdraw(current.space, handle, typed_receipt(form, "retrait"))

    return _do(request, handle, form, sign, "retrait")


@router.post("/{handle}/avancer", dependencies=[Depends(check_origin)])
def hasten(request: Request, handle: str, form: Form = Depends(read_form)) -> Response:
    """Let the agreement take effect at once."""

    def sign(current: Visit) -> bool:
        return portal(request).consents.hasten(current.space, handle, typed_receipt(form, "avance"))

    return _do(request, handle, form, sign, "avance")


def _do(request: Request, handle: str, form: Form, act: Callable[[Visit], bool], field: str = "") -> Response:
    """Do one thing with a request; show what went wrong, or where it stands now."""
    current = visit(request)
    if current is None:
        return ended(request, lost=_LOST)
    current.check(form)
    try:
        act(current)
    except (NotAReceipt, WrongReceipt) as error:
        return _show(request, current, handle, {field: receipt_fault(portal(request), error, form.get(field))})
    except (CannotAnswer, Disputed, NoName, TextChanged) as error:
        return _show(request, current, handle, {"": _FAULTS[type(error)]})
    except KeysUnavailable:
        return _show(request, current, handle, {"": AGAIN}, status=503)
    except NoSuchRequest:
        raise HTTPException(404) from None
    except NoSuchReport:
        return ended(request)
    return RedirectResponse(f"/suivi/demande/{handle}", status_code=303)


def _show(request: Request, current: Visit, handle: str, errors: dict[str, str], *, status: int = 422) -> Response:
    here = portal(request)
    try:
        opened, asked = here.consents.find(current.space, handle)
    except NoSuchRequest:
        raise HTTPException(404) from None
    except NoSuchReport:
        return ended(request)
    seen = look(here.vault, here.keys, opened, here.clock)
    line = agreement_line(asked, seen, here.clock.now())
    return page(
        request,
        "demande.html",
        status=status if errors else 200,
        asked=asked,
        line=line,
        rows=details(asked),
        open=asked.state == OPEN,
        named=opened.named,
        may_withdraw=line.state in (PENDING, EFFECTIVE),
        may_hasten=line.state == PENDING and asked.state == "agreed",
        delay=length_in_words(here.consents.delay),
        shown=text_hash(asked.sentence).hex(),
        vault_away=seen.away,
        token=current.token,
        errors=errors,
    )
