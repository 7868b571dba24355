"""Stopping politely: SIGTERM and SIGINT ask, the process finishes what it has in hand."""

import signal
import threading
from types import FrameType


def on_termination() -> threading.Event:
    """An event that SIGTERM or SIGINT sets. Call it from the main thread of a plain process."""
    stop = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return stop
