"""Asking a reporter who they are. The answer comes back as a yes or a no; the identity never comes to these pages."""

import uuid
from datetime import date

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from casework.domain.identity import LONGEST, USUAL
from casework.domain.people import Staff
from casework.domain.proceeding import may_ask_for
from casework.domain.statuses import NotNow
from casework.entrypoints.web import words
from casework.entrypoints.web.handling import notice_id
from casework.entrypoints.web.office import Office, body, handler, new_notice_id, office
from casework.usecases import asking, reading
from casework.usecases.asking import AlreadyAsked, Ask, AskRefused
from casework.usecases.desk import Unreachable
from chassis.i18n import _
from chassis.sealing.statements import FIELDS, PURPOSES
from chassis.web import Form, Person, csrf_protect, page, read_form, signed_in

router = APIRouter()
# Characters of a reason.
LONGEST_REASON = 3000
_ERRORS = {
    "purpose": ("but", "Choisissez à quoi l’identité doit servir."),
    "gate": ("but", "Cela demande d’abord l’accord écrit de la personne concernée, vérifié par un référent."),
    "reason": ("motif", "Expliquez pourquoi, en quelques phrases : la personne décide d’après elles."),
    "fields": ("elements", "Choisissez au moins un élément."),
    "until": ("jusqu-au", "Choisissez un jour à venir, dans les 180 jours au plus."),
    "name": ("", "Votre compte ne donne pas votre nom : sans lui, la personne ne saurait pas à qui elle se nomme."),
}


@router.get("/dossiers/{case_id}/identite", response_model=None)
def form(
    request: Request,
    case_id: uuid.UUID,
    person: Staff = Depends(handler),
    account: Person = Depends(signed_in),
    at: Office = Depends(office),
) -> Response:
    return _show(request, at, person, account, case_id)


@router.post("/dossiers/{case_id}/identite", response_model=None, dependencies=[Depends(csrf_protect)])
def ask(
    request: Request,
    case_id: uuid.UUID,
    person: Staff = Depends(handler),
    account: Person = Depends(signed_in),
    at: Office = Depends(office),
    form: Form = Depends(read_form),
) -> Response:
    """Send the request. One that is no longer possible shows the case as it stands."""
    seen = reading.outline(at.uow, at.desk, person, case_id)
    wanted = Ask(
        notice_id(form.get("envoi")),
        account.name,
        body(seen.role, seen.row),
        form.get("but"),
        form.get("motif"),
        form.all("elements"),
        _day(form.get("jusqu-au")),
    )
    try:
        asking.ask(at.uow, at.desk, person, case_id, wanted)
    except AskRefused as refused:
        errors = {field: _(words) for field, words in (_ERRORS[part] for part in refused.parts)}
        return _show(request, at, person, account, case_id, form, errors)
    except (NotNow, AlreadyAsked, Unreachable):
        pass
    return RedirectResponse(f"/dossiers/{case_id}#identite", 303)


def _show(
    request: Request,
    at: Office,
    person: Staff,
    account: Person,
    case_id: uuid.UUID,
    form: Form | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    seen = reading.outline(at.uow, at.desk, person, case_id)
    return page(
        request,
        "identite.html",
        status=422 if errors else 200,
        case=seen,
        staff=person,
        form=form or Form([]),
        errors=errors or {},
        envoi=form.get("envoi") if form else new_notice_id(),
        name=account.name[: asking.LONGEST_NAME],
        body=body(seen.role, seen.row),
        purposes=[(code, *words.purpose(code)) for code in PURPOSES if may_ask_for(code, seen.identity.proceeding)],
        fields=[(code, words.identity_field(code)) for code in FIELDS],
        until=(seen.today + USUAL).isoformat(),
        latest=(seen.today + LONGEST).isoformat(),
        longest=LONGEST_REASON,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
