"""The invitation page: an invited person binds an account.

The link in the mail only shows a button: mail scanners and previews follow links, they do not send forms. The button
moves the token into a sealed cookie, so that it is in no address during the sign-in. The last form uses it up.
"""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from billing.domain.habilitation import Account, SignedIn, StepRefused
from billing.entrypoints.web import words
from billing.entrypoints.web.office import Office, office
from billing.usecases import habilitations as usecases
from billing.usecases import reading
from chassis.web import Person, csrf_protect, page, signed_in

router = APIRouter(prefix="/invitation")
_PROTECTED = [Depends(csrf_protect)]


@router.get("", response_model=None)
def review(request: Request, person: Person = Depends(signed_in), office: Office = Depends(office)) -> Response:
    """Signed in: show what this account would be bound to."""
    carried = office.invitation.read(request)
    invited = reading.invited_to(office.uow, carried["token"], office.clock) if carried else None
    if invited is None:
        return _over(request)
    return page(request, "invitation_review.html", invited=invited, refusal="")


@router.post("", response_model=None, dependencies=_PROTECTED)
def accept(request: Request, person: Person = Depends(signed_in), office: Office = Depends(office)) -> Response:
    """Bind the account; the token is used up."""
    carried = office.invitation.read(request)
    token = carried["token"] if carried else ""
    invited = reading.invited_to(office.uow, token, office.clock)
    account = SignedIn(Account(person.issuer, person.subject), person.email, person.email_verified)
    try:
        usecases.accept_invitation(office.uow, token, account, office.clock)
    except usecases.Unknown:
        return _over(request)
    except StepRefused as refused:
        refusal = words.reason(refused.reason)
        return page(request, "invitation_review.html", status=403, invited=invited, refusal=refusal)
    response = page(request, "invitation_done.html", invited=invited)
    office.invitation.clear(response)
    return response


@router.get("/{token}", response_model=None)
def open_link(request: Request, token: str, office: Office = Depends(office)) -> Response:
    """The link of the mail: changes nothing, tells nothing of who invites to what."""
    if reading.invited_to(office.uow, token, office.clock) is None:
        return _over(request)
    return page(request, "invitation.html")


@router.post("/{token}", response_model=None, dependencies=_PROTECTED)
def begin(token: str, office: Office = Depends(office)) -> Response:
    """Carry the token through the sign-in."""
    response = RedirectResponse("/invitation", 303)
    office.invitation.set(response, {"token": token[:100]})
    return response


def _over(request: Request) -> Response:
    return page(request, "invitation_over.html", status=410)
