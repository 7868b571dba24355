"""Telling reporters that something waits for them, without knowing where they are reached."""

import secrets
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Protocol

from google.protobuf.message import DecodeError

from chassis import logs
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from chassis.sealing import age, padding
from identity_vault.store.linker_transaction import LinkerTransaction
from identity_vault.usecases.layer import LayerKeys, open_padded
from identity_vault.usecases.linking import WAITS
from paravent.identity_vault.v1.reach_pb2 import ContactView, Ring
from paravent.identity_vault.v1.reporter_pb2 import ReporterQuery

log = logs.get(__name__)

FRAME = 1152
_VIEW = 256
_ID = 16
# Tickets or contacts in one call to the courier.
_AT_ONCE = 1000


class CourierAway(Exception):
    """The courier does not answer now."""


class BadQuery(ValueError):
    """Not a question of this contract."""


class Courier(Protocol):
    """The process that has the addresses. Its methods raise CourierAway."""

    def deliver(self, tickets: Iterable[tuple[bytes, bytes]]) -> None:
        """(ticket id, contact id), once each. Called with none as well: what was put off is tried again."""
        ...

    def forget(self, contacts: Iterable[bytes]) -> None: ...

    def states(self, contacts: list[bytes]) -> list[str]: ...


class Ringing:
    """Rings wait for the next batch, whether there is somebody to write to or not."""

    def __init__(
        self, uow: UnitOfWork[LinkerTransaction], keys: LayerKeys, courier: Courier, clock: Clock, *, days_between: int
    ) -> None:
        """`days_between`: days between two mails to one contact, at least; 0 for no limit."""
        self._uow = uow
        self._keys = keys
        self._courier = courier
        self._clock = clock
        self._days_between = days_between

    def notify(self, frames: Iterable[bytes]) -> None:
        """Keep each ring, once. One that does not open is dropped: it must not stop the others."""
        rings = [ring for ring in map(self._ring, frames) if ring is not None]
        with self._uow("keep_rings") as tx:
            for ring in sorted(rings, key=lambda ring: ring.ring_id):
                tx.rings.add(ring.ring_id, tx.links.tag(ring.ref), self._today())

    def view(self, frame: bytes) -> bytes:
        """The sealed state of a report's contact. The courier is asked each time, contact or not.

        Raises BadQuery, CourierAway.
        """
        query = self._query(frame)
        with self._uow("view_contact") as tx:
            link = tx.links.get(tx.links.tag(query.ref))
        contact = link.contact if link else None
        (state,) = self._courier.states([contact or secrets.token_bytes(_ID)])
        if contact is None:
            state = "none"
        elif state == "unknown":  # its address is still on the way to the courier
            state = "kept"
        try:
            return age.seal(query.reply_to, padding.pad(ContactView(state=state).SerializeToString(), _VIEW))
        except ValueError:
            raise BadQuery("nobody to answer to") from None

    def batch(self) -> None:
        """One ticket for each contact with rings; the courier gets them in random order, and what to forget before.

        Raises CourierAway: what it did not take stays for the next batch.
        """
        with self._uow("make_tickets") as tx:
            for tag, day in tx.rings.waiting().items():
                self._ticket(tx, tag, day)
        self._hand_over()

    def _ticket(self, tx: LinkerTransaction, tag: bytes, day: date) -> None:
        link, today = tx.links.get(tag), self._today()
        if link is None and today - day < timedelta(days=WAITS):
            return  # its registration may still come
        if link is not None and link.contact is not None:
            if not link.may_be_mailed(today, self._days_between):
                return
            tx.outgoing.add_ticket(link.contact)
            tx.links.put(tag, link.mailed(today))
        tx.rings.finish(tag)

    def _hand_over(self) -> None:
        while True:
            with self._uow("read_forgets") as tx:
                forgets = tx.outgoing.forgets(_AT_ONCE)
            if not forgets:
                break
            self._courier.forget(forgets.values())
            with self._uow("end_forgets") as tx:
                tx.outgoing.remove_forgets(list(forgets))
        while True:
            with self._uow("read_tickets") as tx:
                tickets = tx.outgoing.tickets(_AT_ONCE)
            self._courier.deliver(tickets.items())
            if not tickets:
                return
            with self._uow("end_tickets") as tx:
                tx.outgoing.remove_tickets(list(tickets))
            if len(tickets) < _AT_ONCE:
                return

    def _ring(self, frame: bytes) -> Ring | None:
        try:
            ring = Ring.FromString(self._opened(frame))
        except (BadQuery, DecodeError):
            ring = Ring()
        if len(ring.ref) == _ID == len(ring.ring_id):
            return ring
        log.warning("rings.refused")
        return None

    def _query(self, frame: bytes) -> ReporterQuery:
        try:
            query = ReporterQuery.FromString(self._opened(frame))
        except DecodeError:
            raise BadQuery("not a question") from None
        if len(query.ref) != _ID:
            raise BadQuery("not a question")
        return query

    def _opened(self, frame: bytes) -> bytes:
        if len(frame) != FRAME:
            raise BadQuery("a frame has a wrong size")
        try:
            return open_padded(self._keys, frame)
        except age.CannotOpen:
            raise BadQuery("it does not open") from None

    def _today(self) -> date:
        return paris_day(self._clock.now())
