"""Sweeping offers whose last day is over, and blobs that belong to no report: their form was never sent.

Intake cannot read which blobs a form in somebody's browser still names, and keeps no time of a blob: so a blob is swept
when it was ownerless in two looks, at least the life of a form apart.
"""

from collections.abc import Iterable
from typing import Protocol

from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from intake.store.transaction import Transaction


class Store(Protocol):
    def names(self) -> Iterable[str]: ...
    def delete(self, name: str) -> None: ...


def sweep_offers(uow: UnitOfWork[Transaction], clock: Clock) -> None:
    """Delete the offers whose last day is over."""
    with uow("sweep_offers") as tx:
        tx.claims.sweep(paris_day(clock.now()))


class OrphanSweep:
    """Remembers, in memory, what the last look found."""

    def __init__(self, uow: UnitOfWork[Transaction], store: Store) -> None:
        self._uow = uow
        self._store = store
        self._suspects: set[str] = set()

    def look(self) -> int:
        """Delete what was ownerless in the last look already; answer how many. Looks are a form's life apart."""
        ownerless = self._ownerless()
        swept = ownerless & self._suspects
        for name in swept:
            self._store.delete(name)
        self._suspects = ownerless - swept
        return len(swept)

    def _ownerless(self) -> set[str]:
        names = list(self._store.names())
        kept: set[str] = set()
        with self._uow("find_orphans") as tx:
            for start in range(0, len(names), 500):
                kept |= tx.files.kept(names[start : start + 500])
        return set(names) - kept
