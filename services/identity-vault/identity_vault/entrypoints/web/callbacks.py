"""The listeners' page: who asked to be called and when; the number, at the hour, to one listener."""

from contextlib import suppress
from datetime import datetime

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from chassis.web import Form, csrf_protect, page, read_form
from identity_vault.entrypoints.web.office import id_token
from identity_vault.entrypoints.web.words import day
from identity_vault.usecases.listening import CourierAway, Desk, Gone, NotForYou, TooEarly

router = APIRouter(prefix="/rappels")

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
# (title, words, status) for what cannot be shown.
_REFUSALS: dict[type[Exception], tuple[str, str, int]] = {
    NotForYou: (
        "Cette page est celle des écoutants",
        "Votre compte n’est pas inscrit parmi les personnes qui rappellent. Si c’est une erreur, dites-le au centre "
        "de gestion.",
        403,
    ),
    Gone: (
        "Ce rappel n’est plus à faire",
        "Une autre personne de l’écoute l’a pris, l’appel est terminé, ou son heure est passée. Le numéro ne peut plus "
        "être montré.",
        410,
    ),
    TooEarly: (
        "Il est trop tôt",
        "Le numéro se montre à partir de cinq minutes avant l’heure demandée.",
        409,
    ),
    CourierAway: (
        "La liste des rappels ne répond pas",
        "Rien n’est perdu. Recommencez dans quelques minutes.",
        503,
    ),
}


def desk(request: Request) -> Desk:
    """Dependency: the listeners' desk. Without a courier there is no such page."""
    found: Desk | None = request.app.state.desk
    if found is None:
        raise HTTPException(404)
    return found


@router.get("", response_model=None)
def waiting(request: Request, token: str = Depends(id_token), at: Desk = Depends(desk)) -> Response:
    return page(request, "rappels.html", tickets=at.call_backs.list(token))


@router.post("/numero", response_model=None, dependencies=[Depends(csrf_protect)])
def take(
    request: Request, token: str = Depends(id_token), form: Form = Depends(read_form), at: Desk = Depends(desk)
) -> Response:
    """The number. From now on no other listener sees this call-back."""
    handle = form.get("poignee")
    phone = at.call_backs.take(token, handle)
    return page(request, "rappel.html", phone=phone, handle=handle, means=form.get("moyen"))


@router.post("/fini", response_model=None, dependencies=[Depends(csrf_protect)])
def finish(token: str = Depends(id_token), form: Form = Depends(read_form), at: Desk = Depends(desk)) -> Response:
    """The call is over: the number is forgotten. One that is gone already is no error."""
    with suppress(Gone):
        at.call_backs.finish(token, form.get("poignee"))
    return RedirectResponse("/rappels", 303)


def refused(request: Request, error: Exception) -> Response:
    """Answer what the courier refused."""
    title, words, status = _REFUSALS[type(error)]
    return page(request, "rappel_refus.html", status=status, title=title, words=words)


def hour_in_words(text: str) -> str:
    """« mardi 24 novembre 2026, entre 14 h et 15 h », from "2026-11-24T14"."""
    start = datetime.strptime(text, "%Y-%m-%dT%H")  # noqa: DTZ007 (a civil hour in Paris, not an instant)
    return f"{_DAYS[start.weekday()]} {day(start.date())}, entre {start.hour} h et {start.hour + 1} h"


def attach(app: FastAPI, at: Desk | None) -> None:
    """Add these pages to the vault's. `at`: None where no courier is told of; then there are none."""
    app.state.desk = at
    listeners = at.listeners if at else frozenset()
    app.state.web.templates.filters["call_hour"] = hour_in_words
    app.state.web.templates.globals["is_listener"] = lambda person: (person.issuer, person.subject) in listeners
    for kind in _REFUSALS:
        app.add_exception_handler(kind, refused)
    app.include_router(router)
