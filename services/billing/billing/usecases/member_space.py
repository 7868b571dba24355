"""What somebody of a member sees in the member's space."""

import uuid
from dataclasses import dataclass
from datetime import date

from billing.domain.parties import Cdg, Member
from billing.store.calls import Call
from billing.store.documents import Document
from billing.store.orders import Order
from billing.store.transaction import Transaction
from billing.usecases.invoice_pages import Account, account
from billing.usecases.life import MemberLife, member_life
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork


@dataclass(frozen=True, slots=True)
class Entered:
    """Whom a link let in."""

    cdg: Cdg
    member: Member
    person_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Front:
    """The first page of a member's space."""

    today: date
    documents: list[Document]
    life: MemberLife
    orders: list[Order]
    calls: list[Call]
    invoices: Account


def entered(uow: UnitOfWork[Transaction], token: str, clock: Clock) -> Entered | None:
    """Whom this token lets in; None for a link that is closed, too old or unknown."""
    with uow("enter_space") as tx:
        link = tx.space_links.follow(token, clock.now())
        member = tx.members.any(link.member_id) if link else None
        if link is None or member is None:
            return None
        return Entered(tx.parties.cdg(member.cdg_id), member, link.person_id)


def front(uow: UnitOfWork[Transaction], member: Member, clock: Clock) -> Front:
    """What waits for a member, and its documents."""
    with uow("space_front") as tx:
        return Front(
            paris_day(clock.now()),
            tx.documents.of_member(member.id),
            member_life(tx, member),
            tx.orders.of_member(member.id),
            tx.calls.of_member(member.id),
            account(tx, member),
        )
