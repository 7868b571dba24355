"""Asking to be called by a psychologist: one form, one confirmation, nothing kept."""

import secrets
from datetime import date

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from chassis.clock import paris_day
from chassis.web import Form, check_origin, page, read_form
from intake.domain.call_backs import MEANS, OpenDay, open_days, phone_digits
from intake.domain.members import Member
from intake.entrypoints.web.portal import Portal, portal
from intake.usecases.call_back import ask_to_be_called
from intake.usecases.keys import KeysUnavailable

router = APIRouter(prefix="/ecoute")

_TICKET = 16


@router.get("/rappel")
def no_form() -> Response:
    """An address typed or kept in a history leads to the start: the employer is not known."""
    return RedirectResponse("/", status_code=303)


@router.post("/rappel", dependencies=[Depends(check_origin)])
def call_back(request: Request, form: Form = Depends(read_form)) -> Response:
    """First the empty form, for a member; then what was typed. A reload is the same wish."""
    here = portal(request)
    member = here.directory.by_id(form.get("membre"))
    if member is None or not member.accepts(paris_day(here.clock.now())):
        return RedirectResponse("/ou-s-adresser", status_code=303)
    days = open_days(here.clock.now())
    if "ticket" not in form:
        return _show(request, member, days, Form([]), secrets.token_hex(_TICKET), {})
    ticket = _ticket(form.get("ticket"))
    errors = _faults(form, days)
    if not errors:
        errors = _ask(here, member, form, ticket)
    if errors:
        return _show(request, member, days, form, ticket.hex(), errors)
    day, hour = date.fromisoformat(form.get("jour")), int(form.get("heure"))
    return page(request, "rappel_note.html", member=member, day=day, hour=hour, means=form.get("moyen"))


def _ask(here: Portal, member: Member, form: Form, ticket: bytes) -> dict[str, str]:
    try:
        ask_to_be_called(
            here.uow,
            here.keys,
            ticket=ticket,
            phone=phone_digits(form.get("telephone")),
            cdg_id=member.cdg_id,
            day=date.fromisoformat(form.get("jour")),
            hour=int(form.get("heure")),
            means=form.get("moyen"),
            now=here.clock.now(),
        )
    except KeysUnavailable:
        return {"": "Votre demande ne peut pas partir en ce moment. Gardez cette page ouverte et réessayez."}
    return {}


def _faults(form: Form, days: list[OpenDay]) -> dict[str, str]:
    faults: dict[str, str] = {}
    if form.get("moyen") not in MEANS:
        faults["moyen"] = "Choisissez comment vous voulez être appelé·e."
    if not phone_digits(form.get("telephone")):
        faults["telephone"] = "Écrivez un numéro de téléphone, par exemple 06 39 98 00 01."
    offered = {each.day.isoformat(): each.hours for each in days}
    if form.get("jour") not in offered:
        faults["jour"] = "Choisissez un jour de la liste."
    elif form.get("heure") not in map(str, offered[form.get("jour")]):
        faults["heure"] = "Cette heure n’est pas possible ce jour-là. Choisissez-en une autre."
    return faults


def _show(
    request: Request, member: Member, days: list[OpenDay], form: Form, ticket: str, errors: dict[str, str]
) -> Response:
    hours = sorted({hour for each in days for hour in each.hours})
    return page(
        request,
        "rappel.html",
        status=422 if errors else 200,
        member=member,
        days=[each.day for each in days],
        hours=hours,
        form=form,
        ticket=ticket,
        errors=errors,
    )


def _ticket(text: str) -> bytes:
    try:
        ticket = bytes.fromhex(text)
    except ValueError:
        raise HTTPException(400) from None
    if len(ticket) != _TICKET:
        raise HTTPException(400)
    return ticket
