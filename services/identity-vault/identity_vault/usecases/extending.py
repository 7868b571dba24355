"""Telling a reporter later still: two custodians sign again, before the day of the review; otherwise it is told.

Loi 2016-1691, art. 9-I: the reporter is informed unless that would endanger the proceedings. Whether it still would is
asked anew each time, in writing.
"""

from datetime import datetime

from chassis.clock import paris_day
from chassis.db import UnitOfWork
from chassis.sealing import age, padding
from identity_vault.domain.journal import Entry, Kind
from identity_vault.domain.orders import BadOrder, Custodian, Extension
from identity_vault.store.verifier_transaction import VerifierTransaction
from identity_vault.usecases.ordering import OrderDesk, locked, reason_of

# Bytes of a reason before and after it is sealed to the DPO: all are as long.
_REASON, _SEALED = 2_048, 2_688


def create_extension(
    uow: UnitOfWork[VerifierTransaction],
    desk: OrderDesk,
    custodian: Custodian,
    order_id: bytes,
    review_on: str,
    reason: str,
    now: datetime,
) -> None:
    """Write one, in place of one that lacks a signature. It moves nothing yet. Raises UnknownOrder, BadOrder."""
    with uow("create_extension") as tx:
        row = locked(tx, order_id)
        extended = desk.open(row).with_extension(
            review_on, " ".join(reason.split()), now, paris_day(now), desk.longest_deferral
        )
        tx.orders.replace(order_id, desk.seal(order_id, extended))
        code = reason_of(extended.order)
        tx.journal.append(Entry(Kind.EXTENSION_CREATED, now, row.tag, desk.actor(custodian), code))


def extension_to_sign(
    uow: UnitOfWork[VerifierTransaction], desk: OrderDesk, custodian: Custodian, order_id: bytes, now: datetime
) -> Extension:
    """The extension whose digest this custodian's passkey is to sign. Raises UnknownOrder, BadOrder, NotACustodian."""
    with uow("read_order") as tx:
        signed = desk.open(locked(tx, order_id))
    signed.with_extension_signature(custodian, "", now, paris_day(now))
    return signed.extensions[-1].extension


def sign_extension(
    uow: UnitOfWork[VerifierTransaction],
    desk: OrderDesk,
    custodian: Custodian,
    order_id: bytes,
    extension: Extension,
    assertion: str,
    now: datetime,
) -> None:
    """Add a signature that was checked against `extension`. The second one moves the review.

    Raises UnknownOrder, BadOrder (also when another one was written meanwhile), NotACustodian.
    """
    with uow("sign_extension") as tx:
        row = locked(tx, order_id)
        before = desk.open(row)
        waiting = before.extension_to_sign(paris_day(now))
        if waiting is None or waiting.extension != extension:
            raise BadOrder("state")
        signed = before.with_extension_signature(custodian, assertion, now, paris_day(now))
        tx.orders.replace(order_id, desk.seal(order_id, signed))
        code, actor = reason_of(signed.order), desk.actor(custodian)
        tx.journal.append(Entry(Kind.EXTENSION_SIGNED, now, row.tag, actor, code))
        if signed.extensions[-1].holds:
            sealed = _for_the_dpo(desk.dpo, extension.reason)
            tx.journal.append(Entry(Kind.NOTICE_EXTENDED, now, row.tag, actor, code, sealed))


def _for_the_dpo(recipient: str, reason: str) -> bytes:
    """Empty where the DPO has no key: the reason stands with the order, sealed, in any case."""
    return age.seal_fixed(recipient, padding.pad(reason.encode(), _REASON), _SEALED) if recipient else b""
