"""A witness has a code drawn, to hand over to the person concerned."""

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from chassis.sealing.claims import LIFE
from chassis.sealing.receipts import Receipt
from chassis.web import Form, check_origin, page, read_form
from intake.entrypoints.web.portal import portal
from intake.entrypoints.web.qr import svg
from intake.entrypoints.web.state import StateLost
from intake.entrypoints.web.visits import Visit, ended, visit
from intake.usecases.handing_over import CodeGone, NotAWitness, draw_code, may_hand_over
from intake.usecases.opened import Disputed, open_report
from intake.usecases.sessions import NoSuchReport

router = APIRouter(prefix="/suivi/personne-concernee")

_NOT_DRAWN = "Le code n’a pas été tiré : votre espace s’était refermé. Rouvrez-le et recommencez."
_DISPUTED = "Le remplacement de vos mots est contesté : par prudence, plus aucun code n’est tiré d’ici."
_GONE = "Ce code a déjà été montré et ne compte plus : il a servi, ou un autre l’a remplacé. Vous pouvez en tirer un."


@router.get("")
def concerned_page(request: Request) -> Response:
    current = visit(request)
    return _show(request, current, {}) if current else ended(request)


@router.get("/code")
def no_code() -> Response:
    """The code is shown once: an address kept in a history shows none."""
    return RedirectResponse("/suivi/personne-concernee", status_code=303)


@router.post("/code", dependencies=[Depends(check_origin)])
def draw(request: Request, form: Form = Depends(read_form)) -> Response:
    """Show the code that was drawn with the page. The same page sent again shows the same code, while it counts."""
    here, current = portal(request), visit(request)
    if current is None:
        return ended(request, lost=_NOT_DRAWN)
    current.check(form)
    try:
        [code] = here.words.open(_purpose(current), form.get("etat"))
        handed = draw_code(here.uow, here.keys, current.space, code, here.clock)
    except NotAWitness:
        raise HTTPException(404) from None
    except StateLost:
        return _show(request, current, {"": _NOT_DRAWN})
    except CodeGone:
        return _show(request, current, {"": _GONE})
    except Disputed:
        return _show(request, current, {"": _DISPUTED})
    except NoSuchReport:
        return ended(request)
    link = f"{here.settings.public_url}/reprendre"
    return page(
        request,
        "code.html",
        words=code.words,
        link=link,
        qr=svg(link, sturdy=True),
        until=handed.until,
        again=handed.again,
    )


def _show(request: Request, current: Visit, errors: dict[str, str]) -> Response:
    here = portal(request)
    try:
        opened = open_report(here.uow, here.keys, current.space)
    except NoSuchReport:
        return ended(request)
    if not may_hand_over(opened):
        raise HTTPException(404)
    return page(
        request,
        "personne_concernee.html",
        status=422 if errors else 200,
        etat=here.words.seal(_purpose(current), Receipt.draw()),
        drawn=opened.codes[-1].at if opened.codes else None,
        days=LIFE,
        token=current.token,
        errors=errors,
    )


def _purpose(current: Visit) -> str:
    """A code drawn with a page of one space counts in no other."""
    return f"code/1/{current.space.lookup_id.hex()}"
