"""The printer's loop."""

import threading

from billing.store.transaction import Transaction
from billing.usecases.ports import Press
from billing.usecases.printing import print_some
from chassis.db import UnitOfWork, is_outage
from chassis.health import Heartbeat

# Seconds between two looks, when nothing waited.
_PAUSE = 5


def run_printer(uow: UnitOfWork[Transaction], press: Press, beat: Heartbeat, stop: threading.Event) -> None:
    """Print until `stop` is set; an absent PostgreSQL is waited for."""
    while not stop.is_set():
        printed = 0
        try:
            printed = print_some(uow, press)
        except Exception as error:
            if not is_outage(error):
                raise
        beat.beat()
        if not printed:
            stop.wait(_PAUSE)
