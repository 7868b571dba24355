"""identity-vault's public keys, behind the deployment's root key: checked when they come and whenever they are read."""

from datetime import date

from casework.store.transaction import Transaction
from casework.usecases.ports import Vault
from chassis import keysets
from chassis.db import UnitOfWork
from chassis.keysets import KeySetRefused
from paravent.keys.v1.keys_pb2 import KeySet, KeyUse

ISSUER = "identity-vault"


class NoVaultKey(Exception):
    """No valid key of identity-vault at hand: nothing can be sealed to it for now."""


class VaultBook:
    """The keys of identity-vault to seal to. `root_key`: the deployment's, Ed25519, 32 bytes."""

    def __init__(self, root_key: bytes) -> None:
        self._root_key = root_key
        self._known: tuple[bytes, date, KeySet] | None = None

    def linker(self, tx: Transaction) -> str:
        """The linker's age recipient. Raises NoVaultKey."""
        return self._newest(tx, KeyUse.KEY_USE_VAULT_LINKER)

    def verifier(self, tx: Transaction) -> str:
        """The verifier's age recipient. Raises NoVaultKey."""
        return self._newest(tx, KeyUse.KEY_USE_VAULT_VERIFIER)

    def keep(self, tx: Transaction, signed: bytes) -> bool:
        """Store a key set; False when it is not newer. Raises KeySetRefused when the chain fails."""
        keys = keysets.verify(signed, self._root_key, issuer=ISSUER, today=tx.today)
        return tx.vault_keys.put(ISSUER, keys.version, signed)

    def _newest(self, tx: Transaction, use: KeyUse) -> str:
        """The key that entered service last, at the latest today. A period is a year, or a day within it."""
        keys = [key for key in self._set(tx).keys if key.use == use and key.period <= tx.today.isoformat()]
        if not keys:
            raise NoVaultKey("identity-vault has no such key in service")
        return max(keys, key=lambda key: key.period).value

    def _set(self, tx: Transaction) -> KeySet:
        signed = tx.vault_keys.get(ISSUER)
        if signed is None:
            raise NoVaultKey("no key set of identity-vault yet")
        known = self._known
        if known and known[:2] == (signed, tx.today):
            return known[2]
        try:
            keys = keysets.verify(signed, self._root_key, issuer=ISSUER, today=tx.today)
        except KeySetRefused as refused:
            raise NoVaultKey(str(refused)) from None
        self._known = (signed, tx.today, keys)
        return keys


def fetch_keys(uow: UnitOfWork[Transaction], vault: Vault, book: VaultBook) -> bool:
    """Ask for the key set and keep it. Answers whether it is newer. Raises VaultAway and KeySetRefused."""
    signed = vault.key_set()
    with uow("keep_vault_keys") as tx:
        return book.keep(tx, signed)
