"""Somebody uses a code: they join a case, with a receipt of their own.

What happens is that of a report that is filed: a row that their receipt finds, a frame for identity-vault like any
other, an event for casework. It happens once: the offer goes in the same transaction. Who joins is declared, not
proven; casework has a human confirm it.
"""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from chassis.sealing import age, claims, padding, receipts
from chassis.sealing.receipts import Receipt
from chassis.sealing.statements import text_hash
from chassis.signing import BadSignature
from intake.domain.identity import Identity
from intake.domain.proceeding import AGREED, REFUSED, sentence
from intake.store.claims import ClaimRow
from intake.store.reports import ReportRow
from intake.store.transaction import Transaction
from intake.usecases.envelopes import ANONYMOUS, CONFIDENTIAL, seal_joining, seal_message
from intake.usecases.frames import report_frame
from intake.usecases.keys import KeysUnavailable
from intake.usecases.opened import Keys, instant, own_id, spoken, stamp
from intake.usecases.sessions import Space
from paravent.casework.v1.events_pb2 import ClaimOffered
from paravent.intake.v1.content_pb2 import ClaimOffer, ProceedingDecision, ReporterCopy, ReporterMessage, Voice
from paravent.intake.v1.events_pb2 import VoiceJoined

# An offer's last day may lie this much further than a code lives: clocks and midnights differ.
_SLACK = timedelta(days=2)


class NotAnOffer(Exception):
    """What casework offers has not the form of an offer, or is for a report that was filed here."""


class NoSuchOffer(Exception):
    """Nothing waits under this code: unknown, used, replaced or out of date. Which of them is not told."""


class Undecided(Exception):
    """The presumed victim neither agreed nor refused, or the oral report's reporter did not say if it is right."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a code opened."""

    row: ClaimRow = field(repr=False)
    told: ClaimOffer = field(repr=False)

    @property
    def role(self) -> str:
        return self.told.role

    @property
    def made_on(self) -> date:
        return paris_day(instant(self.told.made_at))


@dataclass(frozen=True, slots=True)
class Joining:
    """What a person sends to join. The receipt was drawn with the page: sending the same one again is the same act.

    `decision`: of a presumed victim, see domain.proceeding. `remark`: of an oral report's reporter, said as a message.
    """

    receipt: Receipt
    decision: str = ""
    remark: str = field(default="", repr=False)
    identity: Identity | None = field(default=None, repr=False)
    # Where to be told that something waits; empty: nowhere.
    contact_email: str = field(default="", repr=False)


def keep_offer(tx: Transaction, event: ClaimOffered, today: date) -> None:
    """Keep what casework offers, once. Raises NotAnOffer.

    Only an oral report is offered so, and intake knows none before its reporter comes: casework's offers cannot take
    the place of a witness's.
    """
    try:
        until = date.fromisoformat(event.until_day)
    except ValueError:
        raise NotAnOffer("the last day is no day") from None
    whole = len(event.claim_id) == 16 and len(event.report_id) == 16 and event.cdg_id and event.envelope
    if not whole or until > today + timedelta(days=claims.LIFE) + _SLACK or tx.reports.knows(event.report_id):
        raise NotAnOffer("not an offer of an oral report")
    tx.claims.keep(ClaimRow(event.claim_id, event.report_id, event.cdg_id, event.envelope, until))


def find_offer(uow: UnitOfWork[Transaction], keys: Keys, code: Receipt, clock: Clock) -> Offer:
    """What waits under a code. Looking uses nothing up. Raises NoSuchOffer and KeysUnavailable."""
    held = claims.derive(code)
    with uow("find_offer") as tx:
        row = tx.claims.find(held.claim_id, paris_day(clock.now()))
        known = row is not None and tx.reports.knows(row.report_id)
    if row is None:
        raise NoSuchOffer("nothing waits under this code")
    signers = keys.casework_signers(row.cdg_id)
    try:
        told = claims.open_offer(row.envelope, report_id=row.report_id, identity=held.identity, signers=signers)
    except BadSignature:
        if not signers:
            raise KeysUnavailable("no key of casework at hand to check an offer with") from None
        raise NoSuchOffer("casework did not make this offer") from None
    except age.CannotOpen:
        raise NoSuchOffer("the offer is not for this code") from None
    # A witness's report was filed here; an oral one was not.
    if known != (told.role == claims.VICTIM):
        raise NoSuchOffer("the offer is not for this report")
    return Offer(row, told)


def joined(uow: UnitOfWork[Transaction], pepper: bytes, receipt: Receipt) -> ReporterCopy | None:
    """Did this receipt's holder join already? Answers their own copy."""
    reporter = receipts.derive(receipt, pepper)
    with uow("find_joined") as tx:
        report = tx.reports.find(reporter.lookup_id)
    if report is None:
        return None
    return ReporterCopy.FromString(padding.unpad(age.open(reporter.identity, report.reporter_envelope)))


def join(uow: UnitOfWork[Transaction], keys: Keys, pepper: bytes, offer: Offer, joining: Joining, clock: Clock) -> bool:
    """Use the offer up, and all that follows from it; all of it or nothing. False when this receipt joined already.

    Raises NoSuchOffer when somebody else used it meanwhile, Undecided and KeysUnavailable.
    """
    _check(offer, joining)
    now = clock.now()
    day = paris_day(now)
    month, vault = keys.casework_month(offer.row.cdg_id, day), keys.vault(day)
    reporter = receipts.derive(joining.receipt, pepper)
    ref = secrets.token_bytes(16)
    copy = _copy(offer, joining, ref, now)
    report = ReportRow(
        lookup_id=reporter.lookup_id,
        reporter_recipient=reporter.recipient,
        report_id=secrets.token_bytes(16),
        cdg_id=offer.row.cdg_id,
        day=day,
        reporter_envelope=seal_joining(copy, reporter.recipient),
        casework_envelope=None,
    )
    event = _event(offer, report, month, _voice(offer, joining, copy, reporter.recipient, now))
    frame = report_frame(vault, ref, reporter.verify_key, joining.identity, joining.contact_email)
    said, message_id = _said(offer, joining, now), own_id(Space(reporter.lookup_id, reporter.identity, now), b"joined")
    own = seal_message(said, reporter.recipient)
    spoke = spoken(report, month[0], message_id, seal_message(said, month[1])) if said.HasField("text") else None
    with uow("join") as tx:
        if not tx.reports.add(report):
            return False
        if not tx.claims.take(offer.row):
            raise NoSuchOffer("somebody else used this code")
        tx.messages.add(report.report_id, message_id, own)
        tx.vault_queue.add(frame, vault.period)
        tx.outbox.add(event, held=True)
        if spoke is not None:
            tx.outbox.add(spoke, held=True)
    return True


def _check(offer: Offer, joining: Joining) -> None:
    decided = joining.decision in (AGREED, REFUSED) if offer.role == claims.VICTIM else bool(joining.remark)
    if not decided:
        raise Undecided("nothing was decided")


def _copy(offer: Offer, joining: Joining, ref: bytes, now: datetime) -> ReporterCopy:
    """The own copy. Of an oral report it holds what was taken down, and when; of a witness's, nothing of it."""
    told = offer.told
    oral = offer.role == claims.REPORTER
    return ReporterCopy(
        ref=ref,
        member_id=told.member_id,
        member_name=told.member_name,
        submitted_at=told.made_at if oral else stamp(now),
        answers=told.answers if oral else None,
        identity_choice=CONFIDENTIAL if joining.identity else ANONYMOUS,
        contact=bool(joining.contact_email),
        role=offer.role,
    )


def _voice(offer: Offer, joining: Joining, copy: ReporterCopy, recipient: str, now: datetime) -> Voice:
    return Voice(
        ref=copy.ref,
        role=offer.role,
        proof=offer.told.ref,
        recipient=recipient,
        identity_choice=copy.identity_choice,
        joined_at=stamp(now),
        proceeding=_decision(offer, joining) if offer.role == claims.VICTIM else None,
    )


def _event(offer: Offer, report: ReportRow, month: tuple[str, str], voice: Voice) -> VoiceJoined:
    period, month_key = month
    return VoiceJoined(
        report_id=report.report_id,
        joins=offer.row.report_id,
        cdg_id=report.cdg_id,
        key_period=period,
        envelope=seal_joining(voice, month_key),
    )


def _said(offer: Offer, joining: Joining, now: datetime) -> ReporterMessage:
    """What stays in the own copies: a victim's decision, an oral reporter's remark."""
    if offer.role == claims.VICTIM:
        return ReporterMessage(written_at=stamp(now), proceeding=_decision(offer, joining))
    return ReporterMessage(written_at=stamp(now), text=joining.remark)


def _decision(offer: Offer, joining: Joining) -> ProceedingDecision:
    words = sentence(joining.decision, offer.told.member_name)
    return ProceedingDecision(decision=joining.decision, text=text_hash(words))
