"""Asking to be called by a psychologist: one form, one confirmation, nothing kept."""

import hashlib
import secrets
from datetime import date

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from chassis.web import Form, check_origin, page, read_form
from intake.domain.call_backs import MEANS, OpenDay, open_days, phone_digits
from intake.domain.members import Member
from intake.entrypoints.web.brake import UsedUp
from intake.entrypoints.web.portal import Portal, portal
from intake.usecases.call_back import ask_to_be_called
from intake.usecases.keys import KeysUnavailable

router = APIRouter(prefix="/ecoute")

_TICKET = 16
_AWAY = "Votre demande ne peut pas partir en ce moment. Gardez cette page ouverte et réessayez."
_TOO_MANY = "Trop de demandes de rappel arrivent en ce moment : la vôtre n’est pas partie. Réessayez dans une heure."


@router.get("/rappel")
def no_form() -> Response:
    """An address typed or kept in a history leads to the start: the employer is not known."""
    return RedirectResponse("/", status_code=303)


@router.post("/rappel", dependencies=[Depends(check_origin)])
def call_back(request: Request, form: Form = Depends(read_form)) -> Response:
    """First the empty form, for a member; then what was typed. A reload is the same wish; another hour, another one."""
    here = portal(request)
    member = here.directory.by_id(form.get("membre"))
    if member is None or not member.accepts(here.clock.now()):
        return RedirectResponse("/ou-s-adresser", status_code=303)
    days = open_days(here.clock.now())
    if "ticket" not in form:
        return _show(request, member, days, Form([]), secrets.token_hex(_TICKET), {})
    ticket = _ticket(form.get("ticket"))
    if errors := _faults(form, days):
        return _show(request, member, days, form, ticket.hex(), errors)
    try:
        _ask(here, member, form, ticket)
    except KeysUnavailable:
        return _show(request, member, days, form, ticket.hex(), {"": _AWAY})
    except UsedUp:
        return _show(request, member, days, form, ticket.hex(), {"": _TOO_MANY}, status=429)
    day, hour = date.fromisoformat(form.get("jour")), int(form.get("heure"))
    return page(request, "rappel_note.html", member=member, day=day, hour=hour, means=form.get("moyen"))


def _ask(here: Portal, member: Member, form: Form, ticket: bytes) -> None:
    """Raises KeysUnavailable and UsedUp."""
    phone, means = phone_digits(form.get("telephone")), form.get("moyen")
    day, hour = date.fromisoformat(form.get("jour")), int(form.get("heure"))
    wish = _wish(ticket, member.cdg_id, phone, day.isoformat(), str(hour), means)
    with here.call_backs.spend(member.cdg_id, wish) as new:
        if new:
            ask_to_be_called(
                here.uow,
                here.keys,
                ticket=wish,
                phone=phone,
                cdg_id=member.cdg_id,
                day=day,
                hour=hour,
                means=means,
                now=here.clock.now(),
            )


def _wish(ticket: bytes, *parts: str) -> bytes:
    """What tells one wish from another: the page's ticket and what was typed."""
    return hashlib.sha256(b"\0".join([ticket, *(part.encode() for part in parts)])).digest()[:_TICKET]


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
    request: Request,
    member: Member,
    days: list[OpenDay],
    form: Form,
    ticket: str,
    errors: dict[str, str],
    *,
    status: int = 422,
) -> Response:
    hours = sorted({hour for each in days for hour in each.hours})
    return page(
        request,
        "rappel.html",
        status=status if errors else 200,
        member=member,
        used_up=status == 429,
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
