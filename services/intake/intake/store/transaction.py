"""Intake's view of one transaction."""

from sqlalchemy.orm import Session

from chassis.clock import Clock, paris_day
from chassis.outbox import Outbox
from intake.store.claims import Claims
from intake.store.directory import KeySets, Members
from intake.store.former_words import FormerWords
from intake.store.referents import Referents
from intake.store.reports import Files, Messages, Notices, Reports, Sessions
from intake.store.tables import outbox
from intake.store.vault_queue import VaultQueue, VaultWaiting


class Transaction:
    """The repositories over one session. No event carries a trace: a reporter's request ends at the outbox."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self.session = session
        self.members = Members(session)
        self.referents = Referents(session)
        self.key_sets = KeySets(session)
        self.reports = Reports(session)
        self.files = Files(session)
        self.vault_queue = VaultQueue(session)
        self.vault_waiting = VaultWaiting(session)
        self.notices = Notices(session)
        self.messages = Messages(session)
        self.sessions = Sessions(session)
        self.former_words = FormerWords(session)
        self.claims = Claims(session)
        self.outbox = Outbox(session, outbox, day=paris_day(clock.now()), traceparent=None)
