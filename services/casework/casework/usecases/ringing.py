"""The bell for a reporter who left an address: which report is meant is sealed to identity-vault's linker."""

import secrets
from collections.abc import Iterable

from casework.store.transaction import Transaction
from casework.usecases.vault_keys import NoVaultKey, VaultBook
from chassis import logs
from chassis.sealing import age, padding
from paravent.identity_vault.v1.reach_pb2 import Ring

log = logs.get(__name__)

# Bytes: what is padded, and the frame around its ciphertext (reach.proto, erasure.proto).
PADDED = 512
FRAME = 1152


def ring(tx: Transaction, vault: VaultBook, refs: Iterable[bytes]) -> None:
    """Something waits in the follow-up spaces of these reports: it is told at the next fixed hour.

    Whether their reporters left an address is not known here. Without a key of the linker they are not told.
    """
    try:
        linker = vault.linker(tx)
    except NoVaultKey:
        log.warning("reach.skipped", reason="no_vault_key")
        return
    tx.reach.add([frame(linker, Ring(ref=ref, ring_id=secrets.token_bytes(16)).SerializeToString()) for ref in refs])


def frame(recipient: str, data: bytes) -> bytes:
    """A frame of 1,152 bytes for one process of identity-vault."""
    return age.seal_fixed(recipient, padding.pad(data, PADDED), FRAME)
