"""What a data protection officer may see of the journal: how often what happened, never about whom."""

from typing import NamedTuple

from chassis.db import UnitOfWork
from identity_vault.store.journal_view import DayCount, DiscloserTransaction


class Watched(NamedTuple):
    """One month of the journal, and the months that there are. `month` is empty while there is none."""

    months: list[str]
    month: str
    days: list[DayCount]


def watch(uow: UnitOfWork[DiscloserTransaction], month: str) -> Watched:
    """The month asked for, or the newest one."""
    with uow("watch_journal") as tx:
        months = tx.journal.months()
        chosen = month if month in months else next(iter(months), "")
        return Watched(months, chosen, tx.journal.days(chosen) if chosen else [])
