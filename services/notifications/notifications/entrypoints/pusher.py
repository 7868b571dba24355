"""The pusher: a plain process that empties the queue of webhooks."""

import threading

from sqlalchemy import Engine

from chassis.health import Heartbeat
from chassis.queues import Listener, work_off
from notifications.store.webhooks import CHANNEL
from notifications.usecases.pushing import Pushing


def run(pushing: Pushing, engine: Engine, stop: threading.Event, heartbeat: Heartbeat, *, poll: float) -> None:
    """Push until `stop` is set. `poll`: seconds between two looks for messages whose delay is over."""

    def work() -> int:
        heartbeat.beat()
        return pushing.push_next()

    work_off(work, Listener(engine, CHANNEL), stop, poll=poll)
    heartbeat.stop()
