"""The reporter gives a name after the report, or takes one back before it was shown.

A name is a second record, sealed as the first was, with a statement signed by the receipt's key: who holds the receipt
is the only one who can add it (design, section 5). Casework is not told.
"""

from hashlib import sha256

from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from chassis.sealing.receipts import Receipt
from chassis.sealing.statements import NAME_ADDED, NAME_WITHDRAWN, Statement
from intake.domain.identity import Identity
from intake.store.transaction import Transaction
from intake.usecases.envelopes import seal_message
from intake.usecases.frames import named_record, statement_frame
from intake.usecases.opened import Keys, Opened, open_report, own_id, stamp
from intake.usecases.proving import prove
from intake.usecases.sessions import Space
from paravent.intake.v1.content_pb2 import NameChange, ReporterMessage


class Names:
    """What a reporter may do with their name. Every method raises WrongReceipt, KeysUnavailable and NoSuchReport."""

    def __init__(self, uow: UnitOfWork[Transaction], keys: Keys, pepper: bytes, clock: Clock) -> None:
        self._uow = uow
        self._keys = keys
        self._pepper = pepper
        self._clock = clock

    def add(self, space: Space, receipt: Receipt, identity: Identity) -> bool:
        """Seal a name; False when one is on record: it is taken back first."""
        opened = open_report(self._uow, self._keys, space)
        reporter = prove(receipt, self._pepper, space)
        if opened.named:
            return False
        number = max(opened.names, default=0) + 1
        now = self._clock.now().replace(microsecond=0)
        vault = self._keys.vault(paris_day(now))
        locator, sealed, inner = named_record(vault, opened.copy.ref, number, reporter.verify_key, identity)
        statement = Statement(NAME_ADDED, opened.copy.ref, now, {"number": number, "inner": sha256(inner).digest()})
        signed = statement.signed(reporter.signing_seed)
        frame = statement_frame(vault, verifier=signed, record=(locator, sealed))
        with self._uow("add_name") as tx:
            if not self._keep(tx, space, opened, number):
                return False
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
        signed = Statement(NAME_WITHDRAWN, opened.copy.ref, now).signed(reporter.signing_seed)
        frame = statement_frame(vault, verifier=signed)
        with self._uow("withdraw_name") as tx:
            if not self._keep(tx, space, opened, 0):
                return False
            tx.vault_queue.add(frame, vault.period, prompt=True)
        return True

    def _keep(self, tx: Transaction, space: Space, opened: Opened, number: int) -> bool:
        """The reporter's copy of the change. Its id holds the place of the change: two at once are one."""
        message_id = own_id(space, b"name", len(opened.names).to_bytes(4, "big"))
        change = ReporterMessage(written_at=stamp(self._clock.now()), name=NameChange(number=number))
        return tx.messages.add(
            opened.report.report_id, message_id, seal_message(change, opened.report.reporter_recipient)
        )
