"""What a handler does with a case: take charge, talk with the reporter, close."""

import uuid

from casework.domain.acts import Regime
from casework.domain.deadlines import ACKNOWLEDGE_ALERT, FEEDBACK_ALERT, USUAL_TARGET, feedback_after, take_charge
from casework.domain.people import Quality, Staff
from casework.domain.statuses import Status, advance
from casework.store.journal import Action
from casework.store.transaction import Transaction
from casework.usecases import telling
from casework.usecases.agreements import find_voice, tell_status
from casework.usecases.desk import Desk, OpenCase, Unreachable, open_case, tell
from chassis.db import UnitOfWork
from chassis.sealing.notices import LARGEST_TEXT

TAKE_CHARGE = take_charge(USUAL_TARGET).code


class TextRefused(ValueError):
    """The text is empty, or too long for a notice."""


def take_in_charge(uow: UnitOfWork[Transaction], desk: Desk, person: Staff, case_id: uuid.UUID) -> None:
    """*Prise en charge*: a person answers for the case from now on, and the reporter knows it.

    Raises NoSuchCase, and NotNow for a case that is not waiting for it.
    """
    with uow("take_in_charge") as tx:
        case = open_case(tx, desk, person, case_id, Quality.HANDLER, change=True)
        advance(Status(case.row.status), Status.IN_CHARGE)
        tx.cases.set_status(case_id, Status.IN_CHARGE, in_charge_day=tx.today)
        _stop_clocks(tx, desk, case)
        tx.journal.note(person, case_id, Action.TOOK_CHARGE)
        tell_status(tx, desk, case, Status.IN_CHARGE)


def write_message(
    uow: UnitOfWork[Transaction],
    desk: Desk,
    person: Staff,
    case_id: uuid.UUID,
    *,
    notice_id: bytes,
    author: str,
    text: str,
    voice_id: uuid.UUID | None = None,
) -> None:
    """Write to the reporter, or to a voice in its own thread. The same `notice_id` is sent once.

    Raises NoSuchCase, TextRefused, and Unreachable while nobody has taken an oral report with its code. A case that
    nobody may handle yet is answered by its screener.
    """
    _check(text)
    with uow("write_message") as tx:
        case = open_case(tx, desk, person, case_id, *Quality)
        to = case.voice(find_voice(tx, person, case_id, voice_id)) if voice_id else case.reporter
        if not to.reachable:
            raise Unreachable
        notice = telling.message_notice(to.origin, notice_id, author, text, tx.now)
        if tell(tx, desk, case, notice, person=person, to=to):
            tx.journal.note(person, case_id, Action.WROTE_TO_VOICE if voice_id else Action.WROTE)


def close(uow: UnitOfWork[Transaction], desk: Desk, person: Staff, case_id: uuid.UUID, explanation: str) -> None:
    """Close, with an explanation that the reporter reads. Raises NoSuchCase, NotNow and TextRefused."""
    _check(explanation)
    with uow("close") as tx:
        case = open_case(tx, desk, person, case_id, Quality.HANDLER, change=True)
        advance(Status(case.row.status), Status.CLOSED)
        tx.cases.set_status(case_id, Status.CLOSED, closed_day=tx.today)
        if case.row.regime == Regime.ALERT:
            tx.deadlines.meet(case_id, [FEEDBACK_ALERT.code], tx.today)
        tx.journal.note(person, case_id, Action.CLOSED)
        tell_status(tx, desk, case, Status.CLOSED, explanation)


def _stop_clocks(tx: Transaction, desk: Desk, case: OpenCase) -> None:
    """For an alert, taking charge is the written acknowledgement: the three months of feedback run from it."""
    if case.row.regime != Regime.ALERT:
        tx.deadlines.meet(case.case_id, [TAKE_CHARGE], tx.today)
        return
    acknowledged_by = ACKNOWLEDGE_ALERT.span.after(case.row.filed_day, desk.calendar)
    tx.deadlines.meet(case.case_id, [ACKNOWLEDGE_ALERT.code], tx.today)
    tx.deadlines.restart(case.case_id, feedback_after(tx.today, acknowledged_by, desk.calendar))


def _check(text: str) -> None:
    if not text.strip() or len(text.encode()) > LARGEST_TEXT:
        raise TextRefused
