"""The linker's part in erasing: which contact a report has is forgotten, and the courier is told to forget it too."""

from google.protobuf.message import DecodeError
from sqlalchemy.orm import Session

from chassis import logs
from chassis.db import UnitOfWork
from chassis.sealing import age
from identity_vault.domain.erasure import ID
from identity_vault.store.erasures import LinkerOrders
from identity_vault.store.linker_transaction import LinkerTransaction
from identity_vault.store.reach_keys import RowKeys
from identity_vault.usecases.layer import LayerKeys, open_padded
from paravent.identity_vault.v1.erasure_pb2 import ErasureOrder

log = logs.get(__name__)


class LinkErasure(LinkerTransaction):
    """The linker's repositories, and the orders that wait for it."""

    def __init__(self, session: Session, keys: RowKeys) -> None:
        super().__init__(session, keys)
        self.orders = LinkerOrders(session)


def forget_links(uow: UnitOfWork[LinkErasure], keys: LayerKeys) -> int:
    """Work off the orders that wait; answers how many there were. The eraser left each when it was due."""
    with uow("link_erasures") as tx:
        waiting = tx.orders.waiting()
    for order, frame in waiting:
        ref = _ref(keys, frame)
        with uow("link_erase") as tx:
            tx.orders.remove(order)
            if ref is not None:
                _forget(tx, ref)
    return len(waiting)


def _forget(tx: LinkErasure, ref: bytes) -> None:
    tag = tx.links.tag(ref)
    link = tx.links.remove(tag)
    tx.statements.take_waiting(tag)
    tx.rings.finish(tag)
    if link and link.contact:
        tx.outgoing.forget(link.contact)


def _ref(keys: LayerKeys, frame: bytes) -> bytes | None:
    try:
        ref = ErasureOrder.FromString(open_padded(keys, frame)).ref
    except (age.CannotOpen, DecodeError):
        log.error("erasure.unreadable")
        return None
    return ref if len(ref) == ID else None
