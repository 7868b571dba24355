"""It takes two operators to undo an erasure or to let a day's many go, with keys, and a role that may do nothing."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from chassis.settings import SettingsError
from chassis.signing import public_half
from identity_vault.domain.erasure import CONFIRM, UNDO, Rules
from identity_vault.usecases.operating import Operators

SEEDS = {name: secrets.token_bytes(32) for name in ("claude", "dominique")}


@pytest.fixture
def vault(new_vault, root, database, bao, certificates):
    return new_vault(database, root, bao.url, tls=certificates.issue("eraser.identity-vault.paravent"))


@pytest.fixture
def order(vault) -> str:
    """An order in its days of grace, as `list` shows it."""
    ref = secrets.token_bytes(16)
    vault.report(ref)
    vault.take(vault.order(ref, order_id=b"o" * 16))
    vault.pass_days(0)
    return vault.tag(b"o" * 16).hex()


def left(vault) -> int:
    with psycopg.connect(vault.database.owner_url) as owner:
        return int(owner.execute("SELECT count(*) FROM erasure_signatures").fetchone()[0])


def test_one_operator_alone_undoes_nothing_however_often_they_sign(vault, order):
    assert vault.signs("Claude", UNDO, order)
    assert not vault.signs("Claude", UNDO, order)
    for _ in range(3):
        vault.operators().turn()
    assert vault.states() == ["grace"]
    assert vault.kinds() == [("erasure_asked", "retention"), ("erasure_signed", "undo")]


def test_a_second_operator_carries_it_out_and_the_journal_knows_both(vault, order):
    vault.signs("Claude", UNDO, order)
    vault.operators().turn()
    vault.clock.advance(timedelta(days=2))
    vault.signs("Dominique", UNDO, order)
    vault.operators().turn()
    assert vault.states() == ["undone"]
    assert left(vault) == 0
    with psycopg.connect(vault.database.owner_url) as owner:
        rows = owner.execute("SELECT kind, entry, subject FROM journal ORDER BY seq").fetchall()
    told = [(kind, bytes(entry), bytes(subject)) for kind, entry, subject in rows][1:]
    assert [kind for kind, _, _ in told] == ["erasure_signed", "erasure_signed", "erasure_undone"]
    assert len({entry.split(b'"actor":"')[1][:44] for _, entry, _ in told}) == 2
    assert len({subject for _, _, subject in told}) == 1
    assert told[0][2] != b""


def test_two_signatures_about_two_things_are_no_two(vault, order):
    vault.signs("Claude", UNDO, order)
    vault.signs("Dominique", UNDO, "ab" * 32)
    vault.signs("Dominique", CONFIRM, "2026-11-22")
    vault.operators().turn()
    assert vault.states() == ["grace"]


def test_a_held_day_is_confirmed_by_two(vault, order):
    for _ in range(2):
        vault.take(vault.order(secrets.token_bytes(16)))
    vault.pass_days(0, Rules(limit=2))
    assert set(vault.states()) == {"held"}
    vault.signs("Sacha", CONFIRM, "2026-11-22")
    vault.operators().turn()
    assert set(vault.states()) == {"held"}
    vault.signs("Claude", CONFIRM, "2026-11-22")
    vault.operators().turn()
    assert set(vault.states()) == {"grace"}
    assert vault.kinds()[-1] == ("alarm", "burst-confirmed")


@pytest.mark.parametrize("case", ["another key", "not registered", "another target", "another day"])
def test_what_does_not_hold_counts_for_nothing_and_is_an_alarm(vault, order, case):
    """Written with the operators' role: who has its password and no second key."""
    vault.signs("Claude", UNDO, order)
    known = ()
    if case == "another key":
        vault.signs("Dominique", UNDO, order, seed=secrets.token_bytes(32))
    elif case == "not registered":
        vault.signs("Dominique", UNDO, order)
        known = ("Claude", "Sacha")
    else:
        vault.signs("Dominique", UNDO, order if case == "another day" else "cd" * 32)
        column = "signed_on = signed_on - 1" if case == "another day" else f"target = '{order}'"
        with psycopg.connect(vault.database.owner_url, autocommit=True) as owner:
            owner.execute(f"UPDATE erasure_signatures SET {column} WHERE operator = 'Dominique'")
    vault.operators(*known).turn()
    assert vault.states() == ["grace"]
    assert left(vault) == 1
    assert sorted(vault.kinds()[1:]) == [("alarm", "bad-statement"), ("erasure_signed", "undo")]


def test_a_signature_waits_seven_days_for_the_second(vault, order):
    vault.signs("Claude", UNDO, order)
    vault.clock.advance(timedelta(days=8))
    vault.signs("Dominique", UNDO, order)
    vault.operators().turn()
    assert vault.states() == ["grace"]
    assert left(vault) == 1


def test_without_registered_operators_nothing_is_undone(vault, order):
    vault.signs("Claude", UNDO, order)
    vault.signs("Dominique", UNDO, order)
    Operators(vault.uow, {}, vault.clock).turn()
    assert vault.states() == ["grace"]


def test_the_operators_role_adds_signatures_and_changes_nothing(vault, order):
    forbidden = (
        "UPDATE erasures SET state = 'undone'",
        "UPDATE erasure_signatures SET operator = operator",
        "DELETE FROM erasure_signatures",
        "INSERT INTO erasure_signatures (action, target, operator, noted) VALUES ('undo', '', '', true)",
        "SELECT subject FROM erasures",
        "SELECT paths FROM erasures",
        "SELECT frame FROM erasure_orders",
        "SELECT path FROM record_keys",
        "SELECT kind FROM journal",
        "UPDATE erasure_bursts SET confirmed = true",
    )
    with psycopg.connect(vault.database.process_urls["operators"], autocommit=True) as operators:
        for statement in forbidden:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                operators.execute(statement)
    with (
        psycopg.connect(vault.database.process_urls["eraser"]) as eraser,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        eraser.execute("INSERT INTO erasure_signatures (action) VALUES ('undo')")


def test_one_key_under_two_names_is_refused_at_the_start(vault, tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / name).write_text(public_half(bytes(32)).hex())
    files = {name: tmp_path / name for name in ("one", "two")}
    with pytest.raises(SettingsError, match="one key"):
        vault.settings.model_copy(update={"erasure_operators": files}).operators()
    (tmp_path / "two").write_text("no key")
    with pytest.raises(SettingsError, match="holds no key"):
        vault.settings.model_copy(update={"erasure_operators": files}).operators()


@pytest.fixture
def erasures(vault, tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """`erasures("claude", "undo", ORDER)`: the command, as that operator."""

    def run(operator: str, *words: str) -> "subprocess.CompletedProcess[str]":
        folder = tmp_path / operator
        folder.mkdir(exist_ok=True)
        (folder / "identity_vault_database_url").write_text(vault.database.process_urls["operators"])
        (folder / "identity_vault_operator_key").write_text(SEEDS[operator].hex())
        told = {"PARAVENT_SECRETS": str(folder), "IDENTITY_VAULT_ERASURE_OPERATOR": operator}
        command = [sys.executable, "-m", "identity_vault", "erasures", *words]
        return subprocess.run(command, env=os.environ | told, capture_output=True, text=True, check=False)

    return run


def test_two_operators_at_the_command_line(vault, order, erasures):
    assert erasures("claude", "key").stdout.strip() == public_half(SEEDS["claude"]).hex()
    first = erasures("claude", "undo", order)
    assert (first.returncode, first.stdout) == (0, "signed - a second operator has to sign the same\n")
    again = erasures("claude", "undo", order)
    assert (again.returncode, again.stdout) == (1, "you have signed before - a second operator has to sign the same\n")
    assert f"signed: undo {order} claude 20" in erasures("dominique", "list").stdout
    second = erasures("dominique", "undo", order)
    assert second.returncode == 0
    assert "signed by you and by claude" in second.stdout

    missing = erasures("dominique", "undo", "ab" * 32)
    assert (missing.returncode, missing.stdout) == (1, "no such order, or it is too late\n")
    assert erasures("dominique", "confirm", "yesterday").returncode == 2
    assert erasures("dominique", "undo", "not hexadecimal").returncode == 2
    assert erasures("dominique", "replay").returncode == 2, "an operator has not the eraser's secrets"
    assert erasures("dominique", "do", "it").returncode == 2
    assert vault.states() == ["grace"], "the eraser does it, not they"
