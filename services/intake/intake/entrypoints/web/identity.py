"""The reporter's name and address, after the report: given, changed, taken back, always with the eight words."""

import secrets
from collections.abc import Callable

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from chassis.sealing.receipts import NotAReceipt
from chassis.web import Form, check_origin, page, read_form
from intake.domain import identity as identities
from intake.domain.identity import Identity, email_faults
from intake.domain.members import Member
from intake.entrypoints.web.portal import portal
from intake.entrypoints.web.visits import AGAIN, Visit, ended, form_number, receipt_fault, typed_receipt, visit
from intake.entrypoints.web.wording import CONTACTS
from intake.usecases.envelopes import ANONYMOUS, CONFIDENTIAL
from intake.usecases.keys import KeysUnavailable
from intake.usecases.looking import look
from intake.usecases.opened import Disputed, Opened, open_report
from intake.usecases.proving import WrongReceipt
from intake.usecases.sessions import NoSuchReport

router = APIRouter(prefix="/suivi")

_LOST = "Rien n’a été changé : votre espace s’était refermé. Rouvrez-le et recommencez."
_DISPUTED = "Le remplacement de vos mots est contesté : par prudence, plus aucun nom ne peut être confié d’ici."
_NAME, _ADDRESS = "/suivi/nom", "/suivi/adresse"


@router.get("/nom")
def name_page(request: Request) -> Response:
    current = visit(request)
    return _show_name(request, current, Identity(), {}) if current else ended(request)


@router.post("/nom", dependencies=[Depends(check_origin)])
def add_name(request: Request, form: Form = Depends(read_form)) -> Response:
    """Seal a name that was not given with the report."""
    typed = read_identity(form)

    def act(current: Visit, opened: Opened) -> dict[str, str]:
        errors = identities.faults(typed, *_member(request, opened))
        if not errors:
            portal(request).names.add(current.space, typed_receipt(form), typed)
        return errors

    return _do(request, form, act, lambda current, errors: _show_name(request, current, typed, errors), _NAME)


@router.post("/nom/reprendre", dependencies=[Depends(check_origin)])
def withdraw_name(request: Request, form: Form = Depends(read_form)) -> Response:
    """Forbid the name on record to every agreement."""

    def act(current: Visit, _opened: Opened) -> dict[str, str]:
        portal(request).names.withdraw(current.space, typed_receipt(form))
        return {}

    return _do(request, form, act, lambda current, errors: _show_name(request, current, Identity(), errors), _NAME)


@router.get("/adresse")
def address_page(request: Request) -> Response:
    current = visit(request)
    return _show_address(request, current, "", {}) if current else ended(request)


@router.post("/adresse", dependencies=[Depends(check_origin)])
def keep_address(request: Request, form: Form = Depends(read_form)) -> Response:
    """Leave an address, or another one."""
    typed = form.get("adresse").strip()

    def act(current: Visit, opened: Opened) -> dict[str, str]:
        fault = email_faults(typed, *_member(request, opened)) or ("" if typed else "Écrivez votre adresse.")
        if fault:
            return {"adresse": fault}
        portal(request).addresses.keep(current.space, typed_receipt(form), typed, form_number(form))
        return {}

    return _do(request, form, act, lambda current, errors: _show_address(request, current, typed, errors), _ADDRESS)


@router.post("/adresse/reprendre", dependencies=[Depends(check_origin)])
def withdraw_address(request: Request, form: Form = Depends(read_form)) -> Response:
    """Have the address forgotten."""

    def act(current: Visit, _opened: Opened) -> dict[str, str]:
        receipt = typed_receipt(form, "retrait")
        portal(request).addresses.withdraw(current.space, receipt, form_number(form))
        return {}

    show = lambda current, errors: _show_address(request, current, "", errors)  # noqa: E731
    return _do(request, form, act, show, _ADDRESS, "retrait")


def read_identity(form: Form) -> Identity:
    """The identity typed in a form."""
    return Identity(
        given_name=form.get("given_name").strip(),
        family_name=form.get("family_name").strip(),
        position=form.get("position").strip(),
        department=form.get("department").strip(),
        phone=form.get("phone").strip(),
        email=form.get("email").strip(),
    )


def known_faults(choice: str, identity: Identity, contact: str, member: Member | None) -> dict[str, str]:
    """What is wrong with how somebody chose to be known, and with the address that they left: field -> what to do."""
    errors = {}
    if choice not in (ANONYMOUS, CONFIDENTIAL):
        errors["identite"] = "Choisissez comment vous voulez être connu·e. Rien ne vous oblige à donner votre nom."
    name, domains = (member.name, member.mail_domains) if member else ("", ())
    if choice == CONFIDENTIAL:
        errors |= identities.faults(identity, name, domains)
    if fault := email_faults(contact, name, domains):
        errors["prevenir"] = fault
    return errors


def _do(
    request: Request,
    form: Form,
    act: Callable[[Visit, Opened], dict[str, str]],
    show: Callable[[Visit, dict[str, str]], Response],
    after: str,
    field: str = "recepisse",
) -> Response:
    """Do one thing with a name or an address; show what went wrong, or the page that tells the new state."""
    here, current = portal(request), visit(request)
    if current is None:
        return ended(request, lost=_LOST)
    current.check(form)
    try:
        errors = act(current, open_report(here.uow, here.keys, current.space))
    except (NotAReceipt, WrongReceipt) as error:
        errors = {field: receipt_fault(here, error, form.get(field))}
    except Disputed:
        errors = {"": _DISPUTED}
    except KeysUnavailable:
        errors = {"": AGAIN}
    except NoSuchReport:
        return ended(request)
    return show(current, errors) if errors else RedirectResponse(after, status_code=303)


def _member(request: Request, opened: Opened) -> tuple[str, tuple[str, ...]]:
    """The name and the mail domains of the reporter's employer."""
    member: Member | None = portal(request).directory.by_id(opened.copy.member_id)
    return (member.name, member.mail_domains) if member else (opened.copy.member_name, ())


def _show_name(request: Request, current: Visit, typed: Identity, errors: dict[str, str]) -> Response:
    here = portal(request)
    try:
        opened = open_report(here.uow, here.keys, current.space)
    except NoSuchReport:
        return ended(request)
    return page(
        request,
        "nom.html",
        status=422 if errors else 200,
        named=opened.named,
        withdrawn=not opened.named and opened.ever_named,
        typed=typed,
        token=current.token,
        errors=errors,
    )


def _show_address(request: Request, current: Visit, typed: str, errors: dict[str, str]) -> Response:
    here = portal(request)
    try:
        opened = open_report(here.uow, here.keys, current.space)
    except NoSuchReport:
        return ended(request)
    seen = look(here.vault, here.keys, opened, here.clock)
    return page(
        request,
        "adresse.html",
        status=422 if errors else 200,
        reachable=opened.reachable,
        contact=CONTACTS.get(seen.contact, "") if opened.reachable else "",
        vault_away=seen.away,
        typed=typed,
        token=current.token,
        number=secrets.token_hex(16),
        errors=errors,
    )
