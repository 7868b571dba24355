"""Public keys of the others, behind the deployment's root key. Nothing is sealed to a key that does not hold.

Key sets are checked when they arrive *and* when they are read: who can write to intake's database cannot slip in a key.
"""

import time
from dataclasses import dataclass
from datetime import date

from chassis import keysets
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from chassis.keysets import KeySetRefused
from intake.store.transaction import Transaction
from paravent.keys.v1.keys_pb2 import KeySet, KeyUse

CASEWORK = "casework"
VAULT = "identity-vault"


class KeysUnavailable(Exception):
    """No valid key at hand to seal with: nothing can be accepted for now."""


@dataclass(frozen=True, slots=True)
class VaultKeys:
    """age recipients of a frame's layers and letters. `period`: day of the transport key."""

    period: date
    transport: str
    verifier: str
    discloser: str
    linker: str
    courier: str


def keep_key_set(tx: Transaction, signed: bytes, *, issuer: str, root_key: bytes, today: date) -> bool:
    """Store a key set; False when it is not newer than the one at hand. Raises KeySetRefused when the chain fails."""
    keys = keysets.verify(signed, root_key, issuer=issuer, today=today)
    return tx.key_sets.put(issuer, keys.version, signed)


class KeyBook:
    """The keys to seal to today, read from the database and remembered for `ttl` seconds."""

    def __init__(self, uow: UnitOfWork[Transaction], root_key: bytes, clock: Clock, *, ttl: float = 10.0) -> None:
        self._uow = uow
        self._root_key = root_key
        self._clock = clock
        self._ttl = ttl
        self._known: dict[str, tuple[float, KeySet]] = {}

    def casework_month(self, cdg_id: str, day: date) -> tuple[str, str]:
        """The period (YYYY-MM) and the age recipient of a CdG's casework. Raises KeysUnavailable."""
        period = day.isoformat()[:7]
        return period, self._find(CASEWORK, KeyUse.KEY_USE_CASEWORK_MONTH, period, cdg_id)

    def casework_signers(self, cdg_id: str) -> list[bytes]:
        """The Ed25519 public keys with which casework may sign what it sends to a CdG's reporters."""
        try:
            keys = self._set(CASEWORK).keys
        except KeysUnavailable:
            return []
        uses = KeyUse.KEY_USE_CASEWORK_SIGNING
        return [bytes.fromhex(key.value) for key in keys if key.use == uses and key.cdg_id == cdg_id]

    def vault(self, day: date) -> VaultKeys:
        """The recipients of a frame made that day. Raises KeysUnavailable."""
        return VaultKeys(
            period=day,
            transport=self._find(VAULT, KeyUse.KEY_USE_VAULT_TRANSPORT_DAY, day.isoformat()),
            verifier=self._newest(VAULT, KeyUse.KEY_USE_VAULT_VERIFIER, day),
            discloser=self._newest(VAULT, KeyUse.KEY_USE_VAULT_DISCLOSER, day),
            linker=self._newest(VAULT, KeyUse.KEY_USE_VAULT_LINKER, day),
            courier=self._newest(VAULT, KeyUse.KEY_USE_VAULT_COURIER, day),
        )

    def _find(self, issuer: str, use: KeyUse, period: str, cdg_id: str = "") -> str:
        value = keysets.find(self._set(issuer), use, period, cdg_id)
        if value is None:
            raise KeysUnavailable(f"{issuer} has no key for this period")
        return value

    def _newest(self, issuer: str, use: KeyUse, day: date) -> str:
        """The key that entered service last, at the latest on this day. A period is a year, or a day within it."""
        latest = day.isoformat()
        keys = [key for key in self._set(issuer).keys if key.use == use and key.period <= latest]
        if not keys:
            raise KeysUnavailable(f"{issuer} has no key in service")
        return max(keys, key=lambda key: key.period).value

    def _set(self, issuer: str) -> KeySet:
        now = time.monotonic()
        until, keys = self._known.get(issuer, (0.0, KeySet()))
        if now < until:
            return keys
        keys = self._read(issuer)
        self._known[issuer] = (now + self._ttl, keys)
        return keys

    def _read(self, issuer: str) -> KeySet:
        with self._uow("read_key_set") as tx:
            signed = tx.key_sets.get(issuer)
        if signed is None:
            raise KeysUnavailable(f"no key set of {issuer} yet")
        try:
            return keysets.verify(signed, self._root_key, issuer=issuer, today=paris_day(self._clock.now()))
        except KeySetRefused as refused:
            raise KeysUnavailable(str(refused)) from None
