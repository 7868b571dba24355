"""The passkey of who is signed in: registered here, kept by the verifier."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from chassis.web import Form, csrf_protect, page, read_form
from identity_vault.entrypoints.web.office import Office, fresh_token, id_token, office
from identity_vault.entrypoints.web.refusals import refused
from identity_vault.usecases.disclosing import Denied
from identity_vault.usecases.keyring import Keyring

router = APIRouter()


@router.get("/cle", response_model=None)
def show(request: Request, token: str = Depends(id_token), at: Office = Depends(office)) -> Response:
    """Whether there is a key and from when on it may be used; the first one is registered at once."""
    found = at.verifier.list_agreements(token)
    ring = at.keyrings.of(token) if at.keyrings else Keyring(())
    held = found.passkey_ready or found.passkey_at is not None
    if not held and ring.lost == "confirmed":
        token = fresh_token(request)  # after a loss, only who just signed in registers a new one
    create = "" if held else at.verifier.registration_options(token, "")
    touch = at.verifier.assertion_options(token, "passkey") if found.passkey_ready else ""
    done = request.query_params
    return page(
        request,
        "cle.html",
        found=found,
        ring=ring,
        held=held,
        create=create,
        touch=touch,
        just_made=done.get("enregistree") == "oui",
        just_removed=done.get("retiree") == "oui",
    )


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
