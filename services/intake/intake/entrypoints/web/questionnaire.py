"""The form, one thing per page. Every page is an answer to a POST; its state travels sealed in the page."""

from dataclasses import replace

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from chassis.web import Form, check_origin, page, read_form
from intake.domain.avdhas import AVDHAS
from intake.domain.questionnaire import Step, faults, read
from intake.entrypoints.web.portal import portal
from intake.entrypoints.web.review import show_review
from intake.entrypoints.web.state import FormState, StateLost

router = APIRouter()

# Pages before the first question: what protects and what does not; somebody to talk to first.
BEFORE = "avant"
HUMAN = "ecoute"
REVIEW = "verification"


@router.get("/signalement")
def no_form() -> Response:
    """An address typed or kept in a history leads to the start: nothing was kept."""
    return RedirectResponse("/", status_code=303)


@router.post("/signalement", dependencies=[Depends(check_origin)])
def turn(request: Request, form: Form = Depends(read_form)) -> Response:
    """One page answered: go on, back, or to a page that the review names."""
    try:
        state = portal(request).states.open(form.get("etat")) if form.get("etat") else _start(request, form)
    except StateLost:
        return page(request, "perdu.html", status=410)
    if state is None:
        return RedirectResponse("/ou-s-adresser", status_code=303)
    code, action = form.get("etape"), form.get("action")
    step = AVDHAS.step(code)
    if step is not None:
        state = replace(state, answers=read(step, form.all, state.answers))
    if action.startswith("aller:"):
        return _show(request, state, action.removeprefix("aller:"))
    if action == "retour":
        return _show(request, state, _before(code, state))
    errors = faults(step, state.answers) if step else {}
    if step and errors:
        return _question(request, state, step, errors)
    return _show(request, state, _after(code, state))


def _start(request: Request, form: Form) -> FormState | None:
    member = portal(request).directory.by_id(form.get("membre"))
    if member is None or not member.accepts(portal(request).clock.now()):
        return None
    return FormState(member.member_id)


def _after(code: str, state: FormState) -> str:
    """The next page. Who came from the review goes back to it, through questions that a change has opened."""
    if code in ("", BEFORE):
        return HUMAN if code else BEFORE
    if state.reviewed:
        unseen = (s.code for s in AVDHAS.asked(state.answers) if s.questions[0].code not in state.answers)
        return next(unseen, REVIEW)
    if code == HUMAN:
        return AVDHAS.steps[0].code
    following = AVDHAS.after(code, state.answers) if AVDHAS.step(code) else None
    return following.code if following else REVIEW


def _before(code: str, state: FormState) -> str:
    if code == HUMAN:
        return BEFORE
    if code == REVIEW:
        return AVDHAS.asked(state.answers)[-1].code
    earlier = AVDHAS.before(code, state.answers) if AVDHAS.step(code) else None
    return earlier.code if earlier else HUMAN


def _show(request: Request, state: FormState, code: str) -> Response:
    step = AVDHAS.step(code)
    if step is not None:
        return _question(request, state, step, {})
    if code in (BEFORE, HUMAN):
        member = portal(request).directory.by_id(state.member_id)
        return page(request, f"{code}.html", etat=portal(request).states.seal(state), member=member)
    return show_review(request, state)


def _question(request: Request, state: FormState, step: Step, errors: dict[str, str]) -> Response:
    asked = AVDHAS.asked(state.answers)
    return page(
        request,
        "question.html",
        status=422 if errors else 200,
        etat=portal(request).states.seal(state),
        step=step,
        answers=state.answers,
        errors=errors,
        number=asked.index(step) + 1 if step in asked else 1,
        total=len(asked) + 1,
        from_review=state.reviewed,
    )
