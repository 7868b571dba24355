"""The public halves of casework's own month keys: what an oral report is sealed to, as a report from the portal is.

The process that takes it down holds no private key, and trusts only what was published behind the root key.
"""

from casework.store.transaction import Transaction
from chassis import keysets
from chassis.keysets import KeySetRefused
from paravent.keys.v1.keys_pb2 import KeyUse

ISSUER = "casework"


class NoMonthKey(Exception):
    """No valid key of this CdG for this month: nothing can be taken down for now."""


class MonthBook:
    """The last key set that `keys` published. `root_key`: the deployment's, Ed25519, 32 bytes."""

    def __init__(self, root_key: bytes) -> None:
        self._root_key = root_key

    def month(self, tx: Transaction, cdg_id: str) -> tuple[str, str]:
        """The period (YYYY-MM) of today and the CdG's age recipient for it. Raises NoMonthKey."""
        period = tx.today.isoformat()[:7]
        signed = tx.records.signed_key_set()
        if signed is None:
            raise NoMonthKey("no key set has been published")
        try:
            keys = keysets.verify(signed, self._root_key, issuer=ISSUER, today=tx.today)
        except KeySetRefused as refused:
            raise NoMonthKey(str(refused)) from None
        recipient = keysets.find(keys, KeyUse.KEY_USE_CASEWORK_MONTH, period, cdg_id)
        if recipient is None:
            raise NoMonthKey("the CdG has no key for this month")
        return period, recipient
