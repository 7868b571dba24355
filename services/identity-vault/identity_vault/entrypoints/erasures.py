"""`erasures list | undo ORDER | confirm DAY | key | replay`: what operators do about erasures.

`undo` and `confirm` take two operators, each with a key of their own: the eraser carries out what both have signed.
"""

import sys
from collections.abc import Callable
from datetime import date

from chassis.clock import SystemClock, paris_day
from chassis.db import Database
from chassis.settings import SettingsError
from chassis.signing import public_half
from identity_vault.domain.erasure import CONFIRM, OPEN, UNDO
from identity_vault.entrypoints.eraser import make_eraser
from identity_vault.settings import EraserSettings, OperatorSettings, Settings
from identity_vault.store.eraser_transaction import OperatorTransaction
from identity_vault.usecases.destroying import ErasureLedger, Shredder
from identity_vault.usecases.operating import sign
from identity_vault.usecases.ports import StoreAway

USAGE = "list | undo ORDER | confirm YYYY-MM-DD | key | replay"
Connect = Callable[[EraserSettings], tuple[Shredder, ErasureLedger]]


def run(arguments: list[str], connect: Connect) -> int:
    """Exit status: 2 for what is not a command, 1 when it could not be done."""
    match arguments:
        case ["list"]:
            return _list(Settings.load())
        case ["undo", order]:
            return _undo(OperatorSettings.load(), order)
        case ["confirm", day]:
            return _sign(OperatorSettings.load(), CONFIRM, _day(day))
        case ["key"]:
            _say(public_half(OperatorSettings.load(database_url="").seed()).hex())
            return 0
        case ["replay"]:
            return _replay(EraserSettings.load(), connect)
    sys.stderr.write(f"usage: python -m identity_vault erasures {USAGE}\n")
    return 2


def _list(settings: Settings) -> int:
    database = _database(settings)
    try:
        with database.unit_of_work(OperatorTransaction)("erasure_list") as tx:
            for row in tx.erasures.listed():
                days = (str(day or "-") for day in (row.asked_on, row.due_on, row.finished_on))
                _say(row.order.hex(), row.state, row.reason, *days)
            for signed, _ in tx.signatures.all():
                _say("signed:", signed.action, signed.target, signed.operator, signed.signed_on)
    finally:
        database.close()
    return 0


def _undo(settings: OperatorSettings, order: str) -> int:
    try:
        tag = bytes.fromhex(order)
    except ValueError:
        raise SettingsError("ORDER is what `list` shows: hexadecimal digits") from None
    database = _database(settings)
    try:
        with database.unit_of_work(OperatorTransaction)("erasure_look") as tx:
            waiting = any(row.order == tag and row.state in OPEN for row in tx.erasures.listed())
    finally:
        database.close()
    if not waiting:
        _say("no such order, or it is too late")
        return 1
    return _sign(settings, UNDO, tag.hex())


def _sign(settings: OperatorSettings, action: str, target: str) -> int:
    said = sign(settings.seed(), action, target, settings.erasure_operator, paris_day(SystemClock().now()))
    database = _database(settings)
    try:
        with database.unit_of_work(OperatorTransaction)("erasure_sign") as tx:
            new = tx.signatures.add(said)
            same = [one for one, _ in tx.signatures.all() if (one.action, one.target) == (action, target)]
    finally:
        database.close()
    others = [one.operator for one in same if one.operator != said.operator]
    if others:
        _say("signed by you and by", *others, "- the eraser carries it out at its next turn")
        return 0
    _say("signed" if new else "you have signed before", "- a second operator has to sign the same")
    return 0 if new else 1


def _replay(settings: EraserSettings, connect: Connect) -> int:
    database = _database(settings)
    eraser = make_eraser(settings, database, *connect(settings))
    try:
        revived = eraser.replay(thorough=True)
        eraser.turn()
    except StoreAway:
        _say("OpenBao is away: run it again")
        return 1
    finally:
        database.close()
    _say(revived, "erasures carried out again; the verifier forgets its rows at its next turn")
    return 0


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise SettingsError("the day is written YYYY-MM-DD") from None


def _database(settings: Settings) -> Database:
    return Database(settings.database_url.get_secret_value(), name="identity-vault.erasures", pool_size=2)


def _say(*words: object) -> None:
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")
