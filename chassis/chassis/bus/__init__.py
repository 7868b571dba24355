"""The bus: events between services, at least once, applied once.

A service declares handlers with `subscribe` (and timers with `timer`) in `entrypoints/events.py` and runs them with
`run_worker`. nameko stays behind `chassis.bus.worker`: this package loads without it.
"""

from chassis.bus.retries import RetryLadder
from chassis.bus.subscriptions import Refused, subscribe, timer
from chassis.bus.worker import run_worker

__all__ = ["Refused", "RetryLadder", "run_worker", "subscribe", "timer"]
