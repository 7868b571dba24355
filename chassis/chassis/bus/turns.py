"""A worker's timers: nameko calls at intervals, an advisory lock lets one process do the work."""

from collections.abc import Callable
from typing import Any

from nameko.timer import Timer as NamekoTimer

from chassis import logs
from chassis.bus.subscriptions import Timer
from chassis.db import UnitOfWork
from chassis.locks import lock_transaction

log = logs.get(__name__)


class Turns(NamekoTimer):  # type: ignore[misc]
    """The entrypoint of one timer. Its first turn is at the start."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds, eager=True)


def taker(timer: Timer, work: Callable[..., object], unit_of_work: UnitOfWork[Any]) -> Callable[..., None]:
    """The method that nameko calls. It never raises: a turn that fails is logged, the next one comes."""

    def turn(tx: Any) -> None:
        if lock_transaction(tx.session, timer.lock):
            work(tx)

    def take(_service: Any) -> None:
        try:
            unit_of_work.run(timer.lock, turn)
        except Exception as error:
            log.warning("bus.timer_failed", timer=timer.lock, exc_info=error)

    return take
