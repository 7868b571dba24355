"""Custodians' pages: orders that two of them, of two bodies, sign with their keys. No identity is ever shown here."""

from collections.abc import Mapping

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from chassis.sealing.demands import NotABlock, read_frame
from chassis.web import Form, Person, csrf_protect, page, read_form, signed_in
from identity_vault.domain.orders import Basis
from identity_vault.entrypoints.web.office import Office, id_token, office
from identity_vault.entrypoints.web.refusals import refused
from identity_vault.usecases.carrying_out import Custody, OrderText, OrderView, carry_out
from identity_vault.usecases.disclosing import Denied

_FIELDS = ("basis", "reference", "authority", "dated", "recipient", "notice", "review_on")
_MISSING = {
    "basis": "Choisissez ce qui fonde la demande.",
    "block": "Collez le bloc entier, de sa première à sa dernière ligne.",
    "reference": "Écrivez la référence de l’acte.",
    "authority": "Écrivez le nom de l’autorité judiciaire.",
    "dated": "Écrivez la date de l’acte ; elle ne peut pas être à venir.",
    "recipient": "Collez la clé publique age de l’autorité : elle commence par « age1 » et compte 62 caractères.",
    "notice": "Dites quand la personne est informée.",
    "review_on": "Écrivez la date du réexamen : elle est à venir, à un an au plus.",
    "report_au": "Écrivez la nouvelle date du réexamen.",
    "motif": "Dites pourquoi l’informer maintenant compromettrait encore la procédure.",
}


def custodian(person: Person = Depends(signed_in), at: Office = Depends(office)) -> Person:
    """Dependency: a custodian. Others find no such page; the verifier checks again."""
    if (person.issuer, person.subject) not in at.custodians:
        raise HTTPException(404)
    return person


def custody(at: Office = Depends(office)) -> Custody:
    """Dependency: the verifier's calls for custodians."""
    if at.custody is None:
        raise HTTPException(404)
    return at.custody


router = APIRouter(prefix="/gardiens", dependencies=[Depends(custodian)])


@router.get("", response_model=None)
def listing(request: Request, token: str = Depends(id_token), at: Custody = Depends(custody)) -> Response:
    return page(request, "gardiens.html", orders=at.orders(token))


@router.get("/nouvel-ordre", response_model=None)
def blank(request: Request, _token: str = Depends(id_token)) -> Response:
    return page(request, "ordre_nouveau.html", typed={}, errors={})


@router.post("", response_model=None, dependencies=[Depends(csrf_protect)])
def create(
    request: Request, token: str = Depends(id_token), form: Form = Depends(read_form), at: Custody = Depends(custody)
) -> Response:
    """Write an order; what was typed is given back with what is wrong."""
    typed = {name: form.get(name).strip() for name in (*_FIELDS, "block")}
    if typed["basis"] == Basis.LOST_RECEIPT:
        typed |= {"recipient": "", "notice": "now"}
    if typed["notice"] == "now":
        typed["review_on"] = ""
    errors = {name: _MISSING[name] for name in _needed(typed) if not typed[name]}
    if not errors:
        try:
            frame = read_frame(typed["block"])
            handle = at.create(token, OrderText(**{name: typed[name] for name in _FIELDS}), frame)
            return RedirectResponse(f"/gardiens/{handle}", 303)
        except NotABlock:
            errors["block"] = _MISSING["block"]
        except Denied as no:
            if not no.detail.startswith("bad-order"):
                return refused(request, no)
            errors[""] = (
                "Le vérificateur n’admet pas cet ordre : revoyez le bloc, les dates et la clé de l’autorité. "
                "Rien n’a été enregistré."
            )
    return page(request, "ordre_nouveau.html", status=422, typed=typed, errors=errors)


@router.get("/{handle}", response_model=None)
def show(request: Request, handle: str, token: str = Depends(id_token), at: Custody = Depends(custody)) -> Response:
    """What is asked, who has signed; the button of what this custodian may do now."""
    return _page(request, _found(at, token, handle), at, token)


@router.post("/{handle}/signature", response_model=None, dependencies=[Depends(csrf_protect)])
def sign(
    request: Request,
    handle: str,
    token: str = Depends(id_token),
    form: Form = Depends(read_form),
    at: Custody = Depends(custody),
) -> Response:
    if not form.get("assertion"):
        return refused(request, Denied("bad-passkey"))
    at.sign(token, handle, form.get("assertion"))
    return RedirectResponse(f"/gardiens/{handle}", 303)


@router.post("/{handle}/execution", response_model=None, dependencies=[Depends(csrf_protect)])
def execute(
    request: Request,
    handle: str,
    token: str = Depends(id_token),
    form: Form = Depends(read_form),
    at: Office = Depends(office),
    orders: Custody = Depends(custody),
) -> Response:
    """Carry it out, once. What leaves is encrypted to the authority; for a lost receipt, a yes or a no."""
    order = _found(orders, token, handle)
    claimed = f"{form.get('prenom')} {form.get('nom')}".strip()
    if order.text.basis == Basis.LOST_RECEIPT and not claimed:
        error = "Écrivez le prénom et le nom que donne la personne."
        return page(request, "ordre.html", status=422, order=order, options="", errors={"prenom": error}, typed={})
    result = carry_out(orders, at.verifier, at.reads, at.keys, id_token=token, handle=handle, claimed=claimed)
    return page(request, "ordre_resultat.html", result=result)


@router.post("/{handle}/report", response_model=None, dependencies=[Depends(csrf_protect)])
def extend(
    request: Request,
    handle: str,
    token: str = Depends(id_token),
    form: Form = Depends(read_form),
    at: Custody = Depends(custody),
) -> Response:
    """Write a later day on which the reporter is told. It moves nothing before two bodies signed it."""
    order = _found(at, token, handle)
    typed = {name: form.get(name).strip() for name in ("report_au", "motif")}
    errors = {name: _MISSING[name] for name in typed if not typed[name]}
    if not errors:
        try:
            at.extend(token, handle, typed["report_au"], typed["motif"])
            return RedirectResponse(f"/gardiens/{handle}", 303)
        except Denied as no:
            if no.detail != "bad-order":
                return refused(request, no)
            errors["report_au"] = (
                "Le vérificateur n’admet pas ce report : la date doit suivre celle du réexamen, sans dépasser la durée "
                "permise, et le réexamen ne doit pas être passé. Rien n’a été enregistré."
            )
    return page(request, "ordre.html", status=422, order=order, options="", errors=errors, typed=typed)


@router.post("/{handle}/report/signature", response_model=None, dependencies=[Depends(csrf_protect)])
def sign_extension(
    request: Request,
    handle: str,
    token: str = Depends(id_token),
    form: Form = Depends(read_form),
    at: Custody = Depends(custody),
) -> Response:
    if not form.get("assertion"):
        return refused(request, Denied("bad-passkey"))
    at.sign_extension(token, handle, form.get("assertion"))
    return RedirectResponse(f"/gardiens/{handle}", 303)


def _page(request: Request, order: OrderView, at: Custody, token: str) -> Response:
    options = ""
    if order.mine_to_sign:
        options = at.signature_options(token, order.handle)
    elif order.extension_mine_to_sign:
        options = at.extension_options(token, order.handle)
    return page(request, "ordre.html", order=order, options=options, errors={}, typed={})


def _needed(typed: Mapping[str, str]) -> list[str]:
    """In the order of the page."""
    names = ["basis", "block", "reference", "authority", "dated"]
    if typed["basis"] != Basis.LOST_RECEIPT:
        names.append("recipient")
    names.append("notice")
    if typed["notice"] == "deferred":
        names.append("review_on")
    return names


def _found(at: Custody, token: str, handle: str) -> OrderView:
    for order in at.orders(token):
        if order.handle == handle:
            return order
    raise HTTPException(404)
