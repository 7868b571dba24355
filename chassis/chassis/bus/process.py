"""The worker process: nameko's container around a service's handlers.

The worker class itself never meets nameko: a service class is made from its marks. Loads only after
`eventlet.monkey_patch()` and with psycopg set to wait cooperatively, else one slow query would stop every handler.
"""

import errno
import logging
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import eventlet
import psycopg.waiting
from eventlet.patcher import is_monkey_patched
from nameko.containers import ServiceContainer

from chassis import logs
from chassis.bus.consumer import Events, Stopping
from chassis.bus.delivery import Deliveries
from chassis.bus.handling import Handling
from chassis.bus.retries import RetryLadder
from chassis.bus.setup import declare_when_possible
from chassis.bus.subscriptions import Timer, subscriptions, timers
from chassis.bus.turns import Turns, taker
from chassis.health import Heartbeat

log = logs.get(__name__)
# What is still held in hand when a stop takes too long goes back to the broker.
_FORCED = 75
# Seconds between two clean-ups of the inbox.
_FORGET_EVERY = 6 * 3600.0


@dataclass(frozen=True)
class Options:
    """How a worker process runs. `stop_within` in seconds."""

    amqp_url: str
    ladder: RetryLadder
    concurrency: int
    stop_within: float
    state_dir: Path


def run(worker: Any, handling: Handling, options: Options) -> None:
    """Consume until SIGTERM."""
    _refuse_blocking()
    _quiet_libraries()
    marks = dict(subscriptions(worker))
    messages = [mark.message for mark in marks.values()]
    declare = partial(declare_when_possible, options.amqp_url, worker.name, messages, options.ladder)
    declare()
    stopping = Stopping(options.stop_within)
    deliveries = Deliveries(handling, options.amqp_url, options.ladder, stopping)
    container = ServiceContainer(_service_class(worker, deliveries, handling), _config(options, stopping, declare))
    _stop_on_signals(container, stopping)
    container.start()
    log.info("bus.started", count=len(marks))
    heartbeat = Heartbeat(options.state_dir, f"{worker.name}-worker")
    beating = eventlet.spawn(_beat, heartbeat)
    _wait(container)
    beating.kill()
    heartbeat.stop()
    deliveries.close()
    log.info("bus.stopped")


def _service_class(worker: Any, deliveries: Deliveries, handling: Handling) -> type:
    members: dict[str, Any] = {"name": worker.name}
    for name, mark in subscriptions(worker):
        members[name] = Events.decorator(mark)(deliveries.taker(f"{worker.name}.{name}", mark, getattr(worker, name)))
    for name, timer in timers(worker):
        members[name] = Turns.decorator(timer.seconds)(taker(timer, getattr(worker, name), handling.unit_of_work))
    forgetting = Timer(_FORGET_EVERY, f"inbox:{worker.name}")
    forget = taker(forgetting, handling.forget_old_events, handling.unit_of_work)
    members["forget_old_events"] = Turns.decorator(forgetting.seconds)(forget)
    return type("Service", (), members)


def _config(options: Options, stopping: Stopping, declare: Callable[[], None]) -> dict[str, Any]:
    return {
        "AMQP_URI": options.amqp_url,
        "max_workers": options.concurrency,
        "stopping": stopping,
        "declare": declare,
    }


def _refuse_blocking() -> None:
    if not is_monkey_patched("socket"):
        raise RuntimeError("a worker's role is declared with eventlet=True")
    if psycopg.waiting.wait is not psycopg.waiting.wait_selector:
        raise RuntimeError("PSYCOPG_WAIT_FUNC must be wait_selector before psycopg loads")


def _quiet_libraries() -> None:
    """nameko logs exceptions with their text and arguments; nothing of it is ours to keep."""
    for name in ("nameko", "kombu", "amqp"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _stop_on_signals(container: ServiceContainer, stopping: Stopping) -> None:
    def ask(_signal: int, _frame: Any) -> None:
        if not stopping.asked:
            stopping.ask()
            eventlet.spawn(container.stop)
            eventlet.spawn_after(stopping.within + 3, _give_up, stopping)

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)


def _give_up(stopping: Stopping) -> None:
    log.error("bus.stop_forced", count=stopping.in_hand)
    os._exit(_FORCED)


def _wait(container: ServiceContainer) -> None:
    """Wait for the container's end. A signal may interrupt the wait of the main greenlet: it goes on."""
    waiting = eventlet.spawn(container.wait)
    while True:
        try:
            waiting.wait()
        except OSError as error:
            if error.errno != errno.EINTR:
                raise
        else:
            return


def _beat(heartbeat: Heartbeat) -> None:
    while True:
        heartbeat.beat()
        eventlet.sleep(5)
