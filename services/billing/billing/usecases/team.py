"""Who acts for a whole CdG: referents for the cases "autorité", and those who read first and mask."""

from datetime import date

from billing.domain.adhesion import TypedPerson
from billing.domain.faults import Fault, Refused
from billing.domain.habilitation import Role
from billing.domain.parties import Manager
from billing.domain.people import Contact, named
from billing.store.transaction import Transaction
from billing.usecases.habilitations import known_person, name_and_invite
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork


def designate(
    uow: UnitOfWork[Transaction], manager: Manager, role: Role, typed: TypedPerson, body: str, clock: Clock
) -> None:
    """Name a person for the whole CdG, and invite; then as anywhere, they accept and a second manager confirms.

    `body`: who employs a screener, one of `employers`; the others are the CdG's. Raises Refused by field, and
    ValueError for a member's role.
    """
    if role is Role.REFERENT:
        raise ValueError("a referent is a member's")
    with uow("designate_for_team") as tx:
        known = _employers(tx, manager, paris_day(clock.now()))
        body = body if role is Role.SCREENER else known[-1]
        contact = _contact(typed, {} if body in known else {"body": Fault.MISSING})
        tx.habilitations.lock_team(manager.cdg_id)
        # Who masks knows what the others must not see: nobody is in both roles.
        if any(holder.person.email == contact.email for holder in tx.habilitations.of_cdg(manager.cdg_id)):
            raise Refused({"email": Fault.ALREADY_DESIGNATED})
        person = known_person(tx, contact)
        name_and_invite(tx, manager, person, role, None, contact.function, body, clock.now())


def employers(uow: UnitOfWork[Transaction], manager: Manager, clock: Clock) -> list[str]:
    """Who may employ those that read first and mask: the provider of today's market, and last the CdG."""
    with uow("team_employers") as tx:
        return _employers(tx, manager, paris_day(clock.now()))


def _employers(tx: Transaction, manager: Manager, today: date) -> list[str]:
    market = tx.parties.market(manager.cdg_id, today)
    provider = [tx.parties.provider(market.provider_id).name] if market else []
    return [*provider, tx.parties.cdg(manager.cdg_id).name]


def _contact(typed: TypedPerson, faults: dict[str, Fault]) -> Contact:
    """The typed contact. Raises Refused with its faults and these."""
    try:
        contact = named(typed.name, typed.function, typed.email, typed.phone)
    except Refused as refused:
        raise Refused(refused.faults | faults) from None
    if faults:
        raise Refused(faults)
    return contact
