"""What leaves for identity-vault: bells for reporters, and orders to erase an identity.

Both wait as frames of one size that name no case, and leave shuffled together at fixed hours.
"""

import secrets
import uuid
from collections.abc import Callable, Sequence

from casework.store.journal import Action
from casework.store.transaction import Transaction
from casework.store.vault import VaultQueue
from casework.usecases.desk import NoSuchCase, OpenCase
from casework.usecases.ports import CaseKeys, Vault
from casework.usecases.ringing import frame
from casework.usecases.sealing import CaseSeal
from casework.usecases.vault_keys import VaultBook
from chassis.db import UnitOfWork
from paravent.identity_vault.v1.erasure_pb2 import ErasureOrder

# Why an identity is erased (erasure.proto).
REASONS = ("retention", "reporter", "court")
# Frames in one call: 576 KiB, under what a server takes.
_BATCH = 500


def order_identity_erasure(
    uow: UnitOfWork[Transaction], case_keys: CaseKeys, vault: VaultBook, case_id: uuid.UUID, reason: str
) -> None:
    """Have the identity behind a case erased. The case itself stays.

    When its time is over ("retention"), those of who joined the case go with it; the other reasons are the reporter's
    alone. Raises NoSuchCase, NoVaultKey, KeysAway, and ValueError for a reason that is not one of REASONS.
    """
    if reason not in REASONS:
        raise ValueError("not a reason to erase an identity")
    with uow("order_identity_erasure") as tx:
        row = tx.cases.find(case_id)
        if row is None:
            raise NoSuchCase
        case = OpenCase(row, CaseSeal(case_id, case_keys.unwrap([(case_id, row.wrapped_key)])[0]))
        meant = [case.reporter]
        if reason == "retention":
            meant += [case.voice(voice) for voice in tx.voices.all_of(case_id)]
        orders = [
            ErasureOrder(ref=to.origin.ref, order_id=secrets.token_bytes(16), reason=reason)
            for to in meant
            if to.reachable
        ]
        tx.erasures.add([frame(vault.verifier(tx), order.SerializeToString()) for order in orders])
        tx.journal.note(None, case_id, Action.ORDERED_ERASURE)


def send_rings(uow: UnitOfWork[Transaction], vault: Vault) -> int:
    """Send every waiting bell; answer how many. Raises VaultAway: what was not taken stays."""
    return _send(uow, lambda tx: tx.reach, vault.notify)


def send_erasures(uow: UnitOfWork[Transaction], vault: Vault) -> int:
    """Send every waiting order; answer how many. Raises VaultAway: what was not taken stays."""
    return _send(uow, lambda tx: tx.erasures, vault.erase)


def _send(
    uow: UnitOfWork[Transaction],
    queue: Callable[[Transaction], VaultQueue],
    tell: Callable[[Sequence[bytes]], None],
) -> int:
    sent = 0
    while True:
        with uow("send_to_vault") as tx:
            frames = queue(tx).take(_BATCH)
            if frames:
                secrets.SystemRandom().shuffle(frames)
                tell(frames)
        sent += len(frames)
        if len(frames) < _BATCH:
            return sent
