"""The agreements addressed to who is signed in: the list, what was signed, and the identity, once."""

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from chassis.web import Form, Person, csrf_protect, current_person, page, read_form, signed_in
from identity_vault.domain.agreement import USED, Agreement
from identity_vault.entrypoints.web.law import law
from identity_vault.entrypoints.web.office import Office, id_token, office
from identity_vault.entrypoints.web.refusals import refused
from identity_vault.usecases.disclosing import Agreements, Denied, disclose

router = APIRouter()


@router.get("/", response_model=None)
def home(request: Request, at: Office = Depends(office)) -> Response:
    """What this place is; for who is signed in, their agreements."""
    person = current_person(request)
    if person is None:
        return page(request, "accueil.html")
    found = at.verifier.list_agreements(id_token(request, person))
    rows = [(at.mark(person, agreement), agreement) for agreement in found.agreements]
    return page(request, "accords.html", rows=rows, found=found)


@router.get("/accords/{mark}", response_model=None)
def show(
    request: Request,
    mark: str,
    person: Person = Depends(signed_in),
    token: str = Depends(id_token),
    at: Office = Depends(office),
) -> Response:
    """What was signed, in full, to be read without haste."""
    found = at.verifier.list_agreements(token)
    agreement = _marked(at, person, found, mark)
    return page(request, "accord.html", agreement=agreement, found=found, mark=mark, law=law(agreement.regime))


@router.get("/accords/{mark}/ouverture", response_model=None)
def ask(
    request: Request,
    mark: str,
    person: Person = Depends(signed_in),
    token: str = Depends(id_token),
    at: Office = Depends(office),
) -> Response:
    """The touch of the passkey, which must follow within two minutes: a page of its own."""
    found = at.verifier.list_agreements(token)
    agreement = _marked(at, person, found, mark)
    if not (agreement.opens and found.passkey_ready):
        return RedirectResponse(f"/accords/{mark}", 303)
    options = at.verifier.assertion_options(token, f"consent:{agreement.handle}")
    return page(request, "ouverture.html", agreement=agreement, mark=mark, options=options)


@router.post("/accords/{mark}", response_model=None, dependencies=[Depends(csrf_protect)])
def open_it(
    request: Request,
    mark: str,
    person: Person = Depends(signed_in),
    token: str = Depends(id_token),
    form: Form = Depends(read_form),
    at: Office = Depends(office),
) -> Response:
    """The identity, once. Nothing of it stays here."""
    if not form.get("assertion") or not form.get("poignee"):
        return refused(request, Denied("bad-passkey"))
    if _marked(at, person, at.verifier.list_agreements(token), mark).state == USED:
        return refused(request, Denied(USED))  # a form sent again: the reporter need not hear of an attempt
    disclosure = disclose(
        at.verifier, at.reads, at.keys, id_token=token, handle=form.get("poignee"), assertion=form.get("assertion")
    )
    agreement = disclosure.agreement
    return page(request, "identite.html", shown=disclosure.shown, agreement=agreement, law=law(agreement.regime))


def _marked(at: Office, person: Person, found: Agreements, mark: str) -> Agreement:
    """The agreement that an address means; the one that can be opened, if two were signed alike in one second."""
    same = [agreement for agreement in found.agreements if at.mark(person, agreement) == mark]
    if not same:
        raise HTTPException(404)
    return next((agreement for agreement in same if agreement.opens), same[0])
