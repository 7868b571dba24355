"""Asking a reporter who they are. They answer in their follow-up space; the identity itself never comes here.

Only identity-vault can show it, to the one person named in the request, and only after the reporter signed
(loi 2016-1691, art. 9-I; CGFP, R135-1 to R135-10).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Row

from casework.domain.identity import Answer, Given, Standing, may_last_until, standing
from casework.domain.people import Quality, Staff
from casework.domain.proceeding import Proceeding, may_ask_for
from casework.domain.statuses import NotNow, Status
from casework.store.journal import Action
from casework.store.transaction import Transaction
from casework.usecases import telling
from casework.usecases.agreements import proceeding_of
from casework.usecases.desk import Desk, OpenCase, Unreachable, open_case, tell
from casework.usecases.labels import known_label, label_of
from chassis.clock import paris_day
from chassis.db import UnitOfWork
from chassis.sealing.statements import FIELDS, PURPOSES
from paravent.casework.v1.content_pb2 import IdentityRequest
from paravent.intake.v1.content_pb2 import ReporterMessage

# UTF-8 bytes, so that the request fits a notice; characters, so that names fit a signed statement.
LARGEST_REASON = 4096
LONGEST_NAME = 120
# A person is not asked again while an answer may still come, or has not taken effect.
_OPEN = {Standing.WAITING, Standing.PENDING}


class AskRefused(ValueError):
    """Something is missing or too much. `parts`: which: "purpose", "gate", "reason", "fields", "until", "name".

    "gate": a witness's case stands at first advice, and this purpose goes further (domain/proceeding.py).
    """

    def __init__(self, parts: Sequence[str]) -> None:
        super().__init__(", ".join(parts))
        self.parts = tuple(parts)


class AlreadyAsked(Exception):
    """This handler's last request is still open."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked. `request_id`: 16 bytes, drawn with the page. `name` and `body`: of the handler who asks."""

    request_id: bytes
    name: str = field(repr=False)
    body: str = field(repr=False)
    purpose: str
    reason: str = field(repr=False)
    fields: Sequence[str]
    until: date | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as its case shows it. `effective`: the day from which an agreement may be used.

    `given_at_filing`: nobody asked, the reporter agreed as they filed.
    """

    request_id: bytes
    mine: bool
    day: date
    standing: Standing
    name: str = field(repr=False)
    purpose: str
    reason: str = field(repr=False)
    fields: Sequence[str]
    until: date
    effective: date | None
    given_at_filing: bool = False


@dataclass(frozen=True, slots=True)
class IdentityView:
    """What a case shows of its identity: its code, how the report was filed, what was asked.

    `claimed`: False for an oral report that nobody has taken with its code: there is nobody to ask.
    """

    label: str
    anonymous: bool
    asked: Sequence[Asked]
    claimed: bool
    proceeding: Proceeding

    @property
    def may_ask(self) -> bool:
        return self.claimed and not any(one.mine and one.standing in _OPEN for one in self.asked)


def ask(uow: UnitOfWork[Transaction], desk: Desk, person: Staff, case_id: uuid.UUID, wanted: Ask) -> None:
    """Ask, once for a `request_id`. The handler who asks is the only one who would see the identity.

    Raises NoSuchCase, NotNow for a case that is not in charge, Unreachable, AskRefused and AlreadyAsked.
    """
    with uow("ask_identity") as tx:
        case = open_case(tx, desk, person, case_id, Quality.HANDLER, change=True)
        asked = list_asked(tx, case, person)
        if any(one.request_id == wanted.request_id for one in asked):
            return
        if case.row.status != Status.IN_CHARGE:
            raise NotNow("an identity is asked for by who took the case in charge")
        if not case.reporter.reachable:
            raise Unreachable
        until = _checked(wanted, tx.today, proceeding_of(case.row))
        if any(one.mine and one.standing in _OPEN for one in asked):
            raise AlreadyAsked
        request = _request(tx, case, person, wanted, until)
        origin = case.reporter.origin
        if tell(tx, desk, case, telling.identity_notice(origin, wanted.request_id, request, tx.now), person=person):
            tx.identity.add(wanted.request_id, case_id, person, case.seal.seal_request(request))
            tx.journal.note(person, case_id, Action.ASKED_IDENTITY)


def identity_of(tx: Transaction, case: OpenCase, person: Staff) -> IdentityView:
    """What the case shows of its identity to one of its handlers."""
    reporter = case.reporter
    return IdentityView(
        known_label(case),
        reporter.origin.identity_choice not in ("confidential", "known"),
        list_asked(tx, case, person),
        reporter.reachable,
        proceeding_of(case.row),
    )


def list_asked(tx: Transaction, case: OpenCase, person: Staff) -> list[Asked]:
    """Every request of the case, the newest first."""
    return [_asked(tx, case, person, row) for row in tx.identity.of_case(person, case.case_id)]


def given(message: ReporterMessage) -> Given:
    """What a reporter answered. Raises ValueError for a decision that is not ours, or none."""
    answer = Answer(message.answer.decision)
    if answer is Answer.ASKED:
        raise ValueError("not an answer")
    return Given(answer, message.written_at.ToDatetime(tzinfo=UTC))


def effective_at(message: ReporterMessage) -> datetime:
    """From when on an agreement may be used. Raises ValueError for an instant that cannot be read."""
    text = message.answer.effective_at
    instant = datetime.fromisoformat(text) if text else message.written_at.ToDatetime(tzinfo=UTC)
    if instant.tzinfo is None:
        raise ValueError("an instant without an offset")
    return instant


def _asked(tx: Transaction, case: OpenCase, person: Staff, row: Row[Any]) -> Asked:
    request = case.seal.open_request(row.request_id, row.sealed)
    until = date.fromisoformat(request.until)
    effective = None
    if row.sealed_answer and row.state in (Answer.AGREED, Answer.HASTENED):
        effective = effective_at(case.seal.open_answer(row.request_id, row.sealed_answer))
    return Asked(
        row.request_id,
        (request.issuer, request.subject) == (person.issuer, person.subject),
        row.day,
        standing(Answer(row.state), until, effective, tx.now, tx.today),
        request.name,
        request.purpose,
        request.reason,
        list(request.fields),
        until,
        paris_day(effective) if effective else None,
        request.given_at_filing,
    )


def _checked(wanted: Ask, today: date, proceeding: Proceeding) -> date:
    wrong = []
    if wanted.purpose not in PURPOSES:
        wrong.append("purpose")
    elif not may_ask_for(wanted.purpose, proceeding):
        wrong.append("gate")
    if not wanted.reason.strip() or len(wanted.reason.encode()) > LARGEST_REASON:
        wrong.append("reason")
    if not wanted.fields or not set(wanted.fields) <= set(FIELDS):
        wrong.append("fields")
    if wanted.until is None or not may_last_until(wanted.until, today):
        wrong.append("until")
    if not wanted.name.strip():
        wrong.append("name")
    if wrong or wanted.until is None:
        raise AskRefused(wrong)
    return wanted.until


def _request(tx: Transaction, case: OpenCase, person: Staff, wanted: Ask, until: date) -> IdentityRequest:
    return IdentityRequest(
        request_id=wanted.request_id,
        issuer=person.issuer,
        subject=person.subject,
        name=wanted.name.strip()[:LONGEST_NAME],
        body=wanted.body.strip()[:LONGEST_NAME],
        purpose=wanted.purpose,
        reason=wanted.reason.strip(),
        fields=[name for name in FIELDS if name in wanted.fields],
        case_label=label_of(tx, case),
        until=until.isoformat(),
        regime=case.row.regime,
    )
