"""The way to identity-vault: waiting records leave in random order, one by one, and are deleted once stored."""

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from chassis import logs
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from intake.store.transaction import Transaction
from intake.usecases.keys import VAULT, keep_key_set

# Records between two deletions: a crash seals at most these again, which the vault knows as the same.
_BATCH = 20

log = logs.get(__name__)


class VaultAway(Exception):
    """identity-vault does not answer: everything stays in the queue."""


class RecordRefused(Exception):
    """identity-vault does not accept this record; it stays in the queue."""


class Vault(Protocol):
    """identity-vault's sealer. Both raise VaultAway."""

    def seal(self, record: bytes, key_period: date) -> None:
        """Raises RecordRefused."""

    def key_set(self) -> bytes: ...


def pump_records(uow: UnitOfWork[Transaction], vault: Vault) -> int:
    """Shuffle the queue, then seal what was in it; answer how many records left. Raises VaultAway.

    What is filed meanwhile waits for the next tick's shuffle.
    """
    ids = uow.run("shuffle_queue", lambda tx: tx.vault_queue.shuffle())
    return sum(_seal_batch(uow, vault, batch) for batch in _batches(ids))


def fetch_keys(uow: UnitOfWork[Transaction], vault: Vault, root_key: bytes, clock: Clock) -> None:
    """Keep identity-vault's newest public keys, days ahead. Raises VaultAway and KeySetRefused."""
    signed = vault.key_set()
    with uow("keep_vault_keys") as tx:
        keep_key_set(tx, signed, issuer=VAULT, root_key=root_key, today=paris_day(clock.now()))


def _seal_batch(uow: UnitOfWork[Transaction], vault: Vault, ids: list[bytes]) -> int:
    with uow("read_queue") as tx:
        records = tx.vault_queue.get(ids)
    sealed: list[bytes] = []
    try:
        for waiting in records:
            try:
                vault.seal(waiting.record, waiting.key_period)
            except RecordRefused:
                log.error("pump.record_refused")
                continue
            sealed.append(waiting.id)
    finally:
        if sealed:
            with uow("leave_queue") as tx:
                tx.vault_queue.remove(sealed)
    return len(sealed)


def _batches(ids: list[bytes]) -> Iterator[list[bytes]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]
