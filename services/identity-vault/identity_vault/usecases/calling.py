"""Call-backs, for the listeners who may take them.

A listener who took a number sees it again for two hours, or until they say that the call is over: a line that drops or
a page that does not load must not leave somebody waiting. Nobody else sees it from then on; after that it is forgotten.
"""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from chassis.clock import Clock
from chassis.db import UnitOfWork
from chassis.sealing.age import CannotOpen
from chassis.sealing.fields import FieldCipher
from identity_vault.store.courier_transaction import CourierTransaction
from identity_vault.store.reach_keys import RowKeys

# Listener (issuer, subject) -> ids of CdGs; "*" stands for all (store.call_backs.EVERY_CDG).
Listeners = Mapping[tuple[str, str], frozenset[str]]


class NotAListener(Exception):
    """The token does not hold, or its subject may take no call."""


class UnknownHandle(Exception):
    """No such call-back (any more), or somebody else took it."""


class NotYet(Exception):
    """The number shows from five minutes before the hour on."""


class Tokens(Protocol):
    """Checks ID tokens."""

    def subject(self, id_token: str, now: datetime) -> tuple[str, str]:
        """(issuer, subject). Raises NotAListener."""
        ...


@dataclass(frozen=True, slots=True)
class Shown:
    """One call-back as a listener sees it. `taken`: by this listener."""

    handle: str = field(repr=False)
    hour: str
    means: str
    due: bool
    taken: bool


class Calling:
    """What listeners may do."""

    def __init__(
        self,
        uow: UnitOfWork[CourierTransaction],
        tokens: Tokens,
        listeners: Listeners,
        keys: RowKeys,
        clock: Clock,
    ) -> None:
        self._uow = uow
        self._tokens = tokens
        self._listeners = listeners
        self._keys = keys
        self._clock = clock
        self._handles = FieldCipher(secrets.token_bytes(32))  # handles of an earlier process are void

    def list(self, id_token: str) -> list[Shown]:
        """The call-backs of the listener's CdGs, next hour first. Raises NotAListener."""
        listener, cdgs = self._listener(id_token)
        now = self._clock.now()
        with self._uow("list_call_backs") as tx:
            found = [(tag, asked) for tag, asked in tx.call_backs.of(cdgs) if not asked.over(now)]
        return [
            Shown(self._handle(listener, tag), asked.hour, asked.means, asked.due(now), bool(asked.taken_by))
            for tag, asked in sorted(found, key=lambda pair: (pair[1].hour, pair[0]))
            if asked.free_for(listener)
        ]

    def take(self, id_token: str, handle: str) -> str:
        """The number, for this listener alone from now on. Raises NotAListener, UnknownHandle, NotYet."""
        listener, cdgs = self._listener(id_token)
        tag, now = self._tag(listener, handle), self._clock.now()
        with self._uow("take_call_back") as tx:
            asked = tx.call_backs.lock(tag, cdgs)
            if asked is None or asked.over(now) or not asked.free_for(listener):
                raise UnknownHandle
            if not asked.taken_by:
                if not asked.due(now):
                    raise NotYet
                tx.call_backs.put(tag, replace(asked, taken_by=listener, taken_at=now.isoformat()))
        return asked.phone

    def finish(self, id_token: str, handle: str) -> None:
        """The call is over: forget the number. Raises NotAListener, UnknownHandle."""
        listener, cdgs = self._listener(id_token)
        tag = self._tag(listener, handle)
        with self._uow("finish_call_back") as tx:
            asked = tx.call_backs.lock(tag, cdgs)
            if asked is None or asked.taken_by != listener:
                raise UnknownHandle
            tx.call_backs.remove(tag)

    def _listener(self, id_token: str) -> tuple[str, frozenset[str]]:
        who = self._tokens.subject(id_token, self._clock.now())
        cdgs = self._listeners.get(who, frozenset())
        if not cdgs:
            raise NotAListener
        return self._keys.tag("listener", "|".join(who).encode()).hex(), cdgs

    def _handle(self, listener: str, tag: bytes) -> str:
        return base64.urlsafe_b64encode(self._handles.seal(listener, tag)).decode()

    def _tag(self, listener: str, handle: str) -> bytes:
        try:
            return self._handles.open(listener, base64.b64decode(handle, altchars=b"-_", validate=True))
        except (CannotOpen, ValueError):
            raise UnknownHandle from None
