"""Who calls: ID tokens, checked here, and what is done about those that do not hold.

What holds always enters, however many failed before in the same name: nobody can be locked out. What fails is counted
for each source process and for each person claimed; beyond a number it is refused as such (`too-many-tries`), the
provider is not asked for its keys on its account more than once in some seconds (chassis.idtokens), and the journal
gets one alarm, without content.
"""

import base64
import json
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from chassis import logs
from chassis.clock import Clock
from chassis.db import UnitOfWork
from chassis.idtokens import BadIdToken, ProviderUnavailable, Subject
from chassis.rpc.calls import Detail
from identity_vault.domain.brake import Brake
from identity_vault.domain.journal import Entry, Kind
from identity_vault.domain.tags import Tags
from identity_vault.store.verifier_transaction import VerifierTransaction
from identity_vault.usecases.verifier_ports import Denied, Tokens

log = logs.get(__name__)

_LONGEST = 16_384


@dataclass(frozen=True, slots=True)
class Tries:
    """How many tokens may fail in a minute: from one process, and in the name of one person."""

    per_source: int = 60
    per_person: int = 10
    window: timedelta = timedelta(minutes=1)
    # Between two alarms.
    quiet: timedelta = timedelta(minutes=10)


class Door:
    """`tokens` as usual; `fresh`: those of a sign-in of some minutes ago at most."""

    def __init__(
        self,
        uow: UnitOfWork[VerifierTransaction],
        tokens: Tokens,
        fresh: Tokens,
        tags: Tags,
        clock: Clock,
        tries: Tries = Tries(),
    ) -> None:
        self._uow = uow
        self._tokens = tokens
        self._fresh = fresh
        self._tags = tags
        self._clock = clock
        self._tries = tries
        self._sources = Brake(tries.per_source, tries.window)
        self._persons = Brake(tries.per_person, tries.window)
        self._lock = threading.Lock()
        self._alarmed: datetime | None = None

    def subject(self, id_token: str, source: str) -> Subject:
        """Who calls, through the process `source`. Raises Denied."""
        return self._checked(self._tokens, id_token, source)

    def just_signed_in(self, id_token: str, source: str) -> Subject:
        """The same, of a sign-in just now. Raises Denied."""
        return self._checked(self._fresh, id_token, source)

    def is_fresh(self, id_token: str) -> bool:
        """Of a token that was checked: did its person sign in just now?"""
        try:
            self._fresh.check(id_token, self._clock.now())
        except (BadIdToken, ProviderUnavailable):
            return False
        return True

    def _checked(self, tokens: Tokens, id_token: str, source: str) -> Subject:
        try:
            return tokens.check(id_token, self._clock.now())
        except BadIdToken:
            self._failed(id_token, source)
        except ProviderUnavailable:
            raise Denied(Detail.PROVIDER_AWAY) from None

    def _failed(self, id_token: str, source: str) -> NoReturn:
        now = self._clock.now()
        from_source = self._sources.failed(self._tags.claimed(source, ""), now)
        of_person = self._persons.failed(self._tags.claimed(source, claimed_subject(id_token)), now)
        if not (from_source or of_person):
            raise Denied(Detail.BAD_ID_TOKEN)
        if self._alarm_is_due(now):
            log.warning("id_tokens.burst")
            with self._uow("alarm") as tx:
                tx.journal.append(Entry(Kind.ALARM, now, reason=Detail.BAD_ID_TOKEN.value))
        raise Denied(Detail.TOO_MANY_TRIES)

    def _alarm_is_due(self, now: datetime) -> bool:
        with self._lock:
            due = self._alarmed is None or now - self._alarmed >= self._tries.quiet
            if due:
                self._alarmed = now
        return due


def claimed_subject(id_token: str) -> str:
    """Whom a token that does not hold says that it is about; empty for what says nothing."""
    parts = id_token[:_LONGEST].split(".")
    try:
        payload = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return str(payload["sub"])[:255]
    except (IndexError, ValueError, KeyError, TypeError, RecursionError):
        return ""
