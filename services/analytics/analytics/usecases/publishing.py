"""Publishing figures, and reading what is published."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.domain.disclosure_control import publishable
from analytics.domain.publication import Publication
from analytics.domain.schedule import is_due, latest_slot
from analytics.store.transaction import Transaction
from chassis import logs
from chassis.db import UnitOfWork

log = logs.get(__name__)


@dataclass(frozen=True)
class Publishing:
    """How figures are published: the threshold of secrecy and the time between two publications."""

    threshold: int
    every: timedelta

    def publish_when_due(self, tx: Transaction) -> bool:
        """Publish if a set hour has passed since the last publication; answer whether it was so."""
        last = tx.snapshots.latest()
        if not is_due(last.published_at if last else None, tx.now, self.every):
            return False
        self._publish(tx, last, latest_slot(tx.now, self.every))
        return True

    def publish_now(self, tx: Transaction) -> None:
        """Publish out of turn: a person decided so."""
        self._publish(tx, tx.snapshots.latest(), tx.now)

    def _publish(self, tx: Transaction, last: Publication | None, at: datetime) -> None:
        figures = publishable(tx.figures.all(), last.figures if last else {}, self.threshold)
        tx.snapshots.add(Publication(at, self.threshold, figures))
        log.info("figures.published", count=len(figures))


def latest_publication(uow: UnitOfWork[Transaction]) -> Publication | None:
    """What the public sees; None before the first publication."""
    with uow("read_publication") as tx:
        return tx.snapshots.latest()
