"""A name that was taken back is erased: its record after seven days, and nothing else of the report."""

from datetime import timedelta

import hvac
import pytest
from pydantic import SecretStr

from chassis.db import Database
from chassis.sealing import statements
from chassis.sealing.receipts import locator
from identity_vault.domain.erasure import Rules
from identity_vault.domain.record import path_of
from identity_vault.gateways.erasure_ledger import LedgerFolder
from identity_vault.gateways.key_folder import KeyFolder
from identity_vault.gateways.shredder import connect_shredder
from identity_vault.settings import EraserSettings
from identity_vault.store.eraser_transaction import EraserTransaction
from identity_vault.usecases.destroying import Eraser
from local_platform import openbao_bootstrap
from paravent.identity_vault.v1.record_pb2 import Identity

OTHER = Identity(given_name="Autre", family_name="Personne")


@pytest.fixture
def eraser(root, bao, database, clock, tmp_path):
    """Works under the eraser's own credentials."""
    held = openbao_bootstrap.credentials(root, "identity-vault-eraser")
    settings = EraserSettings(
        database_url=SecretStr(database.process_urls["eraser"]),
        openbao_address=bao.url,
        openbao_namespace=root.adapter.namespace,
        openbao_role_id=SecretStr(held.role_id),
        openbao_secret_id=SecretStr(held.secret_id),
        erasure_ledger=tmp_path / "ledger",
    )
    own = Database(settings.database_url.get_secret_value(), name="eraser")
    ledger = LedgerFolder(settings.erasure_ledger, settings.erasure_ledger_days)
    yield Eraser(own.unit_of_work(EraserTransaction), connect_shredder(settings), ledger, clock, Rules())
    own.close()


@pytest.fixture
def turns(world, eraser, key_settings):
    """`turns(days)`: so many days later, each process has its turn."""
    KeyFolder(key_settings.linker_keys_dir).ensure("2026")

    def pass_days(days: int = 0) -> None:
        world.wait(days=days)
        for _ in range(2):
            world.verifier.erasures.turn()
            eraser.turn()

    return pass_days


@pytest.fixture
def stands(root, settings):
    """Is there anything of a report's record of this number?"""

    def look(reporter, number: int) -> bool:
        path = path_of(locator(reporter.ref, number), settings.path_key_bytes())
        try:
            root.secrets.kv.v2.read_secret_metadata(path, mount_point="identities")
        except hvac.exceptions.InvalidPath:
            return False
        return True

    return look


def withdraw(world, reporter) -> None:
    world.send(reporter, reporter.says(statements.NAME_WITHDRAWN, world.clock.now()))


def test_seven_days_after_it_was_taken_back_a_name_is_nowhere(world, turns, stands):
    reporter, other = world.file(), world.file()
    withdraw(world, reporter)
    turns()
    turns(6)
    assert stands(reporter, 0)
    turns(1)
    assert not stands(reporter, 0)
    assert stands(other, 0)
    assert world.sql("SELECT count(*) FROM record_keys WHERE swept = 0")[0] == (2,), "the other's, and a statement's"
    assert ("erasure_asked", "reporter") in world.told()
    assert ("erased", "reporter") in world.told()
    assert world.sql("SELECT state, kinds, paths FROM erasures") == [("erased", ["names"], None)]
    assert world.sql("SELECT count(*) FROM withdrawn_names") == [(0,)]


def test_the_report_keeps_its_key_its_contact_and_a_name_given_afterwards(world, turns, stands):
    authenticator, reporter = world.ready(), world.file()
    withdraw(world, reporter)
    world.wait(minutes=1)
    world.add_name(reporter, 1, OTHER)
    turns()
    turns(7)
    assert (stands(reporter, 0), stands(reporter, 1)) == (False, True)
    assert world.sql("SELECT count(*) FROM registrations") == [(1,)]
    assert world.sql("SELECT count(*) FROM linker_erasures") == [(0,)]
    world.agree(reporter)
    assert world.show(authenticator).identity.given_name == "Autre"


def test_every_name_given_until_then_goes_one_that_comes_late_too(world, turns, stands):
    reporter = world.file(None)
    world.add_name(reporter, 1, OTHER)
    world.wait(minutes=1)
    withdrawn_at = world.clock.now()
    withdraw(world, reporter)
    turns()
    world.clock.advance(timedelta(seconds=-30))
    world.add_name(reporter, 2, OTHER)
    world.clock.advance(withdrawn_at - world.clock.now())
    turns()
    turns(8)
    assert [stands(reporter, number) for number in range(3)] == [False, False, False]
    assert len(world.sql("SELECT state FROM erasures WHERE state = 'erased'")) == 2


def test_what_waits_for_its_order_says_nothing_of_the_report(world):
    reporters = [world.file(), world.file()]
    for reporter in reporters:
        withdraw(world, reporter)
    rows = world.sql("SELECT id, sealed FROM withdrawn_names")
    assert len({len(sealed) for _, sealed in rows}) == 1
    written = b"".join(bytes(part) for row in rows for part in row)
    for reporter in reporters:
        assert reporter.ref not in written
        assert reporter.ref.hex().encode() not in written


def test_a_name_taken_back_twice_is_erased_once(world, turns):
    reporter = world.file()
    withdraw(world, reporter)
    world.wait(minutes=1)
    withdraw(world, reporter)
    turns()
    assert world.sql("SELECT count(*) FROM erasures") == [(1,)]
