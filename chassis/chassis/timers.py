"""Work done at intervals, by one process at a time: each turn runs under an advisory lock."""

import threading
from collections.abc import Callable

from sqlalchemy import Engine

from chassis.db import is_outage
from chassis.locks import advisory_lock


def every(
    seconds: float, lock: str, engine: Engine, work: Callable[[], object], *, stop: threading.Event | None = None
) -> None:
    """Call `work` at once and then every `seconds`, under the lock named `lock`, until `stop` is set.

    A turn is skipped while another process holds the lock, and while PostgreSQL is away. What `work` raises otherwise
    is raised. For plain processes; a worker uses `chassis.bus.timer`.
    """
    stop = stop or threading.Event()
    while not stop.is_set():
        take_turn(lock, engine, work)
        stop.wait(seconds)


def take_turn(lock: str, engine: Engine, work: Callable[[], object]) -> bool:
    """Call `work` once if the lock is free; answer whether it was called to its end."""
    try:
        with advisory_lock(engine, lock) as held:
            if held:
                work()
            return held
    except Exception as error:
        if not is_outage(error):
            raise
        return False
