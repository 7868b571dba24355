"""Filing a report."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from chassis.sealing import receipts
from chassis.sealing.receipts import Receipt, ReporterKeys
from intake.domain.avdhas import AVDHAS
from intake.domain.identity import Identity
from intake.domain.members import Member
from intake.domain.questionnaire import Answers, first_incomplete
from intake.store.reports import ReportRow
from intake.store.transaction import Transaction
from intake.usecases.envelopes import (
    ANONYMOUS,
    CONFIDENTIAL,
    Filing,
    declares_danger,
    seal_for_casework,
    seal_for_reporter,
)
from intake.usecases.frames import report_frame
from intake.usecases.keys import VaultKeys
from paravent.intake.v1.content_pb2 import SealedFile
from paravent.intake.v1.events_pb2 import ReportSubmitted


class Keys(Protocol):
    """The public keys to seal to. Both raise KeysUnavailable."""

    def casework_month(self, cdg_id: str, day: date) -> tuple[str, str]: ...
    def vault(self, day: date) -> VaultKeys: ...


class AnswersIncomplete(Exception):
    """A step asked is not answered; `step` is its code."""

    def __init__(self, step: str) -> None:
        super().__init__(f"step {step} is incomplete")
        self.step = step


class NotCovered(Exception):
    """The member's convention does not run today."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What the reporter sends. The receipt was drawn before: sending the same one again is the same report."""

    receipt: Receipt
    member: Member
    answers: Answers = field(repr=False)
    files: Sequence[SealedFile] = field(default=(), repr=False)
    identity: Identity | None = field(default=None, repr=False)
    # Where to be told that something waits; empty: nowhere.
    contact_email: str = field(default="", repr=False)


def submit_report(
    uow: UnitOfWork[Transaction], keys: Keys, pepper: bytes, submission: Submission, clock: Clock
) -> bool:
    """Seal a report, queue it for casework and its identity record for the vault; all of it or nothing.

    Answers False when this receipt's report was filed already: nothing changes. Raises AnswersIncomplete, NotCovered,
    KeysUnavailable and envelopes.TooLong before anything is written.
    """
    now = clock.now()
    day = paris_day(now)
    _check(submission, day)
    period, month_key = keys.casework_month(submission.member.cdg_id, day)
    vault_keys = keys.vault(day)
    reporter = receipts.derive(submission.receipt, pepper)
    filing = Filing(
        ref=secrets.token_bytes(16),
        member=submission.member,
        answers=AVDHAS.relevant(submission.answers),
        files=submission.files,
        identity_choice=CONFIDENTIAL if submission.identity else ANONYMOUS,
        submitted_at=now,
        contact=bool(submission.contact_email),
    )
    report = _seal(filing, month_key, reporter, day)
    frame = report_frame(vault_keys, filing.ref, reporter.verify_key, submission.identity, submission.contact_email)
    with uow("submit_report") as tx:
        if not tx.reports.add(report):
            return False
        tx.files.add(report.report_id, (file.blob for file in submission.files))
        tx.vault_queue.add(frame, vault_keys.period)
        tx.outbox.add(_event(report, period), held=not declares_danger(filing.answers))
    return True


def _check(submission: Submission, day: date) -> None:
    if not submission.member.accepts(day):
        raise NotCovered("the convention does not run today")
    missing = first_incomplete(AVDHAS, submission.answers)
    if missing is not None:
        raise AnswersIncomplete(missing.code)


def _seal(filing: Filing, month_key: str, reporter: ReporterKeys, day: date) -> ReportRow:
    return ReportRow(
        lookup_id=reporter.lookup_id,
        reporter_recipient=reporter.recipient,
        report_id=secrets.token_bytes(16),
        cdg_id=filing.member.cdg_id,
        day=day,
        reporter_envelope=seal_for_reporter(filing, reporter.recipient),
        casework_envelope=seal_for_casework(filing, month_key, reporter.recipient),
    )


def _event(report: ReportRow, period: str) -> ReportSubmitted:
    return ReportSubmitted(
        report_id=report.report_id,
        cdg_id=report.cdg_id,
        key_period=period,
        envelope=report.casework_envelope or b"",
    )
