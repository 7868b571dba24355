"""Declaring a worker's queues as soon as broker and producers are there."""

import time
from collections.abc import Sequence

from amqp.exceptions import RecoverableConnectionError
from google.protobuf.message import Message

from chassis import logs
from chassis.bus import topology
from chassis.bus.retries import RetryLadder

log = logs.get(__name__)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 2.0


def declare_when_possible(amqp_url: str, consumer: str, messages: Sequence[type[Message]], ladder: RetryLadder) -> None:
    """Declare, again and again while the broker is away or a producer has not made its exchange yet.

    What trying again does not mend (a queue declared otherwise, a right that is missing) is raised.
    """
    pause = _FIRST_PAUSE
    while True:
        try:
            topology.declare(amqp_url, consumer, messages, ladder)
        except topology.ExchangeMissing as missing:
            log.warning("bus.exchange_missing", exchange=str(missing), delay=pause)
        except (OSError, RecoverableConnectionError) as error:
            log.warning("bus.broker_away", delay=pause, exc_info=error)
        else:
            return
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
