"""What is remembered for minutes, for all verifier processes: challenges, disclosures under way. Handles are not kept
at all: they say themselves, sealed, what they stand for."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from chassis.clock import paris_day
from chassis.db import UnitOfWork
from chassis.sealing.age import CannotOpen
from chassis.sealing.fields import FieldCipher
from identity_vault.domain.tags import Tags
from identity_vault.store.verifier_transaction import VerifierTransaction

T = TypeVar("T")

_TOKEN = 16
# Rows of one kind of one person. Nobody can fill the table: beyond it, all of theirs go.
_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Codec(Generic[T]):
    """How values of one kind are written as JSON. `kind` names it, and keeps keys of one kind out of another."""

    kind: str
    out: Callable[[T], dict[str, Any]]
    into: Callable[[dict[str, Any]], T]


class ShortLived(Generic[T]):
    """Values under random keys of 16 bytes (or a key that the caller gives), each until its time is over.

    Rows hold keyed hashes, a day, and the value with its exact end, sealed.
    """

    def __init__(self, uow: UnitOfWork[VerifierTransaction], tags: Tags, life: timedelta, codec: Codec[T]) -> None:
        self._uow = uow
        self._tags = tags
        self._life = life
        self._codec = codec

    def put(self, person: bytes, value: T, now: datetime, key: bytes | None = None) -> bytes:
        """The key under which the value is found. What stood under it before is replaced."""
        key = key or secrets.token_bytes(_TOKEN)
        until = now + self._life
        content = {"until": until.isoformat(), "value": self._codec.out(value)}
        owner = self._tags.owner(self._codec.kind, person)
        with self._uow("remember") as tx:
            if tx.short_lived.count(owner) >= _MOST:
                tx.short_lived.forget_of(owner)
            tx.short_lived.put(self._tag(key), owner, paris_day(until), content)
        return key

    def get(self, key: bytes, now: datetime) -> T | None:
        with self._uow("recall") as tx:
            return self._alive(tx.short_lived.get(self._tag(key)), now)

    def take(self, key: bytes, now: datetime) -> T | None:
        """Found once only, by one process: gone before anything is made of it."""
        with self._uow("recall_once") as tx:
            found = tx.short_lived.take(self._tag(key))
        return self._alive(found, now)

    def _tag(self, key: bytes) -> bytes:
        return self._tags.short_lived(self._codec.kind, key)

    def _alive(self, content: dict[str, Any] | None, now: datetime) -> T | None:
        if content is None or datetime.fromisoformat(content["until"]) <= now:
            return None
        return self._codec.into(content["value"])


@dataclass(frozen=True, slots=True)
class Handle:
    """What a handle stands for: an id, for one person alone."""

    person: bytes = field(repr=False)
    identifier: bytes = field(repr=False)


class Handles:
    """What stands for an id on a page, another one each time, for `life`: sealed under the verifier's data key, so that
    any of its processes can read it, and nobody else make or read one."""

    def __init__(self, cipher: FieldCipher, kind: str, life: timedelta) -> None:
        self._cipher = cipher
        self._context = f"handles/{kind}"
        self._life = life

    def make(self, person: bytes, identifier: bytes, now: datetime) -> str:
        """Hexadecimal. `person`: a tag of 32 bytes."""
        until = int((now + self._life).timestamp()).to_bytes(8, "big")
        return self._cipher.seal(self._context, until + person + identifier).hex()

    def read(self, handle: str, now: datetime) -> Handle | None:
        """None for one that is not ours, or whose time is over."""
        try:
            content = self._cipher.open(self._context, bytes.fromhex(handle))
        except (ValueError, CannotOpen):
            return None
        if int.from_bytes(content[:8], "big") <= now.timestamp():
            return None
        return Handle(content[8:40], content[40:])
