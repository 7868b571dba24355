"""The reporter gives a name after the report, or takes one back before it was shown.

A name is a second record, sealed as the first was, with a statement signed by the receipt's key: who holds the receipt
is the only one who can add it (design, section 5). Casework is not told.
"""

from hashlib import sha256

from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from chassis.sealing.receipts import Receipt
from chassis.sealing.statements import NAME_ADDED, NAME_WITHDRAWN, Statement
from chassis.signing import public_half
from intake.domain.identity import Identity
from intake.store.transaction import Transaction
from intake.usecases.envelopes import seal_message
from intake.usecases.frames import named_record, statement_frame
from intake.usecases.opened import Keys, Opened, open_report, own_id, stamp
from intake.usecases.proving import prove
from intake.usecases.sessions import Space
from intake.usecases.signing import Signers, first_seed
from paravent.intake.v1.content_pb2 import NameChange, ReporterMessage


class Names:
    """What a reporter may do with their name. Every method raises WrongReceipt, KeysUnavailable and NoSuchReport."""

    def __init__(self, uow: UnitOfWork[Transaction], keys: Keys, pepper: bytes, signers: Signers, clock: Clock) -> None:
        self._uow = uow
        self._keys = keys
        self._pepper = pepper
        self._signers = signers
        self._clock = clock

    def add(self, space: Space, receipt: Receipt, identity: Identity) -> bool:
        """Seal a name; False when one is on record: it is taken back first. Raises Disputed too."""
        opened = open_report(self._uow, self._keys, space)
        reporter = prove(receipt, self._pepper, space)
        opened.check_undisputed()
        if opened.named:
            return False
        number = max(opened.names, default=0) + 1
        now = self._clock.now().replace(microsecond=0)
        vault = self._keys.vault(paris_day(now))
        key = public_half(first_seed(opened, reporter))
        locator, sealed, inner = named_record(vault, opened.copy.ref, number, key, identity)
        statement = Statement(NAME_ADDED, opened.copy.ref, now, {"number": number, "inner": sha256(inner).digest()})
        signed = [statement.signed(seed) for seed in self._signers.of(opened, reporter)]
        # One frame brings the record; the sealer leaves no letters for a second one at the same place.
        frames = [statement_frame(vault, verifier=signed[0], record=(locator, sealed))]
        frames += [statement_frame(vault, verifier=again) for again in signed[1:]]
        with self._uow("add_name") as tx:
            if not self._keep(tx, space, opened, number):
                return False
            for frame in frames:
                tx.vault_queue.add(frame, vault.period, prompt=True)
        return True

    def withdraw(self, space: Space, receipt: Receipt) -> bool:
        """Forbid the name on record to every agreement; False when there is none."""
        opened = open_report(self._uow, self._keys, space)
        reporter = prove(receipt, self._pepper, space)
        if not opened.named:
            return False
        now = self._clock.now().replace(microsecond=0)
        vault = self._keys.vault(paris_day(now))
        statement = Statement(NAME_WITHDRAWN, opened.copy.ref, now)
        seeds = self._signers.of(opened, reporter)
        frames = [statement_frame(vault, verifier=statement.signed(seed)) for seed in seeds]
        with self._uow("withdraw_name") as tx:
            if not self._keep(tx, space, opened, 0):
                return False
            for frame in frames:
                tx.vault_queue.add(frame, vault.period, prompt=True)
        return True

    def _keep(self, tx: Transaction, space: Space, opened: Opened, number: int) -> bool:
        """The reporter's copy of the change. Its id holds the place of the change: two at once are one."""
        message_id = own_id(space, b"name", len(opened.names).to_bytes(4, "big"))
        change = ReporterMessage(written_at=stamp(self._clock.now()), name=NameChange(number=number))
        return tx.messages.add(
            opened.report.report_id, message_id, seal_message(change, opened.report.reporter_recipient)
        )
