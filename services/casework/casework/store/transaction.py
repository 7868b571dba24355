"""One unit of work over casework's database."""

from sqlalchemy.orm import Session

from casework.store import tables
from casework.store.cases import Cases
from casework.store.deadlines import Deadlines
from casework.store.files import Files
from casework.store.identity import IdentityRequests
from casework.store.inbound import Inbound
from casework.store.journal import Journal
from casework.store.messages import Messages
from casework.store.orders import Orders
from casework.store.people import People
from casework.store.records import Records
from casework.store.texts import Texts
from casework.store.vault import VaultKeySets, VaultQueue
from casework.store.voices import Voices
from chassis import telemetry
from chassis.clock import Clock, paris_day
from chassis.outbox import EventSigner, Outbox


class Transaction:
    """The repositories and the outbox, in one transaction. `now` and `today` stand still within it."""

    def __init__(self, session: Session, clock: Clock, signer: EventSigner | None = None) -> None:
        self.session = session
        self.now = clock.now()
        self.today = paris_day(self.now)
        self.inbound = Inbound(session, self.today)
        self.people = People(session, self.now)
        self.cases = Cases(session, self.now)
        self.texts = Texts(session, self.now)
        self.messages = Messages(session, self.now, self.today)
        self.files = Files(session, self.now)
        self.deadlines = Deadlines(session, self.now)
        self.journal = Journal(session, self.now)
        self.records = Records(session, self.today)
        self.identity = IdentityRequests(session, self.now, self.today)
        self.voices = Voices(session, self.now, self.today)
        self.orders = Orders(session, self.now, self.today)
        self.vault_keys = VaultKeySets(session)
        self.reach = VaultQueue(session, tables.reach_queue)
        self.erasures = VaultQueue(session, tables.erase_queue)
        self.outbox = Outbox(session, tables.outbox, day=self.today, signer=signer, traceparent=telemetry.traceparent())
