"""Who joined a witness's case: writing to them, checking who they are, and going on without their agreement."""

import uuid

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from casework.domain.people import Staff
from casework.domain.proceeding import Proceeding, Reason, VoiceState
from casework.domain.statuses import NotNow, Status
from casework.entrypoints.web.handling import back, faulty, message_field, send_message, show, unless_done
from casework.entrypoints.web.office import Office, handler, office
from casework.usecases import agreements, handling, reading
from casework.usecases.agreements import DecisionRefused
from casework.usecases.desk import NoSuchCase, Unreachable
from chassis.i18n import _
from chassis.web import Form, csrf_protect, page, read_form

router = APIRouter()
PLACE = "#personne-concernee"
# Characters of a motive.
LONGEST_MOTIVE = 5000
_REASONS = (
    (
        Reason.DANGER,
        "Une personne est en danger",
        "Un danger grave pour la santé ou la vie de quelqu’un, qui ne laisse pas le temps d’attendre un accord.",
    ),
    (
        Reason.DENUNCIATION,
        "Les faits doivent être dénoncés au procureur",
        "Vous avez acquis la connaissance d’un crime ou d’un délit (code de procédure pénale, article 40).",
    ),
)
_ERRORS = {
    "reason": ("raison", "Choisissez la raison."),
    "motive": ("motif", "Écrivez le motif, en quelques phrases : il est envoyé mot pour mot."),
}


@router.post("/dossiers/{case_id}/voix/{voice_id}/messages", response_model=None, dependencies=[Depends(csrf_protect)])
def write(
    request: Request,
    case_id: uuid.UUID,
    voice_id: uuid.UUID,
    person: Staff = Depends(handler),
    at: Office = Depends(office),
    form: Form = Depends(read_form),
) -> Response:
    name = message_field(voice_id)
    try:
        send_message(at, person, case_id, form, voice_id)
    except handling.TextRefused:
        return show(request, at, person, case_id, form, {name: faulty(form.get(name))}, 422)
    return back(case_id, PLACE)


@router.get("/dossiers/{case_id}/voix/{voice_id}/verification", response_model=None)
def what_to_check(
    request: Request,
    case_id: uuid.UUID,
    voice_id: uuid.UUID,
    person: Staff = Depends(handler),
    at: Office = Depends(office),
) -> Response:
    seen = reading.proceeding_outline(at.uow, at.desk, person, case_id)
    voice = next((voice for voice in seen.proceeding.voices if voice.voice_id == voice_id), None)
    if voice is None:
        raise NoSuchCase
    waits = voice.state is VoiceState.DECLARED and seen.row.status in (Status.RELEASED, Status.IN_CHARGE)
    return page(request, "verification.html", case=seen, voice=voice, waits=waits, staff=person)


@router.post(
    "/dossiers/{case_id}/voix/{voice_id}/verification", response_model=None, dependencies=[Depends(csrf_protect)]
)
def check(
    case_id: uuid.UUID,
    voice_id: uuid.UUID,
    person: Staff = Depends(handler),
    at: Office = Depends(office),
    form: Form = Depends(read_form),
) -> Response:
    """Confirm, or say that this is somebody else: one button each, so that neither is chosen by default."""
    answer = form.get("reponse")
    if answer not in ("oui", "non"):
        raise HTTPException(400)
    unless_done(lambda: agreements.check_voice(at.uow, at.desk, person, case_id, voice_id, concerned=answer == "oui"))
    return back(case_id, PLACE)


@router.get("/dossiers/{case_id}/sans-accord", response_model=None)
def explain(
    request: Request, case_id: uuid.UUID, person: Staff = Depends(handler), at: Office = Depends(office)
) -> Response:
    return _show(request, at, person, case_id)


@router.post("/dossiers/{case_id}/sans-accord", response_model=None, dependencies=[Depends(csrf_protect)])
def proceed(
    request: Request,
    case_id: uuid.UUID,
    person: Staff = Depends(handler),
    at: Office = Depends(office),
    form: Form = Depends(read_form),
) -> Response:
    """Decide. A decision that is no longer possible shows the case as it stands."""
    try:
        agreements.proceed_without(at.uow, at.desk, person, case_id, form.get("raison"), form.get("motif"))
    except DecisionRefused as refused:
        errors = {field: _(words) for field, words in (_ERRORS[part] for part in refused.parts)}
        if "motif" in errors and form.get("motif").strip():
            errors["motif"] = faulty("x" * (LONGEST_MOTIVE * 2))
        return _show(request, at, person, case_id, form, errors)
    except (NotNow, Unreachable):
        pass
    return back(case_id)


def _show(
    request: Request,
    at: Office,
    person: Staff,
    case_id: uuid.UUID,
    form: Form | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    seen = reading.proceeding_outline(at.uow, at.desk, person, case_id)
    waits = seen.proceeding.standing is Proceeding.ADVICE and seen.row.status == Status.IN_CHARGE
    return page(
        request,
        "sans_accord.html",
        status=422 if errors else 200,
        case=seen,
        staff=person,
        possible=waits and seen.proceeding.claimed,
        form=form or Form([]),
        errors=errors or {},
        reasons=[(str(code), _(label), _(note)) for code, label, note in _REASONS],
        longest=LONGEST_MOTIVE,
    )
