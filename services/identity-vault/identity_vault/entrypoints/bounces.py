"""`courier-bounces < message.eml`: the mail server hands over what came back to the return address."""

from typing import BinaryIO

from chassis import logs
from identity_vault.usecases.bouncing import Bounces

log = logs.get(__name__)

_LARGEST = 1024 * 1024


def run(bounces: Bounces, source: BinaryIO) -> int:
    """Mark the contact that does not answer. Exit status 0 whatever the mail says: it must not bounce in turn."""
    log.info("bounces.taken" if bounces.take(source.read(_LARGEST)) else "bounces.ignored")
    return 0
