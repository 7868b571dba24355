"""What a questionnaire is: steps of one thing each, asked in order, some only after certain answers.

A questionnaire is data (see `avdhas.py`) and has a version: answers keep the version they were given to. Answers map a
question's code to what was ticked or typed; a single answer is a tuple of one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

Answers = Mapping[str, tuple[str, ...]]


class Kind(StrEnum):
    """How a question is answered."""

    ONE = "one"
    MANY = "many"
    LINE = "line"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Choice:
    """A code that is kept, a label that is shown, a plain definition."""

    code: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `code` is the field that the answer fills.

    `missing` is the message when it stays unanswered; empty when it may. `longest` counts characters. A question
    `among` another one's answers offers only the choices that were ticked there.
    """

    code: str
    kind: Kind
    label: str
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    missing: str = ""
    longest: int = 0
    among: str = ""

    def offered(self, answers: Answers) -> tuple[Choice, ...]:
        """The choices to show, given what was answered before."""
        if not self.among:
            return self.choices
        ticked = answers.get(self.among, ())
        return tuple(choice for choice in self.choices if choice.code in ticked)


def _always(_: Answers) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Step:
    """One page. Skipped when `asked` says so."""

    code: str
    title: str
    questions: tuple[Question, ...]
    intro: tuple[str, ...] = ()
    asked: Callable[[Answers], bool] = _always


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """The steps of one regime, in their order."""

    regime: str
    version: str
    steps: tuple[Step, ...]

    def asked(self, answers: Answers) -> tuple[Step, ...]:
        """The steps that these answers call for."""
        return tuple(step for step in self.steps if step.asked(answers))

    def step(self, code: str) -> Step | None:
        return next((step for step in self.steps if step.code == code), None)

    def after(self, code: str, answers: Answers) -> Step | None:
        """The next step to ask; None after the last one."""
        return self._neighbour(code, answers, self.steps)

    def before(self, code: str, answers: Answers) -> Step | None:
        """The step asked before; None before the first one."""
        return self._neighbour(code, answers, self.steps[::-1])

    def _neighbour(self, code: str, answers: Answers, steps: Sequence[Step]) -> Step | None:
        place = next(i for i, step in enumerate(steps) if step.code == code)
        return next((step for step in steps[place + 1 :] if step.asked(answers)), None)

    def relevant(self, answers: Answers) -> Answers:
        """Only the answers to what is still asked: an unticked act takes its follow-up questions with it."""
        codes = {question.code for step in self.asked(answers) for question in step.questions}
        return {code: answer for code, answer in answers.items() if code in codes}


def read(step: Step, typed: Callable[[str], Sequence[str]], answers: Answers) -> Answers:
    """The answers after this step was typed: known codes only, texts trimmed. Checks nothing."""
    changed = dict(answers)
    for question in step.questions:
        changed[question.code] = _clean(question, typed(question.code), changed)
    return changed


def _clean(question: Question, values: Sequence[str], answers: Answers) -> tuple[str, ...]:
    if question.kind in (Kind.LINE, Kind.TEXT):
        text = "\n".join(values).replace("\r\n", "\n").replace("\x00", "").strip()
        return (text,) if text else ()
    ticked = tuple(choice.code for choice in question.offered(answers) if choice.code in values)
    return ticked[:1] if question.kind is Kind.ONE else ticked


def faults(step: Step, answers: Answers) -> dict[str, str]:
    """What keeps this step from being complete: question code -> what to do about it."""
    found = {}
    for question in step.questions:
        answer = answers.get(question.code, ())
        if question.missing and not answer:
            found[question.code] = question.missing
        elif question.longest and answer and len(answer[0]) > question.longest:
            found[question.code] = _too_long(question, len(answer[0]))
    return found


def _too_long(question: Question, length: int) -> str:
    return (
        f"Ce texte compte {length} caractères ; il peut en compter {question.longest} au plus. "
        "Vous pourrez joindre la suite dans un fichier."
    )


def first_incomplete(questionnaire: Questionnaire, answers: Answers) -> Step | None:
    """The first step asked whose answers do not hold; None when the report can be sent."""
    return next((step for step in questionnaire.asked(answers) if faults(step, answers)), None)
