"""The sealer's database, as sealing needs it."""

from chassis.db import UnitOfWork, is_outage
from identity_vault.domain.record import Letters
from identity_vault.store.transaction import Transaction
from identity_vault.usecases.ports import StoreAway


class RecordLedger:
    """Keys of records, and the boxes of letters."""

    def __init__(self, uow: UnitOfWork[Transaction]) -> None:
        self._uow = uow

    def enter(self, path: str, letters: Letters) -> bytes:
        """The key of the record at `path`. The letters are left with the first call, and never again.

        Raises StoreAway while the database is away.
        """

        def work(tx: Transaction) -> bytes:
            key, new = tx.record_keys.draw(path)
            if new:
                tx.letters.leave(letters)
            return key

        try:
            return self._uow.run("seal", work)
        except Exception as error:
            if not is_outage(error):
                raise
            raise StoreAway from None
