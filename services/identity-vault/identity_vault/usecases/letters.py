"""Working off the letters of one process: each is applied in the transaction that deletes it."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from google.protobuf.message import DecodeError, Message

from chassis import logs
from chassis.db import UnitOfWork
from chassis.sealing import age
from identity_vault.store.letter_box import LetterBox
from identity_vault.usecases.layer import LayerKeys, open_padded

log = logs.get(__name__)

_AT_ONCE = 50


class HasLetters(Protocol):
    """A transaction with a box of letters."""

    @property
    def letters(self) -> LetterBox: ...


T = TypeVar("T", bound=HasLetters)


class Postman:
    """Opens the letters of one process and hands them on."""

    def __init__(
        self, uow: UnitOfWork[T], keys: LayerKeys, kind: type[Message], apply: Callable[[T, Any], None]
    ) -> None:
        """`kind`: the message that a letter holds; `apply` does what it says, within the transaction."""
        self._uow = uow
        self._keys = keys
        self._kind = kind
        self._apply = apply
        self._unopened: set[bytes] = set()

    def work(self) -> int:
        """How many letters were worked off. One that no key opens stays in its box and is tried at the next start."""
        with self._uow("work_off_letters") as tx:
            read = tx.letters.read(_AT_ONCE, but=self._unopened)
            opened = {letter_id: self._opened(frame) for letter_id, frame in read}
            taken = tx.letters.take([letter_id for letter_id, letter in opened.items() if letter is not None])
            for letter_id in taken:
                self._apply(tx, opened[letter_id])
        unopened = {letter_id for letter_id, letter in opened.items() if letter is None}
        if unopened:
            self._unopened |= unopened
            log.error("letters.unopened", count=len(self._unopened))
        return len(read)

    def _opened(self, frame: bytes) -> Message | None:
        try:
            return self._kind.FromString(open_padded(self._keys, frame))
        except (age.CannotOpen, DecodeError):
            return None
