"""The last page: everything that was answered, the files, and how to be known."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from fastapi import Request, Response

from chassis.clock import paris_day
from chassis.web import page
from intake.domain.avdhas import AVDHAS
from intake.domain.days import length_in_words
from intake.domain.identity import Identity
from intake.domain.questionnaire import Answers, Kind, Question, first_incomplete
from intake.domain.selfcheck import Excerpt, Finding, stamp
from intake.entrypoints.web.portal import portal
from intake.entrypoints.web.state import FormState

TEXTS = ("when", "where", "what", "implicated_details")
_FILE = "file-"


@dataclass(frozen=True, slots=True)
class Shown:
    """What was typed on this page, to be shown again in the same answer and nowhere else."""

    choice: str = ""
    identity: Identity = field(default_factory=Identity, repr=False)
    # Where to be told that something waits.
    contact: str = field(default="", repr=False)
    # Marks of the persons ticked, to whom the name is told from the start.
    told: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    excerpts: Mapping[str, Excerpt] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One answer of the summary."""

    step: str
    label: str
    values: tuple[str, ...] = field(repr=False)


def show_review(
    request: Request,
    state: FormState,
    shown: Shown | None = None,
    errors: Mapping[str, str] | None = None,
    *,
    status: int = 422,
) -> Response:
    """The review page; from here on the state is marked as reviewed. `status` is for errors."""
    state = replace(state, reviewed=True)
    here = portal(request)
    shown = shown or Shown()
    limits = here.settings
    member = here.directory.by_id(state.member_id)
    return page(
        request,
        "verification.html",
        status=status if errors or shown.findings else 200,
        etat=here.states.seal(state),
        member=member,
        offers=here.confidants.offers(member, state.answers) if member else [],
        delay=length_in_words(here.consents.delay),
        lines=summary(state.answers),
        missing=first_incomplete(AVDHAS, state.answers),
        files=state.files,
        shown=shown,
        seen=stamp(shown.findings),
        labels=LABELS,
        errors=errors or {},
        largest=limits.largest_file // (1024 * 1024),
        most_files=limits.most_files,
        today=paris_day(here.clock.now()),
    )


LABELS = {question.code: question.label for step in AVDHAS.steps for question in step.questions}


def summary(answers: Answers) -> list[Line]:
    """Every question asked with its answer in words."""
    return [
        Line(step.code, question.label, in_words(question, answers.get(question.code, ())))
        for step in AVDHAS.asked(answers)
        for question in step.questions
    ]


def in_words(question: Question, answer: tuple[str, ...]) -> tuple[str, ...]:
    """The labels of what was ticked, or the text typed."""
    if question.kind in (Kind.ONE, Kind.MANY):
        return tuple(choice.label for choice in question.choices if choice.code in answer)
    return answer


def texts(state: FormState) -> dict[str, str]:
    """What could give its author away: the free texts and the files' names."""
    written = {code: state.answers[code][0] for code in TEXTS if state.answers.get(code)}
    return written | {f"{_FILE}{place}": file.name for place, file in enumerate(state.files)}


def with_texts(state: FormState, changed: Mapping[str, str]) -> FormState:
    """The state with its texts and file names replaced."""
    answers = dict(state.answers) | {code: (text,) for code, text in changed.items() if code in TEXTS}
    files = []
    for place, file in enumerate(state.files):
        renamed = type(file)()
        renamed.CopyFrom(file)
        renamed.name = changed.get(f"{_FILE}{place}", file.name)
        files.append(renamed)
    return replace(state, answers=answers, files=tuple(files))
