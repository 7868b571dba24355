"""The opener's calls to identity-vault: its keys every few minutes, what waits for it at fixed hours."""

import threading
import time
from collections.abc import Callable

from casework.store.transaction import Transaction
from casework.usecases.ports import Vault, VaultAway
from casework.usecases.reaching import send_erasures, send_rings
from casework.usecases.vault_keys import VaultBook, fetch_keys
from chassis import logs
from chassis.clock import Clock
from chassis.db import Database, UnitOfWork
from chassis.keysets import KeySetRefused
from chassis.timers import take_turn

log = logs.get(__name__)

# Seconds between two readings of the keys; between two tries of what failed; between two looks at the clock.
FETCH = 300.0
_AGAIN = 5.0
_LOOK = 2.0


class VaultCalls:
    """What the opener says to identity-vault.

    `seconds`: what waits leaves together at every multiple of this since 1970, whenever it came and whenever this
    process started; so the hour of a call tells nothing of one case.
    """

    def __init__(
        self, uow: UnitOfWork[Transaction], vault: Vault, book: VaultBook, clock: Clock, *, seconds: float
    ) -> None:
        self._uow = uow
        self._vault = vault
        self._book = book
        self._clock = clock
        self._seconds = seconds
        self._fetch_at = float("-inf")
        self._waits: dict[str, float] = {}
        self._done = dict.fromkeys(("rings", "erasures"), self._hour())

    def run(self, database: Database, stop: threading.Event) -> None:
        """Until `stop` is set; one process at a time."""
        while not stop.is_set():
            take_turn("casework.vault", database.engine, self.turn)
            stop.wait(min(_LOOK, self._seconds))

    def turn(self) -> None:
        """Do what is due. While identity-vault is away everything stays in place."""
        if time.monotonic() >= self._fetch_at:
            self._fetch()
        self._send("rings", lambda: send_rings(self._uow, self._vault))
        self._send("erasures", lambda: send_erasures(self._uow, self._vault))

    def _fetch(self) -> None:
        self._fetch_at = time.monotonic() + _AGAIN
        try:
            fetch_keys(self._uow, self._vault, self._book)
        except VaultAway:
            log.warning("vault.away", reason="keys")
        except KeySetRefused:
            log.error("vault.key_set_refused")
        else:
            self._fetch_at = time.monotonic() + FETCH

    def _send(self, what: str, send: Callable[[], int]) -> None:
        hour = self._hour()
        if hour == self._done[what] or time.monotonic() < self._waits.get(what, 0.0):
            return
        try:
            send()
        except VaultAway:
            log.warning("vault.away", reason=what)
            self._waits[what] = time.monotonic() + min(_AGAIN, self._seconds)
            return
        self._done[what] = hour

    def _hour(self) -> int:
        return int(self._clock.now().timestamp() // self._seconds)
