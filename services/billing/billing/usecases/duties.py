"""What must happen because a day has come, without anybody asking: each duty finds by itself what is due.

A duty is run again and again (role `clock`), and does nothing twice: what it did is in the database, in the same
transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from billing.store.transaction import Transaction
from billing.usecases.billing_calls import issue_calls, remind
from billing.usecases.calling import call_members
from billing.usecases.confirming import ask_for_confirmations
from billing.usecases.dunning import prepare
from billing.usecases.membership_days import tell_days
from billing.usecases.payment_files import forget
from billing.usecases.price_lists import keep_price_lists
from billing.usecases.settling import bill_shares, keep_funds, settle_funds
from chassis.clock import Clock
from chassis.db import UnitOfWork

Work = Callable[[UnitOfWork[Transaction], Clock], int]


@dataclass(frozen=True, slots=True)
class Duty:
    """One of them. `work` answers how much it did."""

    name: str
    work: Work


DUTIES: Sequence[Duty] = (
    Duty("membership_days", tell_days),
    Duty("confirm_referents", ask_for_confirmations),
    Duty("call_members", call_members),
    Duty("issue_calls", issue_calls),
    Duty("remind_calls", remind),
    Duty("keep_price_lists", keep_price_lists),
    Duty("keep_funds", keep_funds),
    Duty("settle_funds", settle_funds),
    Duty("bill_shares", bill_shares),
    Duty("prepare_reminders", prepare),
    Duty("forget_payment_files", forget),
)


def run_duties(uow: UnitOfWork[Transaction], clock: Clock, duties: Sequence[Duty] = DUTIES) -> dict[str, int]:
    """Run each once; answer how much each did, those that did nothing left out."""
    done = {duty.name: duty.work(uow, clock) for duty in duties}
    return {name: count for name, count in done.items() if count}
