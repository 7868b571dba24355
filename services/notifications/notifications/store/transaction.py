"""One unit of work over notifications' database."""

from sqlalchemy.orm import Session

from chassis.clock import Clock, paris_day
from notifications.store.contacts import Contacts
from notifications.store.deliveries import Deliveries
from notifications.store.feed_tokens import FeedTokens
from notifications.store.public_events import PublicEvents
from notifications.store.webhooks import Webhooks


class Transaction:
    """The repositories, in one transaction. Notifications tells nobody anything over the bus: there is no outbox."""

    def __init__(self, session: Session, clock: Clock) -> None:
        now = clock.now()
        self.session = session
        self.contacts = Contacts(session)
        self.now = now
        self.today = today = paris_day(now)
        self.deliveries = Deliveries(session, now, today)
        self.public_events = PublicEvents(session, today)
        self.feed_tokens = FeedTokens(session, today)
        self.webhooks = Webhooks(session, now, today)
