"""Work off the verifier's letters: registrations, covers among them, and what reporters signed."""

from google.protobuf.message import DecodeError

from chassis import logs
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from chassis.sealing import age
from identity_vault.domain.consents import Rules
from identity_vault.domain.tags import Tags
from identity_vault.store.verifier_rows import signed_of
from identity_vault.store.verifier_transaction import VerifierTransaction
from identity_vault.usecases.layer import LayerKeys, open_padded
from identity_vault.usecases.verifier_statements import Book
from paravent.identity_vault.v1.record_pb2 import VerifierLetter

log = logs.get(__name__)

_REF, _KEY = 16, 32
_AT_ONCE = 20


class Letters:
    """Each letter is applied in the transaction that deletes it."""

    def __init__(self, uow: UnitOfWork[VerifierTransaction], keys: LayerKeys, tags: Tags, rules: Rules, clock: Clock):
        self._uow = uow
        self._keys = keys
        self._tags = tags
        self._rules = rules
        self._clock = clock
        self._unopened: set[bytes] = set()

    def work(self) -> int:
        """How many letters were worked off. One that no key opens stays in its box until the next start."""
        with self._uow("look_for_letters") as tx:
            found = tx.letters.read(_AT_ONCE, but=self._unopened)
        for letter_id, frame in found:
            letter = self._opened(frame)
            if letter is None:
                self._unopened.add(letter_id)
                log.error("letters.unopened", count=len(self._unopened))
            else:
                self._apply(letter_id, letter)
        return len(found)

    def tidy(self) -> None:
        """Statements that waited too long are given up; counts of days long past are forgotten."""
        with self._uow("tidy_verifier") as tx:
            book = Book(tx, self._tags, self._rules, self._clock.now())
            book.give_up()
            tx.counts.forget(paris_day(self._clock.now()))
            tx.short_lived.sweep(paris_day(self._clock.now()))
            tx.recoveries.sweep(paris_day(self._clock.now()))
            book.close()

    def _apply(self, letter_id: bytes, letter: VerifierLetter) -> None:
        self._uow.run("apply_letter", lambda tx: self._apply_in(tx, letter_id, letter))

    def _apply_in(self, tx: VerifierTransaction, letter_id: bytes, letter: VerifierLetter) -> None:
        tx.one_at_a_time("verifier-letters")  # a registration and what waits for it never miss each other
        if not tx.letters.take([letter_id]):
            return  # another process was faster
        book = Book(tx, self._tags, self._rules, self._clock.now())
        if letter.HasField("registration"):
            said = letter.registration
            if (len(said.ref), len(said.reporter_key)) == (_REF, _KEY):
                book.register(said.ref, said.reporter_key)
        elif letter.HasField("statement"):
            book.take(signed_of(letter.statement))
        book.close()

    def _opened(self, frame: bytes) -> VerifierLetter | None:
        try:
            return VerifierLetter.FromString(open_padded(self._keys, frame))
        except (age.CannotOpen, DecodeError):
            return None
