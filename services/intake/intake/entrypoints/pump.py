"""The sealpump: at each tick, what waits goes to identity-vault. A plain process, for gRPC and eventlet do not mix."""

import threading
import time

from chassis import logs
from chassis.clock import Clock
from chassis.db import Database, UnitOfWork
from chassis.health import Heartbeat
from chassis.keysets import KeySetRefused
from chassis.timers import take_turn
from intake.store.transaction import Transaction
from intake.usecases.pump import Vault, VaultAway, fetch_keys, pump_records

# Seconds between two readings of identity-vault's keys: sets hold days ahead, so an outage has time.
FETCH_SECONDS = 300.0
_BEAT_SECONDS = 5.0
# Seconds before the next try while there has been no key yet: without one the portal can accept nothing.
_FIRST_KEYS_SECONDS = 1.0

log = logs.get(__name__)


class Pump:
    """One tick: the vault's keys when they are due, then the records."""

    def __init__(self, uow: UnitOfWork[Transaction], vault: Vault, root_key: bytes, clock: Clock) -> None:
        self._uow = uow
        self._vault = vault
        self._root_key = root_key
        self._clock = clock
        self._fetch_at = float("-inf")

    @property
    def has_keys(self) -> bool:
        """Did this process ever read the vault's keys?"""
        return self._fetch_at > float("-inf")

    def tick(self) -> None:
        """Do what is due. A vault that is away leaves everything in place."""
        try:
            self._fetch()
            pump_records(self._uow, self._vault)
        except VaultAway:
            log.warning("pump.vault_away")

    def _fetch(self) -> None:
        if time.monotonic() < self._fetch_at:
            return
        try:
            fetch_keys(self._uow, self._vault, self._root_key, self._clock)
        except KeySetRefused:
            log.error("pump.key_set_refused")
            return
        self._fetch_at = time.monotonic() + FETCH_SECONDS


def run_pump(pump: Pump, database: Database, seconds: float, heartbeat: Heartbeat, stop: threading.Event) -> None:
    """Tick every `seconds`, one pump at a time, until `stop`. No notification wakes it: its pace tells nothing."""
    due = float("-inf")
    while not stop.is_set():
        heartbeat.beat()
        if time.monotonic() >= due:
            take_turn("intake.sealpump", database.engine, pump.tick)
            due = time.monotonic() + (seconds if pump.has_keys else min(seconds, _FIRST_KEYS_SECONDS))
        stop.wait(min(seconds, _BEAT_SECONDS, max(0.0, due - time.monotonic())))
    heartbeat.stop()
