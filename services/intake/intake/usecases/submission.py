"""Filing a report."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from chassis.sealing import receipts
from chassis.sealing.labels import draw_label
from chassis.sealing.receipts import Receipt, ReporterKeys
from intake.domain.avdhas import AVDHAS
from intake.domain.identity import Identity
from intake.domain.members import Member
from intake.domain.questionnaire import Answers, first_incomplete
from intake.store.reports import ReportRow
from intake.store.transaction import Transaction
from intake.usecases.confiding import Confided, Offer, confide
from intake.usecases.envelopes import (
    ANONYMOUS,
    CONFIDENTIAL,
    KNOWN,
    Filing,
    declares_danger,
    seal_for_casework,
    seal_for_reporter,
)
from intake.usecases.frames import report_frame, statement_frame
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
    # To whom the name is told from the start; each was offered for these very answers (confiding.Confidants).
    known_to: Sequence[Offer] = ()


def submit_report(
    uow: UnitOfWork[Transaction], keys: Keys, pepper: bytes, submission: Submission, clock: Clock
) -> bool:
    """Seal a report, queue it for casework, and its identity record and agreements for the vault; all or nothing.

    Answers False when this receipt's report was filed already: nothing changes. Raises AnswersIncomplete, NotCovered,
    KeysUnavailable and envelopes.TooLong before anything is written, ValueError for a name that is told and missing.
    """
    now = clock.now()
    day = paris_day(now)
    _check(submission, now)
    period, month_key = keys.casework_month(submission.member.cdg_id, day)
    vault_keys = keys.vault(day)
    reporter = receipts.derive(submission.receipt, pepper)
    ref, label = secrets.token_bytes(16), draw_label()
    confided = confide(submission.known_to, ref, label, now)
    filing = Filing(
        ref=ref,
        member=submission.member,
        answers=AVDHAS.relevant(submission.answers),
        files=submission.files,
        identity_choice=_choice(submission),
        submitted_at=now,
        contact=bool(submission.contact_email),
        case_label=label,
        known_to=[one.known for one in confided],
    )
    report = _seal(filing, month_key, reporter, day)
    frames = _frames(vault_keys, filing, reporter, submission, confided)
    with uow("submit_report") as tx:
        if not tx.reports.add(report):
            return False
        tx.files.add(report.report_id, (file.blob for file in submission.files))
        for frame in frames:
            tx.vault_queue.add(frame, vault_keys.period)
        tx.outbox.add(_event(report, period), held=not declares_danger(filing.answers))
    return True


def _check(submission: Submission, now: datetime) -> None:
    if not submission.member.accepts(now):
        raise NotCovered("the convention does not run today")
    missing = first_incomplete(AVDHAS, submission.answers)
    if missing is not None:
        raise AnswersIncomplete(missing.code)
    if submission.known_to and submission.identity is None:
        raise ValueError("there is no name to tell")


def _choice(submission: Submission) -> str:
    if submission.known_to:
        return KNOWN
    return CONFIDENTIAL if submission.identity else ANONYMOUS


def _frames(
    keys: VaultKeys, filing: Filing, reporter: ReporterKeys, submission: Submission, confided: Sequence[Confided]
) -> list[bytes]:
    """The report's frame and one for each agreement, in no order. None of them is prompt: all wait alike (0016)."""
    frames = [report_frame(keys, filing.ref, reporter.verify_key, submission.identity, submission.contact_email)]
    signed = [one.statement.signed(reporter.signing_seed) for one in confided]
    frames += [statement_frame(keys, verifier=statement) for statement in signed]
    secrets.SystemRandom().shuffle(frames)
    return frames


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
