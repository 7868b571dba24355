"""The passkey of who is signed in: registered here, kept by the verifier."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from chassis.web import Form, csrf_protect, page, read_form
from identity_vault.entrypoints.web.office import Office, id_token, office
from identity_vault.entrypoints.web.refusals import refused
from identity_vault.usecases.disclosing import Denied

router = APIRouter()


@router.get("/cle", response_model=None)
def show(request: Request, token: str = Depends(id_token), at: Office = Depends(office)) -> Response:
    """Whether there is a key and from when on it may be used; the first one is registered at once."""
    found = at.verifier.list_agreements(token)
    held = found.passkey_ready or found.passkey_at is not None
    create = "" if held else at.verifier.registration_options(token, "")
    touch = at.verifier.assertion_options(token, "passkey") if found.passkey_ready else ""
    just_made = request.query_params.get("enregistree") == "oui"
    return page(request, "cle.html", found=found, held=held, create=create, touch=touch, just_made=just_made)


@router.post("/cle/suivante", response_model=None, dependencies=[Depends(csrf_protect)])
def show_next(
    request: Request, token: str = Depends(id_token), form: Form = Depends(read_form), at: Office = Depends(office)
) -> Response:
    """The first key was touched: another one may be registered."""
    if not form.get("assertion"):
        return refused(request, Denied("bad-passkey"))
    create = at.verifier.registration_options(token, form.get("assertion"))
    return page(request, "cle_suivante.html", create=create)


@router.post("/cle", response_model=None, dependencies=[Depends(csrf_protect)])
def register(
    request: Request, token: str = Depends(id_token), form: Form = Depends(read_form), at: Office = Depends(office)
) -> Response:
    if not form.get("assertion"):
        return refused(request, Denied("bad-passkey"))
    at.verifier.register(token, form.get("assertion"))
    return RedirectResponse("/cle?enregistree=oui", 303)
