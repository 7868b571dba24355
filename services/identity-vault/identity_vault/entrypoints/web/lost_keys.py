"""A passkey that is taken away or lost: pages of who holds it, and of the custodians who meet them."""

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from chassis.web import Form, csrf_protect, page, read_form
from identity_vault.entrypoints.web.office import Office, fresh_token, id_token, office
from identity_vault.entrypoints.web.orders import custodian
from identity_vault.entrypoints.web.refusals import refused
from identity_vault.usecases.disclosing import Denied
from identity_vault.usecases.keyring import Keyrings, Lost, Recoveries

holders = APIRouter(prefix="/cle")
custodians = APIRouter(prefix="/cles-perdues", dependencies=[Depends(custodian)])

_NO_CODE = "Écrivez le code que donne la personne : huit lettres et chiffres."
_WRONG_CODE = (
    "Ce n’est pas le code de cette demande. Demandez à la personne de le relire ; si elle l’a perdu, elle refait sa "
    "demande sur sa page « Clé d’accès »."
)


def keyrings(at: Office = Depends(office)) -> Keyrings:
    """Dependency: the verifier's calls for passkeys."""
    if at.keyrings is None:
        raise HTTPException(404)
    return at.keyrings


def recoveries(at: Office = Depends(office)) -> Recoveries:
    """Dependency: the verifier's calls for custodians, about lost passkeys."""
    if at.recoveries is None:
        raise HTTPException(404)
    return at.recoveries


@holders.post("/retrait", response_model=None, dependencies=[Depends(csrf_protect)])
def ask_removal(
    request: Request, token: str = Depends(id_token), form: Form = Depends(read_form), at: Office = Depends(office)
) -> Response:
    """Which one goes; another one must be touched."""
    handle = form.get("poignee")
    options = at.verifier.assertion_options(token, f"removal:{handle}")
    return page(request, "cle_retrait.html", handle=handle, options=options)


@holders.post("/retrait/confirme", response_model=None, dependencies=[Depends(csrf_protect)])
def remove(
    request: Request, token: str = Depends(id_token), form: Form = Depends(read_form), at: Keyrings = Depends(keyrings)
) -> Response:
    if not form.get("assertion"):
        return refused(request, Denied("bad-passkey"))
    at.remove(token, form.get("poignee"), form.get("assertion"))
    return RedirectResponse("/cle?retiree=oui", 303)


@holders.get("/perdue", response_model=None)
def explain(request: Request, token: str = Depends(fresh_token), at: Keyrings = Depends(keyrings)) -> Response:
    """What happens when every passkey is lost, before anything does."""
    ring = at.of(token)
    return page(request, "cle_perdue.html", ring=ring) if ring.keys else RedirectResponse("/cle", 303)


@holders.post("/perdue", response_model=None, dependencies=[Depends(csrf_protect)])
def ask_recovery(request: Request, token: str = Depends(fresh_token), at: Keyrings = Depends(keyrings)) -> Response:
    """The code for custodians, once."""
    return page(request, "cle_code.html", code=at.ask_recovery(token))


@holders.get("/retrouvee", response_model=None)
def found(
    request: Request, token: str = Depends(id_token), at: Office = Depends(office), ring: Keyrings = Depends(keyrings)
) -> Response:
    """Nothing is lost: a touch says so."""
    if ring.of(token).lost != "waiting":
        return RedirectResponse("/cle", 303)
    return page(request, "cle_retrouvee.html", options=at.verifier.assertion_options(token, "not-lost"))


@holders.post("/retrouvee", response_model=None, dependencies=[Depends(csrf_protect)])
def take_back(
    request: Request, token: str = Depends(id_token), form: Form = Depends(read_form), at: Keyrings = Depends(keyrings)
) -> Response:
    if not form.get("assertion"):
        return refused(request, Denied("bad-passkey"))
    at.take_recovery_back(token, form.get("assertion"))
    return RedirectResponse("/cle", 303)


@custodians.get("", response_model=None)
def listing(request: Request, token: str = Depends(id_token), at: Recoveries = Depends(recoveries)) -> Response:
    confirmed = request.query_params.get("confirmee", "")
    return page(request, "cles_perdues.html", waiting=at.waiting(token), confirmed=confirmed)


@custodians.get("/{handle}", response_model=None)
def show(
    request: Request, handle: str, token: str = Depends(id_token), at: Recoveries = Depends(recoveries)
) -> Response:
    """Who says that they lost theirs, and what to check."""
    return page(request, "cle_a_confirmer.html", lost=_found(at, token, handle), error="", typed="")


@custodians.post("/{handle}", response_model=None, dependencies=[Depends(csrf_protect)])
def check_code(
    request: Request,
    handle: str,
    token: str = Depends(id_token),
    form: Form = Depends(read_form),
    at: Recoveries = Depends(recoveries),
) -> Response:
    """With the code, the touch; without, what is wrong."""
    lost = _found(at, token, handle)
    typed = form.get("code").strip()
    error = "" if typed else _NO_CODE
    if typed:
        try:
            options = at.options(token, handle, typed)
            return page(request, "cle_confirmer.html", lost=lost, options=options)
        except Denied as no:
            if no.detail != "bad-order":
                raise
            error = _WRONG_CODE
    return page(request, "cle_a_confirmer.html", status=422, lost=lost, error=error, typed=typed)


@custodians.post("/{handle}/signature", response_model=None, dependencies=[Depends(csrf_protect)])
def confirm(
    request: Request,
    handle: str,
    token: str = Depends(id_token),
    form: Form = Depends(read_form),
    at: Recoveries = Depends(recoveries),
) -> Response:
    if not form.get("assertion"):
        return refused(request, Denied("bad-passkey"))
    both = at.confirm(token, handle, form.get("assertion")) == "confirmed"
    return RedirectResponse(f"/cles-perdues?confirmee={'deux' if both else 'une'}", 303)


def _found(at: Recoveries, token: str, handle: str) -> Lost:
    for lost in at.waiting(token):
        if lost.handle == handle:
            return lost
    raise HTTPException(404)
