"""What happens by the hour: the count of sealed records leaves the memory, and nothing finer than the day stays."""

import threading
import time

from chassis import logs
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork, is_outage
from chassis.health import Heartbeat
from identity_vault.store.transaction import Transaction
from identity_vault.usecases.counting import Tally

log = logs.get(__name__)

_HOUR = 3600.0
_BEAT = 5.0


def write_count(uow: UnitOfWork[Transaction], tally: Tally, clock: Clock) -> None:
    """Add what was counted to the day's count. While the database is away, it stays in memory."""
    count = tally.take()
    if not count:
        return
    try:
        uow.run("count_sealed", lambda tx: tx.seal_counts.add(paris_day(clock.now()), count))
    except Exception as error:
        tally.add(count)
        if not is_outage(error):
            raise
        log.warning("counts.kept", exc_info=error)


def run_until(
    stop: threading.Event, uow: UnitOfWork[Transaction], tally: Tally, clock: Clock, heart: Heartbeat
) -> None:
    """Beat, and write the count every hour and at the end."""
    next_write = time.monotonic() + _HOUR
    while not stop.is_set():
        heart.beat()
        stop.wait(_BEAT)
        if time.monotonic() >= next_write:
            next_write += _HOUR
            write_count(uow, tally, clock)
    write_count(uow, tally, clock)
    heart.stop()
