"""A witness has a code drawn, to be handed over to the person concerned.

The offer behind the code tells the member and the report's `ref`, never the witness's words. It is sealed to the code:
intake keeps what it cannot open, and the witness's own copy notes that a code was drawn, not the code.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from chassis.sealing import claims
from chassis.sealing.claims import CodeKeys
from chassis.sealing.receipts import Receipt
from intake.store.claims import ClaimRow
from intake.store.transaction import Transaction
from intake.usecases.envelopes import seal_message
from intake.usecases.opened import Keys, Opened, open_report, own_id, stamp
from intake.usecases.sessions import NoSuchReport, Space
from paravent.intake.v1.content_pb2 import ClaimOffer, CodeDrawn, ReporterMessage

_WITNESS = "witness"


class NotAWitness(Exception):
    """There is nobody to hand a code to: this is not the space of a witness's own report."""


class CodeGone(Exception):
    """This very code was drawn before, and counts no more: it was used or replaced, or its last day is over."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A code that counts. `again`: it was drawn before, and nothing changed."""

    until: date
    again: bool


def may_hand_over(opened: Opened) -> bool:
    """Is this a witness's report, filed here?"""
    return opened.copy.answers.quality == _WITNESS and not opened.copy.role


def draw_code(uow: UnitOfWork[Transaction], keys: Keys, space: Space, code: Receipt, clock: Clock) -> Handed:
    """Let this code open an offer; an earlier code of the same report is useless from now on.

    Raises NotAWitness, Disputed, CodeGone and NoSuchReport.
    """
    opened = open_report(uow, keys, space)
    if not may_hand_over(opened):
        raise NotAWitness("not a witness's own report")
    opened.check_undisputed()
    now, held = clock.now(), claims.derive(code)
    offer = _offer(opened, held, paris_day(now) + timedelta(days=claims.LIFE), clock)
    drawn = ReporterMessage(written_at=stamp(now), code=CodeDrawn(until=offer.until_day.isoformat()))
    copy = seal_message(drawn, opened.report.reporter_recipient)
    with uow("draw_code") as tx:
        if tx.reports.hold_by_id(offer.report_id) is None:
            raise NoSuchReport("the report is gone")
        if tx.messages.add(offer.report_id, own_id(space, b"code", held.claim_id), copy):
            tx.claims.put(offer)
            return Handed(offer.until_day, again=False)
        waiting = tx.claims.find(held.claim_id, paris_day(now))
    if waiting is None:
        raise CodeGone("the code counts no more")
    return Handed(waiting.until_day, again=True)


def _offer(opened: Opened, held: CodeKeys, until: date, clock: Clock) -> ClaimRow:
    told = ClaimOffer(
        role=claims.VICTIM,
        ref=opened.copy.ref,
        member_id=opened.copy.member_id,
        member_name=opened.copy.member_name,
        made_at=stamp(clock.now()),
    )
    report = opened.report
    envelope = claims.seal_offer(told, report_id=report.report_id, recipient=held.recipient)
    return ClaimRow(held.claim_id, report.report_id, report.cdg_id, envelope, until)
