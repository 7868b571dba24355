"""The sealpump: one frame to identity-vault in each slot. A plain process, for gRPC and eventlet do not mix."""

import threading
import time
from dataclasses import dataclass

from chassis import logs
from chassis.clock import Clock
from chassis.db import Database, UnitOfWork, is_outage
from chassis.health import Heartbeat
from chassis.keysets import KeySetRefused
from chassis.locks import Leadership
from intake.domain.slots import Planner, next_slot
from intake.store.transaction import Transaction
from intake.usecases.pump import (
    Keys,
    Parcel,
    Vault,
    VaultAway,
    fetch_keys,
    prepare,
    prepare_due,
    retire_keys,
    send,
    take_arrivals,
)

# Seconds between two readings of identity-vault's keys: sets hold days ahead, so an outage has time.
FETCH_SECONDS = 300.0
# Seconds between two words to the sealer about the transport keys that nobody needs any more.
RETIRE_SECONDS = 3600.0
_BEAT_SECONDS = 5.0
# Seconds before the next try while there has been no key yet: without one the portal can accept nothing.
_FIRST_KEYS_SECONDS = 1.0
# Seconds before a slot in which its frame is made ready, so that it leaves on the slot, whatever it is.
_LEAD_SECONDS = 2.0
# Seconds that frames may leave back to back before the heart beats again.
_RUN_SECONDS = 2.0
# Frames that are read and deleted together when they leave back to back.
_BATCH = 20

log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two looks at what has arrived, and between two slots; slot 0: back to back, without covers."""

    tick: float
    slot: float

    @property
    def lead(self) -> float:
        return min(_LEAD_SECONDS, self.slot / 4)


class Pump:
    """What the process does at a tick and in a slot. A vault that is away leaves everything in place."""

    def __init__(
        self, uow: UnitOfWork[Transaction], vault: Vault, root_key: bytes, clock: Clock, keys: Keys, planner: Planner
    ) -> None:
        self._uow = uow
        self._vault = vault
        self._root_key = root_key
        self._clock = clock
        self._keys = keys
        self._planner = planner
        self._fetch_at = self._retire_at = float("-inf")
        self._started = self._away = False

    @property
    def has_keys(self) -> bool:
        """Did this process ever read the vault's keys?"""
        return self._fetch_at > float("-inf")

    def tick(self) -> None:
        """Look at what has arrived; fetch and retire keys when that is due."""
        take_arrivals(self._uow, self._planner, self._clock, first=not self._started)
        self._started = True
        try:
            self._fetch()
            self._retire()
            self._answers(True)
        except VaultAway:
            self._answers(False)

    def prepare(self) -> Parcel | None:
        """What leaves in the next slot."""
        return prepare(self._uow, self._planner, self._keys, self._clock)

    def prepare_due(self, at_most: int) -> list[Parcel]:
        """What is due, without covers."""
        return prepare_due(self._uow, self._planner, at_most)

    def send(self, *parcels: Parcel) -> bool:
        """Let them leave, in their order; False when the vault is away."""
        try:
            send(self._uow, self._vault, self._planner, parcels, self._clock)
        except VaultAway:
            self._answers(False)
            return False
        self._answers(True)
        return True

    def _fetch(self) -> None:
        if time.monotonic() < self._fetch_at:
            return
        try:
            fetch_keys(self._uow, self._vault, self._root_key, self._clock)
        except KeySetRefused:
            log.error("pump.key_set_refused")
            return
        self._fetch_at = time.monotonic() + FETCH_SECONDS

    def _retire(self) -> None:
        if time.monotonic() >= self._retire_at:
            retire_keys(self._uow, self._vault, self._clock)
            self._retire_at = time.monotonic() + RETIRE_SECONDS

    def _answers(self, answers: bool) -> None:
        """Say it once when the vault goes away, and once when it is back."""
        if answers == self._away:
            self._away = not answers
            log.warning("pump.vault_away") if self._away else log.info("pump.vault_back")


class _Loop:
    """When a pump ticks and when it sends."""

    def __init__(self, pump: Pump, pace: Pace, clock: Clock, stop: threading.Event) -> None:
        self._pump = pump
        self._pace = pace
        self._clock = clock
        self._stop = stop
        self._tick_at = float("-inf")

    def turn(self) -> float:
        """Do what is due; answer the seconds until something is again."""
        if time.monotonic() >= self._tick_at:
            self._pump.tick()
            pause = self._pace.tick if self._pump.has_keys else min(self._pace.tick, _FIRST_KEYS_SECONDS)
            self._tick_at = time.monotonic() + pause
        rest = self._slot() if self._pace.slot else self._run()
        return max(0.0, min(rest, self._tick_at - time.monotonic()))

    def _slot(self) -> float:
        """Send this slot's frame if the slot is near. A slot that was missed is not made up for."""
        slot = next_slot(self._now(), self._pace.slot)
        if slot - self._now() <= self._pace.lead:
            parcel = self._pump.prepare()
            self._stop.wait(max(0.0, slot - self._now()))
            if parcel is not None:
                self._pump.send(parcel)
            slot = next_slot(self._now(), self._pace.slot)
        return slot - self._pace.lead - self._now()

    def _run(self) -> float:
        """Send what is due, back to back, for a while; when the vault is away, wait until the next tick."""
        until = time.monotonic() + _RUN_SECONDS
        while time.monotonic() < until and not self._stop.is_set():
            parcels = self._pump.prepare_due(_BATCH)
            if not parcels or not self._pump.send(*parcels):
                return self._pace.tick
        return 0.0

    def _now(self) -> float:
        return self._clock.now().timestamp()


def run_pump(
    pump: Pump, database: Database, pace: Pace, clock: Clock, heartbeat: Heartbeat, stop: threading.Event
) -> None:
    """Tick and send, one pump at a time, until `stop`. No notification wakes it: its pace tells nothing."""
    leadership, loop = Leadership(database.engine, "intake.sealpump"), _Loop(pump, pace, clock, stop)
    while not stop.is_set():
        heartbeat.beat()
        try:
            rest = loop.turn() if leadership.hold() else pace.tick
        except Exception as error:
            if not is_outage(error):
                raise
            rest = 1.0
        stop.wait(min(rest, _BEAT_SECONDS))
    leadership.release()
    heartbeat.stop()
