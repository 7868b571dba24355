"""The verifier's turns of erasure: `ErasureTurns(...).turn` is work for one of its loops."""

from pathlib import Path

from chassis import logs
from chassis.clock import Clock
from chassis.db import Database
from identity_vault.domain.tags import Tags
from identity_vault.store.eraser_transaction import ForgettingTransaction, NamesTransaction
from identity_vault.store.verifier_rows import SealedRows
from identity_vault.usecases.erasing import Locator, Verifying, forget, order_names, read_orders
from identity_vault.usecases.layer import LayerKeys
from identity_vault.usecases.ports import StoreAway

log = logs.get(__name__)


class ErasureTurns:
    """`linker_keys`: the folder of the linker's key pairs, of which the verifier may read the public halves."""

    def __init__(
        self,
        database: Database,
        keys: LayerKeys,
        locator: Locator,
        tags: Tags,
        linker_keys: Path,
        clock: Clock,
        rows: SealedRows,
    ) -> None:
        self._uow = database.unit_of_work(ForgettingTransaction)
        self._names = database.unit_of_work(lambda session: NamesTransaction(session, rows))
        self._linker_keys = linker_keys
        self._clock = clock
        self._verifying = Verifying(
            keys, locator, tag=tags.report, order_tag=tags.erasure, linker=self._newest_linker_key
        )

    def turn(self) -> int:
        """Open new orders, forget what is due; answers how much there was to do."""
        done = forget(self._uow)
        try:
            done += order_names(self._names, self._verifying, self._clock)
            return done + read_orders(self._uow, self._verifying, self._clock)
        except StoreAway:
            log.warning("erasure.away")
            return done

    def _newest_linker_key(self) -> str:
        known = sorted(self._linker_keys.glob("*.pub"))
        if not known:
            raise StoreAway
        return known[-1].read_text().strip()
