"""What a use case sees of the database, inside one transaction."""

from sqlalchemy.orm import Session

from billing.store import tables
from billing.store.accounting import Accounting
from billing.store.agenda import Agenda
from billing.store.api_tokens import ApiTokens
from billing.store.balances import Balances
from billing.store.calls import Calls
from billing.store.confirmations import Confirmations
from billing.store.conventions import Conventions
from billing.store.deposits import Deposits
from billing.store.documents import Documents
from billing.store.extracts import Extracts
from billing.store.founding import Foundings
from billing.store.funds import Funds
from billing.store.habilitations import Habilitations, Invitations, People
from billing.store.imports import Imports
from billing.store.invoices import Invoices
from billing.store.life import Life
from billing.store.lookup import Lookup
from billing.store.members import Members
from billing.store.orders import Orders
from billing.store.overview import Overview
from billing.store.parties import Parties
from billing.store.payment_files import PaymentFiles
from billing.store.price_lists import PriceLists
from billing.store.proposals import Proposals
from billing.store.published import Published
from billing.store.refunds import Refunds
from billing.store.register import Register
from billing.store.reminders import Reminders
from billing.store.space import SpaceLinks
from billing.store.statements import Statements
from billing.store.tariffs import Tariffs
from chassis import telemetry
from chassis.clock import Clock, paris_day
from chassis.outbox import EventSigner, Outbox


class Transaction:
    """Repositories and outbox over one session; they commit or vanish together."""

    def __init__(self, session: Session, *, clock: Clock, signer: EventSigner | None = None) -> None:
        self.session = session
        self.today = paris_day(clock.now())
        self.parties = Parties(session)
        self.founding = Foundings(session)
        self.members = Members(session)
        self.imports = Imports(session)
        self.conventions = Conventions(session, paris_day(clock.now()))
        self.proposals = Proposals(session)
        self.life = Life(session)
        self.confirmations = Confirmations(session)
        self.agenda = Agenda(session)
        self.invoices = Invoices(session)
        self.accounting = Accounting(session)
        self.refunds = Refunds(session)
        self.balances = Balances(session)
        self.payment_files = PaymentFiles(session)
        self.reminders = Reminders(session)
        self.deposits = Deposits(session)
        self.documents = Documents(session, paris_day(clock.now()))
        self.people = People(session)
        self.habilitations = Habilitations(session)
        self.invitations = Invitations(session)
        self.space_links = SpaceLinks(session)
        self.tariffs = Tariffs(session)
        self.calls = Calls(session)
        self.register = Register(session)
        self.overview = Overview(session)
        self.lookup = Lookup(session)
        self.extracts = Extracts(session)
        self.price_lists = PriceLists(session)
        self.orders = Orders(session)
        self.statements = Statements(session)
        self.funds = Funds(session)
        self.api_tokens = ApiTokens(session)
        self.published = Published(session)
        self.outbox = Outbox(
            session,
            tables.outbox,
            day=paris_day(clock.now()),
            signer=signer,
            traceparent=telemetry.traceparent(),
        )
