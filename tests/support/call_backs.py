"""Somebody who asked to be called at this very hour: the portal offers later hours only, and no test can wait."""

import secrets

from chassis.clock import PARIS, SystemClock, paris_day
from chassis.db import Database
from intake.store.transaction import Transaction
from intake.usecases.call_back import ask_to_be_called
from intake.usecases.keys import KeyBook
from local_platform.demo import Demo


def ask_for_now(demo: Demo, phone: str, cdg: str = "cdg-62") -> None:
    """Queue the wish as the portal does."""
    clock = SystemClock()
    root = bytes.fromhex((demo.layout.folder("public") / "root.pub").read_text().strip())
    database = Database(demo.database_url("intake"), name="intake")
    try:
        uow = database.unit_of_work(lambda session: Transaction(session, clock))
        now = clock.now()
        ask_to_be_called(
            uow,
            KeyBook(uow, root, clock),
            ticket=secrets.token_bytes(16),
            phone=phone,
            cdg_id=cdg,
            day=paris_day(now),
            hour=now.astimezone(PARIS).hour,
            means="phone",
            now=now,
        )
    finally:
        database.close()
