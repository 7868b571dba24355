"""What two operators decide about erasures: each signs with a key of their own, and the eraser does it.

An operator works with a database role that may add signatures and change nothing. Whoever has that role and no key, or
one key, moves nothing.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from chassis import logs, signing
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from identity_vault.domain.erasure import CONFIRM, UNDO, OperatorSignature
from identity_vault.domain.journal import Entry, Kind
from identity_vault.store.eraser_transaction import EraserTransaction

log = logs.get(__name__)

_DOMAIN = b"paravent/erasure-signature/v1"


def sign(seed: bytes, action: str, target: str, operator: str, today: date) -> OperatorSignature:
    """`action`: UNDO or CONFIRM; `target` as OperatorSignature has it."""
    said = OperatorSignature(action, target, operator, today)
    signature = signing.sign(seed, _DOMAIN, *said.parts())
    return OperatorSignature(action, target, operator, today, signature)


class Operators:
    """The eraser's turns over what operators signed. `keys`: operator -> Ed25519 public key, no two alike."""

    def __init__(self, uow: UnitOfWork[EraserTransaction], keys: Mapping[str, bytes], clock: Clock) -> None:
        self._uow = uow
        self._keys = dict(keys)
        self._clock = clock

    def turn(self) -> None:
        """Note what is new, drop what does not hold or waited too long, do what two have signed."""
        with self._uow("erasure_signatures") as tx:
            entries: list[Entry] = []
            agreed: dict[tuple[str, str], list[OperatorSignature]] = defaultdict(list)
            for signed, noted in tx.signatures.all():
                if not self._holds(signed):
                    log.error("erasure.bad_signature")
                    entries.append(Entry(Kind.ALARM, self._clock.now(), reason="bad-statement"))
                    tx.signatures.remove(signed)
                elif not signed.is_timely(paris_day(self._clock.now())):
                    tx.signatures.remove(signed)
                else:
                    agreed[signed.action, signed.target].append(signed)
                    if not noted:
                        entries.append(self._entry(Kind.ERASURE_SIGNED, signed, self._subject(tx, signed)))
                        tx.signatures.note(signed)
            for both in agreed.values():
                if len(both) > 1:
                    entries += self._do(tx, both)
            for entry in entries:
                tx.journal.append(entry)

    def _do(self, tx: EraserTransaction, signatures: Sequence[OperatorSignature]) -> list[Entry]:
        """One operator signs once for the same thing (a row of its own each), so these are two."""
        for signed in signatures:
            tx.signatures.remove(signed)
        last = signatures[-1]
        if last.action == CONFIRM:
            tx.erasures.confirm(date.fromisoformat(last.target))
            return [self._entry(Kind.ALARM, last, reason="burst-confirmed")]
        subject = tx.erasures.undo(bytes.fromhex(last.target))
        return [] if subject is None else [self._entry(Kind.ERASURE_UNDONE, last, subject, reason="")]

    def _subject(self, tx: EraserTransaction, signed: OperatorSignature) -> bytes:
        """The report that an order is about; empty where there is none."""
        if signed.action != UNDO:
            return b""
        return tx.erasures.subject(bytes.fromhex(signed.target)) or b""

    def _entry(
        self, kind: Kind, signed: OperatorSignature, subject: bytes = b"", *, reason: str | None = None
    ) -> Entry:
        actor = hashlib.sha256(self._keys[signed.operator]).digest()
        said = signed.action if reason is None else reason
        return Entry(kind, self._clock.now(), subject=subject, actor=actor, reason=said)

    def _holds(self, signed: OperatorSignature) -> bool:
        """By a registered operator, and about something that can be meant."""
        try:
            signing.check(self._keys[signed.operator], signed.signature, _DOMAIN, *signed.parts())
            date.fromisoformat(signed.target) if signed.action == CONFIRM else bytes.fromhex(signed.target)
        except (KeyError, signing.BadSignature, ValueError):
            return False
        return True
