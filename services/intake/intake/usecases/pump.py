"""The way to identity-vault: one frame leaves in each slot, a waiting one or a cover, and is deleted once stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from chassis import logs
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from intake.domain.slots import Planner, Waiting
from intake.store.transaction import Transaction
from intake.usecases.frames import cover_frame
from intake.usecases.keys import VAULT, KeysUnavailable, VaultKeys, keep_key_set

log = logs.get(__name__)


class VaultAway(Exception):
    """identity-vault does not answer: everything stays where it is."""


class RecordRefused(Exception):
    """identity-vault does not accept this frame; it stays."""


class KeyRetired(Exception):
    """The frame's transport key was destroyed: nobody can open it any more."""


class Vault(Protocol):
    """identity-vault's sealer. All raise VaultAway."""

    def seal(self, record: bytes, key_period: date) -> None:
        """Raises RecordRefused and KeyRetired."""

    def key_set(self) -> bytes: ...
    def retire_transport_keys(self, before: date) -> None: ...


class Keys(Protocol):
    """The public keys for covers. Raises KeysUnavailable."""

    def vault(self, day: date) -> VaultKeys: ...


@dataclass(frozen=True, slots=True)
class Parcel:
    """What leaves in a slot. `waiting`: None for a cover."""

    record: bytes = field(repr=False)
    key_period: date
    waiting: Waiting | None


def take_arrivals(uow: UnitOfWork[Transaction], planner: Planner, clock: Clock, *, first: bool) -> None:
    """Move what has arrived to what waits for a slot, and tell the planner. `first`: the process has just started."""
    arrived = uow.run("take_arrivals", lambda tx: tx.vault_waiting.take_arrivals())
    if not arrived and not first:
        return
    uow.run("shuffle_waiting", lambda tx: tx.vault_waiting.shuffle())
    today = paris_day(clock.now())
    with uow("read_waiting") as tx:
        waiting = tx.vault_waiting.all()
    for frame in waiting:
        planner.learn(frame, today)


def prepare(uow: UnitOfWork[Transaction], planner: Planner, keys: Keys, clock: Clock) -> Parcel | None:
    """What leaves in the next slot: a waiting frame, else a cover. None while there is no key to make one with."""
    found = prepare_due(uow, planner, 1)
    return found[0] if found else _cover(keys, clock)


def prepare_due(uow: UnitOfWork[Transaction], planner: Planner, at_most: int) -> list[Parcel]:
    """What leaves in the next slots, in their order, as far as something is due."""
    chosen = [frame for frame in (planner.choose() for _ in range(at_most)) if frame is not None]
    if not chosen:
        return []
    with uow("read_frames") as tx:
        frames = tx.vault_waiting.get([frame.id for frame in chosen])
    for gone in chosen:
        if gone.id not in frames:  # it has left under another pump
            planner.forget(gone)
    return [Parcel(*frames[frame.id], frame) for frame in chosen if frame.id in frames]


def send(uow: UnitOfWork[Transaction], vault: Vault, planner: Planner, parcels: Sequence[Parcel], clock: Clock) -> None:
    """Seal what was prepared, one after the other. Raises VaultAway: what did not leave is due again, a cover is gone.

    A crash before the end seals at most these again, which the vault knows as the same.
    """
    left: list[Waiting] = []
    open_ones = list(parcels)
    try:
        while open_ones:
            if _seal(vault, planner, open_ones[0], clock) and open_ones[0].waiting is not None:
                left.append(open_ones[0].waiting)
            open_ones.pop(0)
    finally:
        for parcel in open_ones:
            if parcel.waiting is not None:
                planner.put_back(parcel.waiting)
        if left:
            _leave(uow, planner, left)


def fetch_keys(uow: UnitOfWork[Transaction], vault: Vault, root_key: bytes, clock: Clock) -> None:
    """Keep identity-vault's newest public keys, days ahead. Raises VaultAway and KeySetRefused."""
    signed = vault.key_set()
    with uow("keep_vault_keys") as tx:
        keep_key_set(tx, signed, issuer=VAULT, root_key=root_key, today=paris_day(clock.now()))


def retire_keys(uow: UnitOfWork[Transaction], vault: Vault, clock: Clock) -> None:
    """Let identity-vault destroy the transport keys that no waiting frame needs any more. Raises VaultAway."""
    today = paris_day(clock.now())
    with uow("oldest_frame") as tx:
        oldest = tx.vault_waiting.oldest()
    vault.retire_transport_keys(min(oldest or today, today))


def _seal(vault: Vault, planner: Planner, parcel: Parcel, clock: Clock) -> bool:
    """True when identity-vault has it. What it does not accept is set aside. Raises VaultAway."""
    try:
        vault.seal(parcel.record, parcel.key_period)
    except RecordRefused:
        log.error("pump.record_refused")
    except KeyRetired:
        if parcel.key_period < paris_day(clock.now()):
            # It was sealed before intake's database was restored, and came back with it: identity-vault has it already.
            log.warning("pump.key_retired")
            return True
        log.error("pump.key_retired_too_soon")
    else:
        return True
    if parcel.waiting is not None:
        planner.set_aside(parcel.waiting)
    return False


def _leave(uow: UnitOfWork[Transaction], planner: Planner, frames: Sequence[Waiting]) -> None:
    """They are stored. While the database is away they are due again, and sealing them again changes nothing."""
    try:
        with uow("leave_queue") as tx:
            tx.vault_waiting.remove([frame.id for frame in frames])
    except BaseException:
        for frame in frames:
            planner.put_back(frame)
        raise
    for frame in frames:
        planner.forget(frame)


def _cover(keys: Keys, clock: Clock) -> Parcel | None:
    try:
        to = keys.vault(paris_day(clock.now()))
    except KeysUnavailable:
        return None
    return Parcel(cover_frame(to), to.period, None)
