"""Who signs holds the receipt: it is typed again, used in memory, and let go."""

import hmac

from chassis.sealing import receipts
from chassis.sealing.receipts import Receipt, ReporterKeys
from intake.usecases.sessions import Space


class WrongReceipt(Exception):
    """The receipt is not the one of the space that is open. Whether it opens another one is not told."""


def prove(receipt: Receipt, pepper: bytes, space: Space) -> ReporterKeys:
    """The keys of this space's reporter. Raises WrongReceipt."""
    keys = receipts.derive(receipt, pepper)
    if not hmac.compare_digest(keys.lookup_id, space.lookup_id):
        raise WrongReceipt("not the receipt of this report")
    return keys
