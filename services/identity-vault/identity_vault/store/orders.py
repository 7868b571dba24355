"""Orders: a random id, a keyed hash, and a ciphertext."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from identity_vault.store.order_tables import orders


@dataclass(frozen=True, slots=True)
class OrderRow:
    order_id: bytes = field(repr=False)
    tag: bytes = field(repr=False)
    sealed: bytes = field(repr=False)


class Orders:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: OrderRow) -> None:
        self._session.execute(insert(orders).values(order_id=row.order_id, tag=row.tag, sealed=row.sealed))

    def lock(self, order_id: bytes) -> OrderRow | None:
        """The order, held until the transaction ends: two signatures at once come one after the other."""
        found = self._session.execute(select(*orders.c).where(orders.c.order_id == order_id).with_for_update()).first()
        return OrderRow(**found._mapping) if found else None

    def all(self) -> Sequence[OrderRow]:
        return [OrderRow(**row._mapping) for row in self._session.execute(select(*orders.c))]

    def of(self, tag: bytes) -> Sequence[OrderRow]:
        """Those about one report."""
        return [OrderRow(**row._mapping) for row in self._session.execute(select(*orders.c).where(orders.c.tag == tag))]

    def replace(self, order_id: bytes, sealed: bytes) -> None:
        self._session.execute(update(orders).where(orders.c.order_id == order_id).values(sealed=sealed))
