"""The way to identity-vault: one frame leaves in each slot, a waiting one or a cover, and is deleted once stored."""

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


def prepare(
    uow: UnitOfWork[Transaction], planner: Planner, keys: Keys, clock: Clock, *, covers: bool = True
) -> Parcel | None:
    """What leaves in the next slot. None when nothing is due and no cover can be made, or none is wanted."""
    while (chosen := planner.choose()) is not None:
        with uow("read_frame") as tx:
            frame = tx.vault_waiting.get(chosen.id)
        if frame is not None:
            return Parcel(frame.record, frame.key_period, chosen)
        planner.forget(chosen)  # it has left under another pump
    return _cover(keys, clock) if covers else None


def send(uow: UnitOfWork[Transaction], vault: Vault, planner: Planner, parcel: Parcel, clock: Clock) -> None:
    """Seal what was prepared. Raises VaultAway: a frame stays and is due again, a cover is gone."""
    frame = parcel.waiting
    try:
        vault.seal(parcel.record, parcel.key_period)
    except RecordRefused:
        log.error("pump.record_refused")
        if frame is not None:
            planner.set_aside(frame)
        return
    except KeyRetired:
        if parcel.key_period >= paris_day(clock.now()):
            log.error("pump.key_retired_too_soon")
            if frame is not None:
                planner.set_aside(frame)
            return
        # It was sealed before intake's database was restored, and came back with it: identity-vault has it already.
        log.warning("pump.key_retired")
    except BaseException:
        if frame is not None:
            planner.put_back(frame)
        raise
    if frame is not None:
        _leave(uow, planner, frame)


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


def _leave(uow: UnitOfWork[Transaction], planner: Planner, frame: Waiting) -> None:
    """It is stored: a crash before this seals it again, which the vault knows as the same."""
    try:
        with uow("leave_queue") as tx:
            tx.vault_waiting.remove(frame.id)
    except BaseException:
        planner.put_back(frame)
        raise
    planner.forget(frame)


def _cover(keys: Keys, clock: Clock) -> Parcel | None:
    try:
        to = keys.vault(paris_day(clock.now()))
    except KeysUnavailable:
        return None
    return Parcel(cover_frame(to), to.period, None)
