"""The verifier's part in erasing: it opens the orders, says which records they are about, and forgets what it holds.

Whether and when an order is carried out is the eraser's to decide, and the eraser's alone.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from google.protobuf.message import DecodeError

from chassis import logs
from chassis.clock import Clock
from chassis.db import UnitOfWork
from chassis.sealing import age, padding
from chassis.sealing.receipts import locator
from identity_vault.domain.erasure import FRAME, ID, LOCATORS, REASONS, InvalidOrder, Target
from identity_vault.domain.journal import Entry, Kind
from identity_vault.store.eraser_transaction import ForgettingTransaction, NamesTransaction
from identity_vault.store.withdrawn_names import WithdrawnName
from identity_vault.usecases.layer import LayerKeys, open_padded
from paravent.identity_vault.v1.erasure_pb2 import ErasureOrder

log = logs.get(__name__)

# Bytes of an order before it is sealed.
_ORDER = 512
# Locators of one question to the sealer.
_BATCH = 8
# What is told of an erasure that left the rest of the report.
NAMES = "names"


class Locator(Protocol):
    """Tells where records stand."""

    def paths(self, locators: Sequence[bytes]) -> list[str]:
        """In the same order. Raises StoreAway."""
        ...


class Verifying:
    """What the verifier alone can do for an erasure.

    `tag`: of a report's ref; `order_tag`: of an order's id; `linker`: the age recipient of the linker.
    """

    def __init__(
        self,
        keys: LayerKeys,
        locator: Locator,
        *,
        tag: Callable[[bytes], bytes],
        order_tag: Callable[[bytes], bytes],
        linker: Callable[[], str],
    ) -> None:
        self._keys = keys
        self._locator = locator
        self._tag = tag
        self._order_tag = order_tag
        self._linker = linker

    def target(self, frame: bytes) -> Target:
        """What an order is about. Raises InvalidOrder, StoreAway, NoLayerKeys."""
        order = self._opened(frame)
        paths = self._paths([locator(order.ref, number) for number in range(LOCATORS)])
        content = padding.pad(order.SerializeToString(deterministic=True), _ORDER)
        to_linker = age.seal_fixed(self._linker(), content, FRAME)
        return Target(self._order_tag(order.order_id), self._tag(order.ref), paths, to_linker, order.reason)

    def names(self, withdrawn: WithdrawnName) -> Target:
        """The records of names that were taken back; the rest of the report stays. Raises StoreAway."""
        paths = self._paths([locator(withdrawn.ref, number) for number in withdrawn.numbers])
        return Target(self._order_tag(withdrawn.id), self._tag(withdrawn.ref), paths, b"", "reporter")

    def _paths(self, locators: Sequence[bytes]) -> tuple[str, ...]:
        batches = (locators[start : start + _BATCH] for start in range(0, len(locators), _BATCH))
        return tuple(path for batch in batches for path in self._locator.paths(batch))

    def _opened(self, frame: bytes) -> ErasureOrder:
        try:
            order = ErasureOrder.FromString(open_padded(self._keys, frame))
        except (age.CannotOpen, DecodeError):
            raise InvalidOrder("it does not open") from None
        if len(order.ref) != ID or len(order.order_id) != ID or order.reason not in REASONS:
            raise InvalidOrder("a part is wrong")
        return order


def read_orders(uow: UnitOfWork[ForgettingTransaction], verifying: Verifying, clock: Clock) -> int:
    """Open what came in; answers how many orders are new. Raises StoreAway: what is left waits for the next turn."""
    with uow("erasure_orders") as tx:
        waiting = tx.orders.waiting()
    return sum(_read_order(uow, identifier, frame, verifying, clock) for identifier, frame in waiting)


def _read_order(
    uow: UnitOfWork[ForgettingTransaction], identifier: bytes, frame: bytes, verifying: Verifying, clock: Clock
) -> bool:
    try:
        target = verifying.target(frame)
    except InvalidOrder:
        log.error("erasure.unreadable")
        with uow("erasure_unreadable") as tx:
            tx.orders.remove(identifier)
            tx.journal.append(Entry(Kind.ALARM, clock.now(), reason="unreadable"))
        return False
    with uow("erasure_read") as tx:
        tx.orders.remove(identifier)
        new = tx.forgetting.enter(target)
        if new:
            tx.journal.append(Entry(Kind.ERASURE_ASKED, clock.now(), subject=target.subject, reason=target.reason))
    return new


def order_names(uow: UnitOfWork[NamesTransaction], verifying: Verifying, clock: Clock) -> int:
    """Make an order of each name that was taken back; it has days of grace as any other. Raises StoreAway."""
    with uow("erasure_names") as tx:
        waiting = tx.names.waiting()
    for withdrawn in waiting:
        target = verifying.names(withdrawn)
        with uow("erasure_name") as tx:
            tx.names.remove(withdrawn.id)
            if tx.forgetting.enter(target):
                asked = Entry(Kind.ERASURE_ASKED, clock.now(), subject=target.subject, reason=target.reason)
                tx.journal.append(asked)
    return len(waiting)


def forget(uow: UnitOfWork[ForgettingTransaction]) -> int:
    """Delete the verifier's own rows of what is due; answers of how many reports."""
    with uow("erasure_due") as tx:
        due = tx.forgetting.due()
    for order, subject, whole in due:
        with uow("erasure_forget") as tx:
            tx.forgetting.forgotten(order, tx.subjects.forget(subject) if whole else [NAMES])
    return len(due)
