"""Orders of custodians: written by one, signed by two of two bodies, carried out once (domain/orders.py)."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from google.protobuf.message import DecodeError

from chassis.clock import paris_day
from chassis.db import UnitOfWork
from chassis.sealing.age import CannotOpen
from chassis.sealing.fields import FieldCipher
from identity_vault.domain.journal import Entry, Kind
from identity_vault.domain.orders import (
    LONGEST_DEFERRAL,
    BadOrder,
    Custodian,
    Order,
    OrderState,
    SignedOrder,
    find_custodian,
    has_signed,
)
from identity_vault.domain.tags import Tags
from identity_vault.store.orders import OrderRow
from identity_vault.store.verifier_transaction import VerifierTransaction
from identity_vault.usecases.layer import LayerKeys, open_padded
from paravent.identity_vault.v1.order_pb2 import DemandToken

_ID = 16


@dataclass(frozen=True, slots=True)
class Draft:
    """What a custodian typed. Days are YYYY-MM-DD; `block`: the sealed demand that a handler gave."""

    basis: str
    reference: str
    authority: str
    dated: str
    recipient: str
    notice: str
    review_on: str
    block: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """An order as one custodian sees it."""

    order_id: bytes = field(repr=False)
    signed: SignedOrder
    state: OrderState
    mine_to_sign: bool
    may_extend: bool
    extension_mine_to_sign: bool


class UnknownOrder(Exception):
    """There is no such order."""


@dataclass(frozen=True, slots=True)
class OrderDesk:
    """What the use cases work with. `cipher`: the verifier's data key. `dpo`: the age recipient of the DPO, or empty.

    `longest_deferral`: from the day on which a review is set to that review.
    """

    tags: Tags
    cipher: FieldCipher
    keys: LayerKeys
    custodians: Sequence[Custodian]
    longest_deferral: timedelta = LONGEST_DEFERRAL
    dpo: str = ""

    def custodian(self, issuer: str, subject: str) -> Custodian:
        """Raises NotACustodian."""
        return find_custodian(self.custodians, issuer, subject)

    def actor(self, custodian: Custodian) -> bytes:
        return self.tags.person(custodian.issuer, custodian.subject)

    def seal(self, order_id: bytes, signed: SignedOrder) -> bytes:
        return self.cipher.seal(f"orders/{order_id.hex()}", signed.to_json())

    def open(self, row: OrderRow) -> SignedOrder:
        return SignedOrder.from_json(self.cipher.open(f"orders/{row.order_id.hex()}", row.sealed))


def create_order(
    uow: UnitOfWork[VerifierTransaction], desk: OrderDesk, custodian: Custodian, draft: Draft, now: datetime
) -> bytes:
    """Write an order; answers its id. It opens nothing. Raises BadOrder, naming the field that is wrong."""
    token = _demand(desk, draft.block)
    order_id = secrets.token_bytes(_ID)
    order = Order(
        id=order_id.hex(),
        basis=draft.basis,
        reference=draft.reference.strip(),
        authority=draft.authority.strip(),
        dated=draft.dated,
        recipient=draft.recipient.strip(),
        notice=draft.notice,
        review_on=draft.review_on,
        case_label=token.case_label,
        token=hashlib.sha256(draft.block).hexdigest(),
        created=now.isoformat(timespec="seconds"),
    )
    order.check(paris_day(now), desk.longest_deferral)
    signed = SignedOrder(order, token.ref.hex(), token.regime)
    tag = desk.tags.report(token.ref)
    with uow("create_order") as tx:
        tx.orders.add(OrderRow(order_id, tag, desk.seal(order_id, signed)))
        tx.journal.append(Entry(Kind.ORDER_CREATED, now, tag, desk.actor(custodian), reason_of(order)))
    return order_id


def list_orders(
    uow: UnitOfWork[VerifierTransaction], desk: OrderDesk, custodian: Custodian, now: datetime
) -> list[Listed]:
    """Every order, newest first."""
    with uow("list_orders") as tx:
        rows = tx.orders.all()
    today = paris_day(now)
    listed = []
    for row in rows:
        signed = desk.open(row)
        waiting = signed.extension_to_sign(today)
        mine = waiting is not None and not has_signed(waiting.signatures, custodian)
        state, may_sign = signed.state(now), signed.may_sign(custodian, now)
        listed.append(Listed(row.order_id, signed, state, may_sign, signed.may_be_extended(today), mine))
    return sorted(listed, key=lambda one: one.signed.order.created, reverse=True)


def order_to_sign(
    uow: UnitOfWork[VerifierTransaction], desk: OrderDesk, custodian: Custodian, order_id: bytes, now: datetime
) -> Order:
    """The order whose digest this custodian's passkey is to sign. Raises UnknownOrder, NotACustodian."""
    with uow("read_order") as tx:
        signed = desk.open(locked(tx, order_id))
    signed.with_signature(custodian, "", now)
    return signed.order


def sign_order(
    uow: UnitOfWork[VerifierTransaction],
    desk: OrderDesk,
    custodian: Custodian,
    order_id: bytes,
    assertion: str,
    now: datetime,
) -> OrderState:
    """Add a signature that was checked against `Order.digest`. Raises UnknownOrder, NotACustodian."""
    with uow("sign_order") as tx:
        row = locked(tx, order_id)
        signed = desk.open(row).with_signature(custodian, assertion, now)
        tx.orders.replace(order_id, desk.seal(order_id, signed))
        reason = reason_of(signed.order)
        tx.journal.append(Entry(Kind.ORDER_SIGNED, now, row.tag, desk.actor(custodian), reason))
    return signed.state(now)


def use_up(
    uow: UnitOfWork[VerifierTransaction], desk: OrderDesk, custodian: Custodian, order_id: bytes, now: datetime
) -> SignedOrder:
    """Mark an order as carried out, with its journal entry, before anything opens: a crash fails closed.

    Raises UnknownOrder, BadOrder unless two bodies signed it.
    """
    with uow("carry_out_order") as tx:
        row = locked(tx, order_id)
        done = desk.open(row).carried_out(now)
        tx.orders.replace(order_id, desk.seal(order_id, done))
        tx.journal.append(Entry(Kind.ORDER_CARRIED_OUT, now, row.tag, desk.actor(custodian), reason_of(done.order)))
    return done


def visible_orders(tx: VerifierTransaction, desk: OrderDesk, ref: bytes, now: datetime) -> list[SignedOrder]:
    """The judicial demands carried out about a report that its reporter may see today."""
    found = (desk.open(row) for row in tx.orders.of(desk.tags.report(ref)))
    today = paris_day(now)
    return [replace(one, signatures=()) for one in found if one.carried_out_at and one.visible(today)]


def _demand(desk: OrderDesk, block: bytes) -> DemandToken:
    try:
        token = DemandToken.FromString(open_padded(desk.keys, block))
    except (CannotOpen, DecodeError):
        raise BadOrder("block") from None
    if len(token.ref) != _ID or not token.case_label:
        raise BadOrder("block")
    return token


def locked(tx: VerifierTransaction, order_id: bytes) -> OrderRow:
    """Held until the transaction ends. Raises UnknownOrder."""
    row = tx.orders.lock(order_id)
    if row is None:
        raise UnknownOrder
    return row


def reason_of(order: Order) -> str:
    """As the journal writes it."""
    return order.basis.replace("_", "-")
