"""The eraser: it keeps orders through their days of grace, then destroys what they are about. It can do nothing else.

In this order, so that a crash leaves nothing behind that nobody comes back to: the ledger (outside the database, for a
restore), the keys of the records (from then on nothing opens them), the records, the proof.
"""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from chassis import logs
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from identity_vault.domain.erasure import Rules, Target, too_many
from identity_vault.domain.journal import Entry, Kind
from identity_vault.store.eraser_transaction import EraserTransaction
from identity_vault.usecases.ports import StoreAway

log = logs.get(__name__)


class ErasureLedger(Protocol):
    """What was carried out, outside the database: a restored one would not know."""

    def add(self, day: date, target: Target) -> None:
        """On the disk when it returns."""
        ...

    def targets(self) -> Sequence[Target]:
        """Everything not older than backups can be."""
        ...

    def prune(self, today: date) -> None:
        """Drop what no backup that still exists can bring back."""
        ...


class Shredder(Protocol):
    """Destroys records, and cannot read them."""

    def destroy(self, path: str) -> None:
        """Nothing is left at this path, its metadata neither; fine when there was nothing. Raises StoreAway."""
        ...

    def ping(self) -> None:
        """Raises unless the store answers and knows us."""
        ...


class Eraser:
    """One turn of it after the other."""

    def __init__(
        self,
        uow: UnitOfWork[EraserTransaction],
        shredder: Shredder,
        ledger: ErasureLedger,
        clock: Clock,
        rules: Rules,
    ) -> None:
        self._uow = uow
        self._shredder = shredder
        self._ledger = ledger
        self._clock = clock
        self._rules = rules

    def turn(self) -> None:
        """Bring every order as far as it may go today. What cannot be done now is left for the next turn."""
        today = paris_day(self._clock.now())
        with self._uow("erasure_days") as tx:
            tx.erasures.notice(today, self._rules)
        self._hold()
        with self._uow("erasure_begin") as tx:
            tx.erasures.begin(today)
        self._remove_keys(today)
        self._destroy_records()
        self._finish(today)
        self._ledger.prune(today)

    def replay(self, *, thorough: bool = False) -> int:
        """After a restore: what the ledger tells and the database does not is due again; answers how much that is.

        `thorough`: destroy the records of all others once more as well, since OpenBao may have been restored alone.
        Raises StoreAway.
        """
        today = paris_day(self._clock.now())
        revived = 0
        for target in self._ledger.targets():
            with self._uow("erasure_replay") as tx:
                again = tx.erasures.again(target, today)
            revived += again
            if thorough and not again:
                for path in target.paths:
                    self._shredder.destroy(path)
        return revived

    def _hold(self) -> None:
        with self._uow("erasure_hold") as tx:
            bursts = [tx.erasures.hold(day) for day in too_many(tx.erasures.counts(), self._rules)]
            for _ in filter(None, bursts):
                log.error("erasure.burst")
                tx.journal.append(Entry(Kind.ALARM, self._clock.now(), reason="burst"))

    def _remove_keys(self, today: date) -> None:
        with self._uow("erasure_due") as tx:
            targets = tx.erasures.to_unlock()
        for target in targets:
            self._ledger.add(today, target)
            with self._uow("erasure_keys") as tx:
                tx.erasures.remove_keys(target)

    def _destroy_records(self) -> None:
        with self._uow("erasure_keyless") as tx:
            targets = tx.erasures.to_destroy()
        for target in targets:
            try:
                for path in target.paths:
                    self._shredder.destroy(path)
            except StoreAway:
                return
            with self._uow("erasure_destroyed") as tx:
                tx.erasures.destroyed(target)

    def _finish(self, today: date) -> None:
        with self._uow("erasure_finish") as tx:
            for subject, reason in tx.erasures.finish(today):
                tx.journal.append(Entry(Kind.ERASED, self._clock.now(), subject=subject, reason=reason))
