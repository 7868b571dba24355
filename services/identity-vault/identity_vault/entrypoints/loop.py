"""The work loops of a plain process that also serves: one thread each, beating as one."""

import threading
from collections.abc import Callable

from chassis.db import is_outage
from chassis.health import Heartbeat

_BEAT = 0.5
_SLICE = 0.25


class Loop:
    """Calls `work` until `stop`, and again at once while it answers that it did something."""

    def __init__(
        self,
        name: str,
        work: Callable[[], int],
        stop: threading.Event,
        *,
        every: float,
        wake: threading.Event | None = None,
    ) -> None:
        """`every`: seconds between two turns without work; `wake` ends such a pause early."""
        self._work = work
        self._stop = stop
        self._every = every
        self._wake = wake or threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def alive(self) -> bool:
        return self._thread.is_alive()

    def join(self) -> None:
        self._wake.set()
        self._thread.join(30)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            if not self._turn():
                self._pause()

    def _turn(self) -> bool:
        try:
            return bool(self._work())
        except Exception as error:
            if not is_outage(error):
                raise
            return False

    def _pause(self) -> None:
        left = self._every
        while left > 0 and not self._stop.is_set() and not self._wake.wait(min(left, _SLICE)):
            left -= _SLICE


def run_loops(loops: list[Loop], stop: threading.Event, heart: Heartbeat) -> None:
    """Run until `stop`. A loop that fails ends the process: whoever watches it starts another. Raises RuntimeError."""
    for loop in loops:
        loop.start()
    try:
        while not stop.is_set():
            if not all(loop.alive() for loop in loops):
                raise RuntimeError("a work loop ended")
            heart.beat()
            stop.wait(_BEAT)
    finally:
        stop.set()
        for loop in loops:
            loop.join()
        heart.stop()
