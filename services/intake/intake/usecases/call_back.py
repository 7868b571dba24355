"""Ask to be called by a psychologist. It is not a report, and intake keeps nothing of it."""

from datetime import date, datetime

from chassis.clock import paris_day
from chassis.db import UnitOfWork
from intake.store.transaction import Transaction
from intake.usecases.frames import call_back_frame
from intake.usecases.keys import KeyBook
from paravent.identity_vault.v1.record_pb2 import CallBack


def ask_to_be_called(
    uow: UnitOfWork[Transaction],
    keys: KeyBook,
    *,
    ticket: bytes,
    phone: str,
    cdg_id: str,
    day: date,
    hour: int,
    means: str,
    now: datetime,
) -> None:
    """Queue the wish, sealed to the courier, in a frame like any other. The same ticket again is the same wish.

    It leaves in the next slot: the hour cannot wait for a random delay. Raises KeysUnavailable.
    """
    wish = CallBack(ticket=ticket, phone=phone, cdg_id=cdg_id, hour=f"{day.isoformat()}T{hour:02}", means=means)
    held = keys.vault(paris_day(now))
    frame = call_back_frame(held, wish)
    with uow("ask_to_be_called") as tx:
        tx.vault_queue.add(frame, held.period, prompt=True)
