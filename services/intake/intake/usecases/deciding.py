"""The presumed victim changes their decision: takes an agreement back, or agrees after all.

It goes to casework as anything said in a follow-up space; nothing is signed, for a human confirms every agreement.
"""

from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from chassis.sealing.claims import VICTIM
from chassis.sealing.statements import text_hash
from intake.domain.proceeding import AGREED, following, sentence
from intake.store.transaction import Transaction
from intake.usecases.consenting import TextChanged
from intake.usecases.envelopes import seal_message
from intake.usecases.opened import Keys, Opened, open_report, own_id, spoken, stamp
from intake.usecases.sessions import Space
from paravent.intake.v1.content_pb2 import ProceedingDecision, ReporterMessage


class NotConcerned(Exception):
    """This is not the space of a presumed victim."""


class CannotDecide(Exception):
    """This decision cannot follow the last one."""


def decision_of(opened: Opened) -> str:
    """The last decision. Raises NotConcerned."""
    if opened.copy.role != VICTIM or not opened.decisions:
        raise NotConcerned("not a presumed victim's space")
    return opened.decisions[-1].message.proceeding.decision


def decide(uow: UnitOfWork[Transaction], keys: Keys, space: Space, decision: str, shown: str, clock: Clock) -> bool:
    """Tell casework, with a copy for its author; False when it stands so already. `shown`: hash of the sentence shown.

    Raises NotConcerned, CannotDecide, Disputed (of an agreement), TextChanged, KeysUnavailable and NoSuchReport.
    """
    opened = open_report(uow, keys, space)
    last = decision_of(opened)
    if decision == last:
        return False
    if decision != following(last):
        raise CannotDecide("not after the last decision")
    if decision == AGREED:
        opened.check_undisputed()
    text = text_hash(sentence(decision, opened.copy.member_name))
    if text.hex() != shown:
        raise TextChanged("another sentence was shown")
    report, now = opened.report, clock.now()
    period, month_key = keys.casework_month(report.cdg_id, paris_day(now))
    said = ReporterMessage(written_at=stamp(now), proceeding=ProceedingDecision(decision=decision, text=text))
    # Its id holds the place of the decision: two at once are one.
    message_id = own_id(space, b"proceeding", len(opened.decisions).to_bytes(4, "big"))
    told = spoken(report, period, message_id, seal_message(said, month_key))
    copy = seal_message(said, report.reporter_recipient)
    with uow("decide") as tx:
        if not tx.messages.add(report.report_id, message_id, copy):
            return False
        tx.outbox.add(told, held=True)
    return True
