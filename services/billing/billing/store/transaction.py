"""What a use case sees of the database, inside one transaction."""

from sqlalchemy.orm import Session

from billing.store import tables
from billing.store.habilitations import Habilitations, Invitations, People
from billing.store.invoices import Invoices
from billing.store.members import Conventions, Members
from billing.store.parties import Parties
from chassis import telemetry
from chassis.clock import Clock, paris_day
from chassis.outbox import EventSigner, Outbox


class Transaction:
    """Repositories and outbox over one session; they commit or vanish together."""

    def __init__(self, session: Session, *, clock: Clock, signer: EventSigner | None = None) -> None:
        self.session = session
        self.parties = Parties(session)
        self.members = Members(session)
        self.conventions = Conventions(session)
        self.invoices = Invoices(session)
        self.people = People(session)
        self.habilitations = Habilitations(session)
        self.invitations = Invitations(session)
        self.outbox = Outbox(
            session,
            tables.outbox,
            day=paris_day(clock.now()),
            signer=signer,
            traceparent=telemetry.traceparent(),
        )
