"""One unit of work over notifications' database."""

from sqlalchemy.orm import Session

from chassis.clock import Clock, paris_day
from notifications.store.contacts import Contacts
from notifications.store.deliveries import Deliveries


class Transaction:
    """The repositories, in one transaction. Notifications tells nobody anything over the bus: there is no outbox."""

    def __init__(self, session: Session, clock: Clock) -> None:
        now = clock.now()
        self.session = session
        self.contacts = Contacts(session)
        self.deliveries = Deliveries(session, now, paris_day(now))
