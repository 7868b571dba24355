"""The list of members, as a manager narrows and sorts it; and the search across everything."""

from dataclasses import dataclass
from datetime import date

from billing.domain.parties import Cdg, Manager
from billing.domain.people import folded
from billing.domain.register import Filters
from billing.store.lookup import Found
from billing.store.register import Entry, Moment
from billing.store.transaction import Transaction
from billing.usecases.reading import Awaiting, awaiting
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork

# Of each kind of thing, so many are shown.
MOST_FOUND = 30


@dataclass(frozen=True, slots=True)
class Directory:
    """A manager's first page."""

    cdg: Cdg
    today: date
    in_force: int
    upcoming: int
    bodies: int
    entries: list[Entry]
    total: int
    awaiting: list[Awaiting]


@dataclass(frozen=True, slots=True)
class Search:
    """What was found, by kind; one more than is shown tells that there is more."""

    members: list[Found]
    invoices: list[Found]
    orders: list[Found]
    persons: list[Found]

    @property
    def nothing(self) -> bool:
        return not (self.members or self.invoices or self.orders or self.persons)


def directory(
    uow: UnitOfWork[Transaction], manager: Manager, filters: Filters, clock: Clock, *, offset: int, limit: int
) -> Directory:
    """Counts, what waits for a confirmation, and a page of the members that the filters leave."""
    at = Moment(paris_day(clock.now()), clock.now())
    with uow("directory") as tx:
        in_force, upcoming = tx.conventions.count_by_force(manager.cdg_id, at.day)
        return Directory(
            cdg=tx.parties.cdg(manager.cdg_id),
            today=at.day,
            in_force=in_force,
            upcoming=upcoming,
            bodies=tx.members.count(manager.cdg_id),
            entries=tx.register.page(manager.cdg_id, filters, at, offset=offset, limit=limit),
            total=tx.register.count(manager.cdg_id, filters, at),
            awaiting=awaiting(tx, manager),
        )


def register(uow: UnitOfWork[Transaction], manager: Manager, filters: Filters, clock: Clock) -> list[Entry]:
    """Every member that the filters leave, for an export or the map."""
    at = Moment(paris_day(clock.now()), clock.now())
    with uow("register") as tx:
        return tx.register.page(manager.cdg_id, filters, at)


def search(uow: UnitOfWork[Transaction], manager: Manager, words: str) -> Search:
    """Members, invoices, members' orders and persons that the words name. Nothing sought, nothing found."""
    if not folded(words):
        return Search([], [], [], [])
    most = MOST_FOUND + 1
    with uow("search") as tx:
        found = tx.lookup
        return Search(
            members=found.members(manager.cdg_id, words, most),
            invoices=found.invoices(manager.cdg_id, words, most),
            orders=found.orders(manager.cdg_id, words, most),
            persons=found.persons(manager.cdg_id, words, most),
        )
