"""`erasures list | undo ORDER | confirm DAY | replay`: what an operator does about erasures, as the eraser."""

import sys
from datetime import date

from chassis.clock import SystemClock
from chassis.db import Database
from chassis.settings import SettingsError
from identity_vault.entrypoints.eraser import make_eraser
from identity_vault.settings import EraserSettings
from identity_vault.store.eraser_transaction import EraserTransaction
from identity_vault.usecases.destroying import Eraser, ErasureLedger, Shredder, confirm, undo
from identity_vault.usecases.ports import StoreAway

USAGE = "list | undo ORDER | confirm YYYY-MM-DD | replay"


def run(settings: EraserSettings, shredder: Shredder, ledger: ErasureLedger, arguments: list[str]) -> int:
    """Exit status: 2 for what is not a command, 1 when it could not be done."""
    database = Database(settings.database_url.get_secret_value(), name="identity-vault.erasures")
    try:
        match arguments:
            case ["list"]:
                return _list(database)
            case ["undo", order]:
                return _undo(database, order)
            case ["confirm", day]:
                return _confirm(database, day)
            case ["replay"]:
                return _replay(make_eraser(settings, database, shredder, ledger))
    finally:
        database.close()
    sys.stderr.write(f"usage: python -m identity_vault erasures {USAGE}\n")
    return 2


def _list(database: Database) -> int:
    with database.unit_of_work(EraserTransaction)("erasure_list") as tx:
        for row in tx.erasures.listed():
            days = (str(day or "-") for day in (row.asked_on, row.due_on, row.finished_on))
            _say(row.order.hex(), row.state, row.reason, *days)
    return 0


def _undo(database: Database, order: str) -> int:
    try:
        done = undo(database.unit_of_work(EraserTransaction), bytes.fromhex(order), SystemClock())
    except ValueError:
        raise SettingsError("ORDER is what `list` shows: hexadecimal digits") from None
    _say("undone" if done else "no such order, or it is too late")
    return 0 if done else 1


def _confirm(database: Database, day: str) -> int:
    try:
        held = date.fromisoformat(day)
    except ValueError:
        raise SettingsError("the day is written YYYY-MM-DD") from None
    _say(confirm(database.unit_of_work(EraserTransaction), held, SystemClock()), "orders take their course")
    return 0


def _replay(eraser: Eraser) -> int:
    try:
        revived = eraser.replay(thorough=True)
    except StoreAway:
        _say("OpenBao is away: run it again")
        return 1
    eraser.turn()
    _say(revived, "erasures carried out again; the verifier forgets its rows at its next turn")
    return 0


def _say(*words: object) -> None:
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")
