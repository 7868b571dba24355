"""What the screener does: read first, mask what could identify, say who is implicated, and release."""

import uuid
from collections.abc import Collection, Mapping

from casework.domain import routing
from casework.domain.people import Quality, Staff
from casework.domain.statuses import Status, advance
from casework.store.journal import Action
from casework.store.texts import SCREENED
from casework.store.transaction import Transaction
from casework.usecases import telling
from casework.usecases.agreements import tell_status
from casework.usecases.desk import Desk, OpenCase, open_case
from casework.usecases.reading import original_of
from chassis.db import UnitOfWork
from paravent.casework.v1.events_pb2 import AttentionReason
from paravent.intake.v1.content_pb2 import Answers

# The free texts of a report: all that can be masked.
MASKABLE = ("when", "where", "what", "implicated_details")


def release(
    uow: UnitOfWork[Transaction],
    desk: Desk,
    person: Staff,
    case_id: uuid.UUID,
    texts: Mapping[str, str],
    implicated: Collection[str] = (),
    withheld: Collection[uuid.UUID] = (),
) -> None:
    """Keep the screened version and give the case to whom the rules name.

    `implicated`: who the screener found implicated in the text, beyond what the reporter ticked; the case is routed
    again with both, before any handler sees it. `withheld`: files that would tell who writes.

    Raises NoSuchCase, and NotNow for a case that is released already.
    """
    with uow("release") as tx:
        case = open_case(tx, desk, person, case_id, Quality.SCREENER, change=True)
        advance(Status(case.row.status), Status.RELEASED)
        screened = _screened(original_of(tx, person, case), texts, implicated)
        tx.texts.add([{"case_id": case_id, "version": SCREENED, "sealed": case.seal.seal_answers(SCREENED, screened)}])
        tx.files.withhold(case_id, withheld)
        tx.cases.set_status(case_id, Status.RELEASED, released_day=tx.today)
        tx.journal.note(person, case_id, Action.RELEASED)
        _route(tx, case, screened.implicated)
        tell_status(tx, desk, case, Status.RELEASED)


def _screened(original: Answers, texts: Mapping[str, str], implicated: Collection[str]) -> Answers:
    screened = Answers()
    screened.CopyFrom(original)
    for name in MASKABLE:
        if name in texts:
            setattr(screened, name, texts[name])
    added = sorted(routing.codes(implicated) - set(screened.implicated))
    screened.implicated.extend(str(code) for code in added)
    return screened


def _route(tx: Transaction, case: OpenCase, implicated: Collection[str]) -> None:
    tx.people.hold(case.row.cdg_id)
    people = tx.people.of_cdgs({case.row.cdg_id})
    route = routing.route(routing.codes(implicated), case.row.member_id, case.row.cdg_id, people)
    tx.cases.set_route(case.case_id, str(route.pool), route.flagged)
    tx.people.give([(case.case_id, handler) for handler in route.handlers])
    on_duty = {handler.person_id for handler in route.handlers if handler.active}
    telling.call(tx, on_duty, AttentionReason.ATTENTION_REASON_NEW_CASE)
