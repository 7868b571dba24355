"""A reporter who told named referents who they are, as they filed: agreements that nobody had to ask for.

Each is kept as an answered request, so that the case shows it, and a withdrawal finds it, as it does any other. Who
they are is not in it: identity-vault shows that, to the one person named (design, 4.4).
"""

import uuid
from collections.abc import Iterable
from datetime import UTC, date
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from casework.domain.identity import Answer
from casework.store.people import AmbiguousPerson
from casework.store.transaction import Transaction
from casework.usecases.asking import effective_at
from casework.usecases.sealing import CaseSeal
from chassis import logs
from chassis.clock import paris_day
from chassis.sealing.statements import FIELDS, PURPOSES
from paravent.casework.v1.content_pb2 import IdentityRequest
from paravent.intake.v1.content_pb2 import IdentityAnswer, KnownTo, ReportContent, ReporterMessage

log = logs.get(__name__)


def keep_confided(tx: Transaction, reports: Iterable[tuple[uuid.UUID, CaseSeal, ReportContent]]) -> None:
    """Keep what was agreed as these reports were filed, each under its case's seal. An unsound one is left out."""
    rows, left_out = [], 0
    for case_id, seal, content in reports:
        for known in content.known_to:
            try:
                rows.append({"case_id": case_id} | _row(tx, seal, content, known))
            except ValueError:
                left_out += 1
    tx.identity.add_given(rows)
    if left_out:
        log.error("opener.unsound_agreement", count=left_out)


def _row(tx: Transaction, seal: CaseSeal, content: ReportContent, known: KnownTo) -> dict[str, Any]:
    """Raises ValueError for an agreement that a case could not show."""
    answer = _answer(content.submitted_at, known)
    effective_at(answer)
    date.fromisoformat(known.until)
    whole = len(known.request_id) == 16 and all((known.issuer, known.subject, known.name))
    if not whole or known.purpose not in PURPOSES or not set(known.fields) <= set(FIELDS):
        raise ValueError("not a sound agreement")
    request = IdentityRequest(
        request_id=known.request_id,
        issuer=known.issuer,
        subject=known.subject,
        name=known.name,
        body=known.body,
        purpose=known.purpose,
        fields=known.fields,
        case_label=content.case_label,
        until=known.until,
        regime=content.answers.regime,
        given_at_filing=True,
    )
    return {
        "request_id": known.request_id,
        "person_id": _person(tx, known),
        "state": str(Answer.AGREED),
        "day": paris_day(content.submitted_at.ToDatetime(tzinfo=UTC)),
        "sealed": seal.seal_request(request),
        "sealed_answer": seal.seal_answer(answer),
    }


def _answer(at: Timestamp, known: KnownTo) -> ReporterMessage:
    given = IdentityAnswer(request_id=known.request_id, decision=str(Answer.AGREED), effective_at=known.effective_at)
    return ReporterMessage(written_at=at, answer=given)


def _person(tx: Transaction, known: KnownTo) -> str:
    """Who is called when the reporter changes their mind; nobody, for an account that may not act here now."""
    try:
        found = tx.people.staff(known.issuer, known.subject)
    except AmbiguousPerson:
        return ""
    return found.person_id if found else ""
