"""An address to be told that something waits: left, changed or taken back after the report.

The courier gets the address under a random contact id; the linker gets the id, signed by the reporter. Intake keeps
neither: only that something was left, in the reporter's own copy (design, section 5).
"""

import secrets

from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from chassis.sealing.receipts import Receipt
from chassis.sealing.statements import CONTACT, CONTACT_WITHDRAWN, Statement
from intake.store.transaction import Transaction
from intake.usecases.envelopes import seal_message
from intake.usecases.frames import statement_frame
from intake.usecases.opened import Keys, open_report, own_id, stamp
from intake.usecases.proving import prove
from intake.usecases.sessions import Space
from intake.usecases.signing import first_seed
from paravent.identity_vault.v1.record_pb2 import ContactAddress
from paravent.intake.v1.content_pb2 import ContactChange, ReporterMessage


class Addresses:
    """What a reporter may do with their address. Both raise WrongReceipt, KeysUnavailable and NoSuchReport."""

    def __init__(self, uow: UnitOfWork[Transaction], keys: Keys, pepper: bytes, clock: Clock) -> None:
        self._uow = uow
        self._keys = keys
        self._pepper = pepper
        self._clock = clock

    def keep(self, space: Space, receipt: Receipt, email: str, number: bytes) -> bool:
        """Leave an address, in the place of an earlier one; False when this form (`number`) did that already."""
        return self._change(space, receipt, email, number)

    def withdraw(self, space: Space, receipt: Receipt, number: bytes) -> bool:
        """Take the address back: the courier forgets it. False when this form (`number`) did that already."""
        return self._change(space, receipt, "", number)

    def _change(self, space: Space, receipt: Receipt, email: str, number: bytes) -> bool:
        opened = open_report(self._uow, self._keys, space)
        reporter = prove(receipt, self._pepper, space)
        now = self._clock.now().replace(microsecond=0)
        vault = self._keys.vault(paris_day(now))
        contact_id = secrets.token_bytes(16)
        said = (CONTACT, {"contact_id": contact_id}) if email else (CONTACT_WITHDRAWN, {})
        signed = Statement(said[0], opened.copy.ref, now, said[1]).signed(first_seed(opened, reporter))
        address = ContactAddress(contact_id=contact_id, email=email) if email else None
        frame = statement_frame(vault, linker=signed, address=address)
        change = ReporterMessage(written_at=stamp(self._clock.now()), contact=ContactChange(kept=bool(email)))
        copy = seal_message(change, opened.report.reporter_recipient)
        with self._uow("change_address") as tx:
            if not tx.messages.add(opened.report.report_id, own_id(space, b"contact", number), copy):
                return False
            tx.vault_queue.add(frame, vault.period, prompt=True)
        return True
