"""An oral report: a screener takes down what somebody says, and gives them a code with which to make it their own.

A report may be made by voice, is put in writing, and whoever made it may check, rectify and approve it (décret
2022-1284, art. 6-II). No name is taken: who reports seals it, or not, when they come with their code. Until then
there is no key to answer them with, and no record of them in identity-vault.
"""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from casework.domain.acts import Act, Regime
from casework.domain.people import Staff
from casework.store.journal import Action
from casework.store.transaction import Transaction
from casework.usecases.desk import Desk, NoSuchCase
from chassis.db import UnitOfWork
from chassis.sealing import age, claims, padding
from chassis.sealing.receipts import Receipt
from paravent.casework.v1.events_pb2 import ClaimOffered
from paravent.intake.v1.content_pb2 import Answers, ClaimOffer, ReportContent

QUESTIONNAIRE = "oral-2026-1"
# Bytes of an envelope: an event's payload is no larger.
LARGEST = 64 * 1024
QUALITIES = ("victim", "witness")


class TooLong(ValueError):
    """What was taken down does not fit an envelope."""


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member that a screener may take a report for."""

    member_id: str
    name: str
    cdg_id: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An oral report before it is sent. Everything is drawn with its form, so that sending it twice is one case."""

    member_id: str
    report_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    case_id: uuid.UUID = field(default_factory=uuid.uuid4)
    code: Receipt = field(default_factory=Receipt.draw, repr=False)
    answers: Answers = field(default_factory=Answers, repr=False)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a draft. `until`: the code's last day. `again`: it had been sent before; nothing changed now."""

    until: date
    again: bool


def members(uow: UnitOfWork[Transaction], person: Staff) -> Sequence[MemberLine]:
    """Those of the CdGs that the screener reads for."""
    with uow("members_served") as tx:
        return _members(tx, person)


def missing(answers: Answers) -> list[str]:
    """What an oral report cannot do without, by the name of its answer."""
    wrong = []
    if answers.quality not in QUALITIES:
        wrong.append("quality")
    if not answers.acts or not set(answers.acts) <= {str(act) for act in Act if act is not Act.ALERTE}:
        wrong.append("acts")
    if not answers.what.strip():
        wrong.append("what")
    if not answers.implicated:
        wrong.append("implicated")
    return wrong


def take_down(uow: UnitOfWork[Transaction], desk: Desk, person: Staff, draft: Draft) -> Taken:
    """Queue the report for the opener and offer it to whoever holds the code, once.

    Raises NoSuchCase for a member that the screener does not serve, NoMonthKey, TooLong, and ValueError for answers in
    which something is `missing`.
    """
    if missing(draft.answers):
        raise ValueError("something is missing in an oral report")
    with uow("take_down") as tx:
        member = next((one for one in _members(tx, person) if one.member_id == draft.member_id), None)
        if member is None:
            raise NoSuchCase
        period, recipient = desk.months.month(tx, member.cdg_id)
        content = _content(tx, draft)
        envelope = age.seal(recipient, padding.pad_to_bucket(content.SerializeToString(deterministic=True)))
        offered = _offered(tx, desk, draft, member, content)
        if max(len(envelope), len(offered.envelope)) > LARGEST:
            raise TooLong
        new = tx.inbound.put_oral(draft.report_id, draft.case_id, member.cdg_id, period, envelope)
        if new:
            tx.outbox.add(offered)
            tx.journal.note(person, draft.case_id, Action.TOOK_DOWN)
        return Taken(date.fromisoformat(offered.until_day), not new)


def _content(tx: Transaction, draft: Draft) -> ReportContent:
    """As intake seals a report, but with nobody to answer and a `ref` that serves until it is claimed."""
    content = ReportContent(
        ref=secrets.token_bytes(16), member_id=draft.member_id, answers=draft.answers, identity_choice="anonymous"
    )
    content.answers.regime = str(Regime.AVDHAS)
    content.answers.questionnaire = QUESTIONNAIRE
    content.submitted_at.FromDatetime(tx.now)
    return content


def _offered(tx: Transaction, desk: Desk, draft: Draft, member: MemberLine, content: ReportContent) -> ClaimOffered:
    offer = ClaimOffer(
        role=claims.REPORTER,
        ref=content.ref,
        member_id=member.member_id,
        member_name=member.name,
        made_at=content.submitted_at,
        answers=content.answers,
    )
    keys = claims.derive(draft.code)
    return ClaimOffered(
        claim_id=keys.claim_id,
        report_id=draft.report_id,
        cdg_id=member.cdg_id,
        envelope=desk.notices.seal_offer(
            offer, cdg_id=member.cdg_id, report_id=draft.report_id, recipient=keys.recipient
        ),
        until_day=(tx.today + timedelta(days=claims.LIFE)).isoformat(),
    )


def _members(tx: Transaction, person: Staff) -> list[MemberLine]:
    return [MemberLine(row.member_id, row.name, row.cdg_id) for row in tx.people.served_by(person)]
