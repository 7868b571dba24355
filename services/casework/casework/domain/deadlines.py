"""The legal clocks of a case. Each rule names the text that commands it, and how strongly."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casework.domain.acts import Regime
from casework.domain.calendar import AtOnce, Calendar, Months, Span, WorkingDays


class Milestone(StrEnum):
    """What starts or stops a clock."""

    RECEIVED = "received"
    INFORMED = "informed"
    ACKNOWLEDGED = "acknowledged"
    IN_CHARGE = "in_charge"
    INQUIRY_OPENED = "inquiry_opened"
    FEEDBACK_GIVEN = "feedback_given"
    CLOSED = "closed"


class Force(StrEnum):
    """Why the day matters."""

    LAW = "law"
    GUIDANCE = "guidance"
    TARGET = "target"


@dataclass(frozen=True, slots=True)
class Rule:
    """One clock. `text`: where a citizen can look it up."""

    code: str
    regime: Regime
    starts: Milestone
    stops: Milestone
    span: Span
    force: Force
    text: str


INFORM = Rule("inform", Regime.AVDHAS, Milestone.RECEIVED, Milestone.INFORMED, AtOnce(), Force.LAW, "CGFP, art. R135-4")
OPEN_INQUIRY = Rule(
    "open_inquiry",
    Regime.AVDHAS,
    Milestone.RECEIVED,
    Milestone.INQUIRY_OPENED,
    Months(2),
    Force.GUIDANCE,
    "Défenseur des droits, décision-cadre 2025-019",
)
ACKNOWLEDGE_ALERT = Rule(
    "acknowledge",
    Regime.ALERT,
    Milestone.RECEIVED,
    Milestone.ACKNOWLEDGED,
    WorkingDays(7),
    Force.LAW,
    "décret 2022-1284, art. 4-I",
)
FEEDBACK_ALERT = Rule(
    "feedback",
    Regime.ALERT,
    Milestone.ACKNOWLEDGED,
    Milestone.FEEDBACK_GIVEN,
    Months(3),
    Force.LAW,
    "décret 2022-1284, art. 4-III",
)

# Working days within which a CdG commits itself to take a case in charge, unless it says otherwise.
USUAL_TARGET = WorkingDays(3)


def take_charge(target: WorkingDays) -> Rule:
    """The service's own commitment to *prise en charge*: a parameter of each CdG, no text commands it."""
    return Rule(
        "take_charge",
        Regime.AVDHAS,
        Milestone.RECEIVED,
        Milestone.IN_CHARGE,
        target,
        Force.TARGET,
        "engagement de service",
    )


@dataclass(frozen=True, slots=True)
class Deadline:
    """A clock that runs. `met`: the day on which it was stopped."""

    rule: Rule
    start: date
    due: date
    met: date | None = None


def last_day(rule: Rule, start: date, calendar: Calendar) -> date:
    """Last day on which the rule is kept."""
    return rule.span.after(start, calendar)


def starting(regime: Regime, received: date, target: WorkingDays, calendar: Calendar) -> list[Deadline]:
    """The clocks that the reception of a report starts."""
    if regime is Regime.ALERT:
        acknowledge = _run(ACKNOWLEDGE_ALERT, received, calendar)
        return [acknowledge, _run(FEEDBACK_ALERT, acknowledge.due, calendar)]
    # The recap that the reporter is shown at filing is the information of reception: it is met by construction.
    informed = Deadline(INFORM, received, last_day(INFORM, received, calendar), met=received)
    return [informed, _run(take_charge(target), received, calendar), _run(OPEN_INQUIRY, received, calendar)]


def feedback_after(acknowledged: date, unacknowledged_due: date, calendar: Calendar) -> Deadline:
    """The three months run from the acknowledgement; failing that, from the end of its seven working days."""
    return _run(FEEDBACK_ALERT, min(acknowledged, unacknowledged_due), calendar)


def rule_of(code: str, regime: Regime) -> Rule:
    """The rule that a stored code names. Raises KeyError."""
    return _BY_CODE[regime, code]


def _run(rule: Rule, start: date, calendar: Calendar) -> Deadline:
    return Deadline(rule, start, last_day(rule, start, calendar))


_BY_CODE = {
    (rule.regime, rule.code): rule
    for rule in (INFORM, OPEN_INQUIRY, ACKNOWLEDGE_ALERT, FEEDBACK_ALERT, take_charge(USUAL_TARGET))
}
