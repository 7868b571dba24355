"""One unit of work over analytics' database."""

from sqlalchemy.orm import Session

from analytics.store.figures import Figures
from analytics.store.snapshots import Snapshots
from chassis.clock import Clock


class Transaction:
    """The repositories, in one transaction. `now` stands still within it. No event goes out: there is no outbox."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self.session = session
        self.now = clock.now()
        self.figures = Figures(session)
        self.snapshots = Snapshots(session)
