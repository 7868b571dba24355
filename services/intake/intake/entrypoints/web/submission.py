"""The last request: text, files and identity together. What is looked for in the text is looked for before storing."""

from dataclasses import replace

from anyio import to_thread
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import DBAPIError

from chassis.db import is_outage
from chassis.sealing.words import fold
from chassis.web import check_origin, page
from intake.domain import selfcheck
from intake.domain.days import length_in_words
from intake.domain.identity import Identity
from intake.entrypoints.web.identity import known_faults, read_identity
from intake.entrypoints.web.portal import Portal, portal
from intake.entrypoints.web.qr import svg
from intake.entrypoints.web.review import Shown, show_review, texts, with_texts
from intake.entrypoints.web.state import FormState, StateLost
from intake.entrypoints.web.uploads import Limits, Received, receive
from intake.usecases.confiding import NotOffered, Offer
from intake.usecases.envelopes import CONFIDENTIAL, KNOWN, NAMED, TooLong
from intake.usecases.keys import KeysUnavailable
from intake.usecases.submission import AnswersIncomplete, NotCovered, Submission, submit_report

router = APIRouter()

_TRY_AGAIN = (
    "Le service ne peut pas recevoir votre signalement en ce moment. Rien n’est perdu : laissez cette page ouverte et "
    "envoyez à nouveau dans quelques minutes."
)
_LIST_CHANGED = (
    "La liste des personnes a changé depuis que vous l’avez lue : une personne cochée ne peut plus être choisie, ou "
    "son accord a changé. Relisez la liste et cochez à nouveau."
)
_TOO_LONG = "L’ensemble de vos textes est trop long. Raccourcissez-en un, ou joignez la suite dans un fichier."


@router.get("/signalement/envoi")
def no_submission() -> Response:
    return RedirectResponse("/", status_code=303)


@router.post("/signalement/envoi", dependencies=[Depends(check_origin)])
async def submit(request: Request) -> Response:
    """Streams the body, then does the rest in a thread."""
    here = portal(request)
    limits = Limits(here.settings.largest_file, here.settings.largest_request, here.settings.most_files)
    received = await receive(request, here.blobs, limits)
    return await to_thread.run_sync(_finish, request, here, received)


def _finish(request: Request, here: Portal, received: Received) -> Response:
    form = received.form
    try:
        state = here.states.open(form.get("etat"))
    except StateLost:
        return page(request, "perdu.html", status=410)
    state = _with_files(state, received, form.all("retirer"), here.settings.most_files)
    told = tuple(form.all("dire"))
    shown = Shown(form.get("identite"), read_identity(form), form.get("prevenir").strip(), told)
    errors = _errors(here, state, shown, received)
    identity = shown.identity if shown.choice in NAMED else None
    if errors:
        return show_review(request, state, shown, errors)
    findings = selfcheck.look(texts(state), identity)
    if findings and form.get("vu") != selfcheck.stamp(findings):
        return show_review(request, state, _with_findings(state, shown, findings))
    state = with_texts(state, selfcheck.mask(texts(state), findings, form.all("masquer")))
    return _submit(request, here, state, shown, identity)


def _submit(request: Request, here: Portal, state: FormState, shown: Shown, identity: Identity | None) -> Response:
    member = here.directory.by_id(state.member_id)
    if member is None:
        return page(request, "perdu.html", status=410)
    try:
        told = _told(here, state, shown)
        submission = Submission(state.receipt, member, state.answers, state.files, identity, shown.contact, told)
        filed = submit_report(here.uow, here.keys, here.pepper, submission, here.clock)
    except (KeysUnavailable, NotCovered):
        return show_review(request, state, shown, {"": _TRY_AGAIN}, status=503)
    except DBAPIError as error:
        if not is_outage(error):
            raise
        return show_review(request, state, shown, {"": _TRY_AGAIN}, status=503)
    except TooLong:
        return show_review(request, state, shown, {"": _TOO_LONG})
    except AnswersIncomplete:
        return show_review(request, state, shown, {"": "Une question attend encore votre réponse."})
    except NotOffered:
        return show_review(request, state, shown, {"identite": _LIST_CHANGED})
    return _receipt(request, state, shown, told if filed else [], again=not filed)


def _receipt(request: Request, state: FormState, shown: Shown, told: list[Offer], *, again: bool) -> Response:
    """The eight words. `again`: this form was sent before, and nothing new left with this request."""
    return page(
        request,
        "recepisse.html",
        words=state.receipt.words,
        code=svg(fold(state.receipt.text).upper()),
        witness=state.answers.get("quality") == ("witness",),
        confidential=shown.choice in NAMED,
        contact=bool(shown.contact),
        told=told,
        delay=length_in_words(portal(request).consents.delay),
        again=again,
    )


def _with_files(state: FormState, received: Received, removed: list[str], most: int) -> FormState:
    """The accepted files stay with the state: an error on this page does not ask for them again."""
    kept = [file for file in state.files if file.blob not in removed]
    room = most - len(kept)
    if len(received.files) > room:
        received.errors.append(
            f"Un signalement peut avoir {most} fichiers au plus ; les derniers n’ont pas été joints."
        )
    return replace(state, files=(*kept, *received.files[:room]))


def _errors(here: Portal, state: FormState, shown: Shown, received: Received) -> dict[str, str]:
    errors = {}
    if received.errors:
        errors["fichiers"] = " ".join(received.errors)
    member = here.directory.by_id(state.member_id)
    errors |= _telling_faults(here, state, shown)
    choice = CONFIDENTIAL if shown.choice == KNOWN else shown.choice
    return errors | known_faults(choice, shown.identity, shown.contact, member)


def _telling_faults(here: Portal, state: FormState, shown: Shown) -> dict[str, str]:
    """What keeps the name from being told to those who were ticked."""
    if shown.choice != KNOWN:
        return {}
    if not shown.told:
        return {"dire": "Cochez au moins une personne, ou choisissez une autre façon d’être connu·e."}
    try:
        _told(here, state, shown)
    except NotOffered:
        return {"identite": _LIST_CHANGED}
    return {}


def _told(here: Portal, state: FormState, shown: Shown) -> list[Offer]:
    """To whom the name is told. Raises NotOffered for somebody who is not offered for these answers."""
    member = here.directory.by_id(state.member_id)
    if shown.choice != KNOWN or member is None:
        return []
    return here.confidants.chosen(member, state.answers, shown.told)


def _with_findings(state: FormState, shown: Shown, findings: tuple[selfcheck.Finding, ...]) -> Shown:
    written = texts(state)
    excerpts = {finding.key: selfcheck.excerpt(written[finding.question], finding) for finding in findings}
    return replace(shown, findings=findings, excerpts=excerpts)
