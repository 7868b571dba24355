"""Follow-up sessions: what the receipt gave, for fifteen minutes, sealed under a key that only the cookie holds.

A dump of the database opens no session, and tells of none which report it was for. The true end stands inside the
sealed row; the process that opened a session deletes its row at that end, and a day's leftovers go the next day.
"""

import json
import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from chassis.sealing import receipts
from chassis.sealing.age import CannotOpen
from chassis.sealing.fields import FieldCipher
from chassis.sealing.receipts import Receipt
from intake.store.transaction import Transaction

LENGTH = timedelta(minutes=15)
_ID = 16
_KEY = 32


class NoSuchReport(Exception):
    """No report has this receipt."""


@dataclass(frozen=True, slots=True)
class SessionKey:
    """What the cookie holds."""

    id: bytes = field(repr=False)
    key: bytes = field(repr=False)

    @property
    def text(self) -> str:
        return (self.id + self.key).hex()

    @classmethod
    def parse(cls, text: str) -> "SessionKey | None":
        """Read a cookie; None when it is not one of ours."""
        try:
            raw = bytes.fromhex(text)
        except ValueError:
            return None
        return cls(raw[:_ID], raw[_ID:]) if len(raw) == _ID + _KEY else None


@dataclass(frozen=True, slots=True)
class Space:
    """An open follow-up space: it finds the report and opens what is sealed to its reporter."""

    lookup_id: bytes = field(repr=False)
    identity: str = field(repr=False)
    until: datetime


def open_session(
    uow: UnitOfWork[Transaction], pepper: bytes, receipt: Receipt, clock: Clock, ends: "Ends | None" = None
) -> SessionKey:
    """Open the follow-up space of a receipt. Raises NoSuchReport."""
    reporter = receipts.derive(receipt, pepper)
    session = SessionKey(secrets.token_bytes(_ID), secrets.token_bytes(_KEY))
    space = Space(reporter.lookup_id, reporter.identity, clock.now() + LENGTH)
    with uow("open_session") as tx:
        if tx.reports.find(reporter.lookup_id) is None:
            raise NoSuchReport("no report has this receipt")
        tx.sessions.end(ends.due() if ends else ())
        tx.sessions.add(session.id, _seal(session, space), paris_day(clock.now()))
    if ends:
        ends.remember(session.id)
    return session


def resume(uow: UnitOfWork[Transaction], session: SessionKey | None, clock: Clock) -> Space | None:
    """The space of a session that has not ended; None otherwise."""
    if session is None:
        return None
    with uow("resume_session") as tx:
        sealed = tx.sessions.get(session.id)
    if sealed is None:
        return None
    try:
        content = json.loads(FieldCipher(session.key).open(_context(session), sealed))
    except CannotOpen:
        return None
    space = Space(bytes.fromhex(content["lookup_id"]), content["identity"], datetime.fromisoformat(content["until"]))
    return space if clock.now() < space.until else None


def quit_session(uow: UnitOfWork[Transaction], session: SessionKey | None) -> None:
    """Close a session for good: nothing is left to open."""
    if session is not None:
        with uow("quit_session") as tx:
            tx.sessions.end([session.id])


def sweep_sessions(uow: UnitOfWork[Transaction], clock: Clock) -> None:
    """Delete the sessions that an earlier day left behind."""
    with uow("sweep_sessions") as tx:
        tx.sessions.sweep(paris_day(clock.now()))


class Ends:
    """When the sessions that this process opened are over: kept in memory, since no row may hold a minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: deque[tuple[float, bytes]] = deque()

    def remember(self, session_id: bytes) -> None:
        with self._lock:
            self._ends.append((time.monotonic() + LENGTH.total_seconds(), session_id))

    def due(self) -> list[bytes]:
        """The sessions that are over, told once."""
        now = time.monotonic()
        with self._lock:
            over = [session_id for end, session_id in self._ends if end <= now]
            for _ in over:
                self._ends.popleft()
        return over


def _seal(session: SessionKey, space: Space) -> bytes:
    content = {"lookup_id": space.lookup_id.hex(), "identity": space.identity, "until": space.until.isoformat()}
    return FieldCipher(session.key).seal(_context(session), json.dumps(content).encode())


def _context(session: SessionKey) -> str:
    return f"sessions/{session.id.hex()}/sealed"
