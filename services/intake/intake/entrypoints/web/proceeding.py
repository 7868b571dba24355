"""The presumed victim's agreement, in their follow-up space: where it stands, taken back, given after all."""

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from chassis.sealing.statements import text_hash
from chassis.web import Form, check_origin, page, read_form
from intake.domain.proceeding import AGREED, WITHDRAWN, following, sentence
from intake.entrypoints.web.portal import portal
from intake.entrypoints.web.visits import AGAIN, Visit, ended, visit
from intake.entrypoints.web.wording import DECISIONS
from intake.usecases.consenting import TextChanged
from intake.usecases.deciding import CannotDecide, NotConcerned, decide, decision_of
from intake.usecases.keys import KeysUnavailable
from intake.usecases.opened import Disputed, open_report
from intake.usecases.sessions import NoSuchReport

router = APIRouter(prefix="/suivi/accord")

_PAGE = "/suivi/accord"
_LOST = "Votre réponse n’est pas partie : votre espace s’était refermé. Rouvrez-le et recommencez."
_FAULTS = {
    CannotDecide: "Cette réponse ne peut plus être donnée. Voici où vous en êtes.",
    Disputed: "Le remplacement de vos mots est contesté : par prudence, plus rien ne peut être accepté d’ici.",
    TextChanged: "Le texte a changé depuis que vous l’avez lu. Relisez-le avant de répondre.",
}


@router.get("")
def agreement_page(request: Request) -> Response:
    current = visit(request)
    return _show(request, current, {}) if current else ended(request)


@router.post("", dependencies=[Depends(check_origin)])
def answer(request: Request, form: Form = Depends(read_form)) -> Response:
    """Take the agreement back, or give it. A second click is the same answer."""
    here, current = portal(request), visit(request)
    if current is None:
        return ended(request, lost=_LOST)
    current.check(form)
    decision = form.get("decision")
    if decision not in (AGREED, WITHDRAWN):
        raise HTTPException(400)
    try:
        decide(here.uow, here.keys, current.space, decision, form.get("lu"), here.clock)
    except NotConcerned:
        raise HTTPException(404) from None
    except (CannotDecide, Disputed, TextChanged) as error:
        return _show(request, current, {"": _FAULTS[type(error)]})
    except KeysUnavailable:
        return _show(request, current, {"": AGAIN}, status=503)
    except NoSuchReport:
        return ended(request)
    return RedirectResponse(_PAGE, status_code=303)


def _show(request: Request, current: Visit, errors: dict[str, str], *, status: int = 422) -> Response:
    here = portal(request)
    try:
        opened = open_report(here.uow, here.keys, current.space)
        last = decision_of(opened)
    except NoSuchReport:
        return ended(request)
    except NotConcerned:
        raise HTTPException(404) from None
    words = sentence(following(last), opened.copy.member_name)
    return page(
        request,
        "accord.html",
        status=status if errors else 200,
        state=DECISIONS[last],
        agreed=last == AGREED,
        decided_at=opened.decisions[-1].at,
        following=following(last),
        sentence=words,
        shown=text_hash(words).hex(),
        token=current.token,
        errors=errors,
    )
