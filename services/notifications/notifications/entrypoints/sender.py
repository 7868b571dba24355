"""The sender: a plain process that empties the queue of mails."""

import threading

from sqlalchemy import Engine

from chassis.health import Heartbeat
from chassis.queues import Listener, work_off
from notifications.store.deliveries import CHANNEL
from notifications.usecases.sending import Sending


def run(sending: Sending, engine: Engine, stop: threading.Event, heartbeat: Heartbeat, *, poll: float) -> None:
    """Send until `stop` is set. `poll`: seconds between two looks for mails whose delay is over."""

    def work() -> int:
        heartbeat.beat()
        return sending.send_next()

    work_off(work, Listener(engine, CHANNEL), stop, poll=poll)
    heartbeat.stop()
