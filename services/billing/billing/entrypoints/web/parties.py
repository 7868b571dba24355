"""A member's file: changing it, writing to its correspondent; and the groupement, to read."""

import uuid

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from billing.domain.faults import Refused
from billing.domain.kinds import LABELS
from billing.domain.member_edit import TypedMember
from billing.domain.parties import BillingAddress, Manager
from billing.domain.places import TIME_ZONES
from billing.entrypoints.web import typed, words_parties
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.office import Office, office
from billing.usecases import members as usecases
from billing.usecases.habilitations import Unknown
from billing.wording import phone, siren
from chassis.web import Form, csrf_protect, page, read_form

router = APIRouter()
_PROTECTED = [Depends(csrf_protect)]
_ADDRESS = ("street", "postcode", "city", "service_code", "engagement")
_CONTACT = ("name", "function", "email", "phone")


@router.get("/membres/{member_id}/modifier", response_model=None)
def show(
    request: Request, member_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)
) -> Response:
    """The file, to change."""
    found = _particulars(member_id, manager, office)
    return _form(request, found, _filled(found), {})


@router.post("/membres/{member_id}/modifier", response_model=None, dependencies=_PROTECTED)
def change(
    request: Request,
    member_id: uuid.UUID,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Write it back, or show what is wrong with it."""
    try:
        usecases.edit(office.uow, manager, member_id, _typed(form), office.clock)
    except Unknown:
        raise HTTPException(404) from None
    except Refused as refused:
        found = _particulars(member_id, manager, office)
        values = {name: form.get(name) for name in _filled(found)}
        return _form(request, found, values, words_parties.edit_errors(refused.faults))
    return RedirectResponse(f"/membres/{member_id}?fait=modifiee", 303)


@router.post("/membres/{member_id}/lien", response_model=None, dependencies=_PROTECTED)
def send_link(member_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """Mail the correspondent a link to the member's space."""
    try:
        usecases.send_link(office.uow, manager, member_id, office.clock)
    except Unknown:
        raise HTTPException(404) from None
    except usecases.NobodyToWriteTo:
        return RedirectResponse(f"/membres/{member_id}/modifier#contact_name", 303)
    return RedirectResponse(f"/membres/{member_id}?fait=lien", 303)


@router.get("/membres/{member_id}/correspondant/retirer", response_model=None)
def ask_to_remove(
    request: Request, member_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)
) -> Response:
    """Who is removed, and what follows."""
    return _removal(request, _particulars(member_id, manager, office))


@router.post("/membres/{member_id}/correspondant/retirer", response_model=None, dependencies=_PROTECTED)
def remove(
    request: Request,
    member_id: uuid.UUID,
    form: Form = Depends(read_form),
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
) -> Response:
    """Nobody is written to from now on."""
    meant = typed.identifier(form.get("personne"))
    try:
        usecases.remove_correspondent(office.uow, manager, member_id, meant, office.clock)
    except Unknown:
        raise HTTPException(404) from None
    except usecases.Replaced:
        return _removal(request, _particulars(member_id, manager, office), replaced=True)
    return RedirectResponse(f"/membres/{member_id}?fait=sans-correspondant", 303)


@router.get("/groupement", response_model=None)
def groupement(request: Request, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """Who buys together, from whom, until when, and what stands on this CdG's invoices."""
    return page(request, "groupement.html", seen=usecases.grouped(office.uow, manager, office.clock))


def _removal(request: Request, found: usecases.Particulars, *, replaced: bool = False) -> Response:
    if found.correspondent is None:
        return RedirectResponse(f"/membres/{found.member.id}#coordonnees", 303)
    errors = {"": "Le correspondant a changé entre-temps : relisez son nom."} if replaced else {}
    return page(request, "correspondent_remove.html", status=422 if errors else 200, seen=found, errors=errors)


def _particulars(member_id: uuid.UUID, manager: Manager, office: Office) -> usecases.Particulars:
    try:
        return usecases.particulars(office.uow, manager, member_id)
    except Unknown:
        raise HTTPException(404) from None


def _typed(form: Form) -> TypedMember:
    return TypedMember(
        version=typed.number(form.get("version")),
        name=form.get("member_name"),
        kind=form.get("kind"),
        siret=form.get("siret"),
        affiliated=form.get("affiliated"),
        time_zone=form.get("time_zone"),
        address=BillingAddress(*(form.get(name) for name in _ADDRESS)),
        mail_domains=form.get("mail_domains"),
        correspondent=typed.person(form, "contact_"),
    )


def _filled(found: usecases.Particulars) -> dict[str, str]:
    member, known = found.member, found.correspondent
    who = (known.person.name, known.function, known.person.email, phone(known.person.phone)) if known else ("",) * 4
    return {
        "version": str(member.version),
        "member_name": member.name,
        "kind": member.kind.value,
        "siret": siren(member.siret),
        "affiliated": "" if member.affiliated is None else "oui" if member.affiliated else "non",
        "time_zone": member.time_zone,
        "mail_domains": "\n".join(member.mail_domains),
        **{name: getattr(found.address, name) for name in _ADDRESS},
        **{f"contact_{name}": value for name, value in zip(_CONTACT, who, strict=True)},
    }


def _form(request: Request, found: usecases.Particulars, values: dict[str, str], errors: dict[str, str]) -> Response:
    zones = [(zone, zone.split("/")[1].replace("_", " ")) for zone in TIME_ZONES]
    context = {"seen": found, "form": values, "errors": errors, "zones": zones, "kinds": list(LABELS.items())}
    return page(request, "member_edit.html", status=422 if errors else 200, **context)
