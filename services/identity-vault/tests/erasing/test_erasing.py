"""Erasure on real servers: what the eraser may do, its days of grace, its alarm, its ledger, what stays."""

import secrets
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import grpc
import hvac
import psycopg
import pytest

from chassis.rpc import channel
from chassis.sealing import age, padding
from chassis.sealing.fields import FieldCipher
from identity_vault.domain.erasure import CONFIRM, FRAME, UNDO, Rules, Target
from identity_vault.domain.reporters import MOST_NAMES
from identity_vault.domain.tags import Tags
from identity_vault.entrypoints import eraser as eraser_entrypoint
from identity_vault.entrypoints.erasing import ErasureTurns
from identity_vault.gateways.erasure_ledger import LedgerFolder
from identity_vault.gateways.key_folder import KeyFolder
from identity_vault.store.verifier_rows import SealedRows
from identity_vault.usecases.erasing import read_orders
from identity_vault.usecases.ports import StoreAway
from paravent.identity_vault.v1.erasure_pb2 import EraseRequest, ErasureOrder
from paravent_rpc.identity_vault.v1.erasure_pb2_grpc import ErasureServiceStub

SERVER = "eraser.identity-vault.paravent"


@pytest.fixture
def vault(new_vault, root, database, bao, certificates):
    return new_vault(database, root, bao.url, tls=certificates.issue(SERVER))


def test_seven_days_after_the_order_nothing_is_left_but_the_proof(vault) -> None:
    gone, kept = secrets.token_bytes(16), secrets.token_bytes(16)
    vault.report(gone)
    vault.report(kept)
    vault.take(vault.order(gone))
    vault.pass_days(0)
    assert vault.states() == ["grace"]
    vault.pass_days(6)
    assert vault.exists(gone) == vault.everything
    vault.pass_days(1)
    assert vault.exists(gone) == vault.nothing
    assert vault.exists(kept) == vault.everything
    assert vault.kinds() == [("erasure_asked", "retention"), ("erased", "retention")]
    with psycopg.connect(vault.database.owner_url) as owner:
        row = owner.execute("SELECT subject, paths, to_linker, state, kinds, finished_on FROM erasures").fetchone()
    assert row == (None, None, None, "erased", ["registration", "consents"], date(2026, 11, 29))


def test_names_added_since_go_with_the_record(vault) -> None:
    ref = secrets.token_bytes(16)
    path = vault.path(ref, MOST_NAMES)
    vault.root.secrets.kv.v2.create_or_update_secret(path, {"record": "x"}, cas=0, mount_point="identities")
    vault.take(vault.order(ref))
    vault.pass_days(0)
    vault.pass_days(7)
    with pytest.raises(hvac.exceptions.InvalidPath):
        vault.root.secrets.kv.v2.read_secret_metadata(path, mount_point="identities")


def test_the_linker_gets_the_order_once_more_sealed_to_it(vault) -> None:
    ref = secrets.token_bytes(16)
    vault.take(vault.order(ref, order_id=b"o" * 16))
    vault.pass_days(0)
    with psycopg.connect(vault.database.owner_url) as owner:
        assert owner.execute("SELECT count(*) FROM linker_erasures").fetchone() == (0,)
    vault.pass_days(7)
    with psycopg.connect(vault.database.process_urls["linker"]) as linker:
        ((frame,),) = linker.execute("SELECT frame FROM linker_erasures").fetchall()
    opened = ErasureOrder.FromString(padding.unpad(age.open_fixed(vault.linker.secret, frame)))
    assert opened.ref == ref


def test_the_same_order_sealed_twice_is_one_order(vault) -> None:
    ref, order_id = secrets.token_bytes(16), secrets.token_bytes(16)
    first = vault.order(ref, order_id)
    vault.take(first, first)
    vault.take(vault.order(ref, order_id))
    assert vault.states() == ["new"]
    assert vault.kinds() == [("erasure_asked", "retention")]


def test_an_order_can_be_undone_within_its_days_of_grace_only(vault) -> None:
    ref = secrets.token_bytes(16)
    vault.report(ref)
    vault.take(vault.order(ref, order_id=b"o" * 16))
    vault.pass_days(3)
    vault.two_sign(UNDO, vault.tag(b"o" * 16).hex())
    vault.pass_days(30)
    assert vault.exists(ref) == vault.everything
    signed = [("erasure_signed", "undo")] * 2
    assert vault.kinds() == [("erasure_asked", "retention"), *signed, ("erasure_undone", "")]
    vault.take(vault.order(ref, order_id=b"p" * 16))
    vault.pass_days(0)
    vault.pass_days(7)
    vault.two_sign(UNDO, vault.tag(b"p" * 16).hex())
    assert vault.exists(ref) == vault.nothing
    assert vault.kinds().count(("erasure_undone", "")) == 1


def test_too_many_orders_on_a_day_are_held_with_one_alarm(vault) -> None:
    refs = [secrets.token_bytes(16) for _ in range(4)]
    for ref in refs:
        vault.report(ref)
    rules = Rules(limit=3)
    vault.take(*(vault.order(ref) for ref in refs[:3]))
    vault.pass_days(0, rules)
    assert vault.states() == ["grace"] * 3
    vault.take(vault.order(refs[3], reason="reporter"))
    vault.pass_days(0, rules)
    assert vault.states() == ["held"] * 4
    vault.pass_days(20, rules)
    assert all(vault.exists(ref) == vault.everything for ref in refs)
    assert vault.kinds().count(("alarm", "burst")) == 1
    vault.two_sign(CONFIRM, "2026-11-22")
    assert vault.states() == ["grace"] * 4
    vault.pass_days(0, rules)
    assert all(vault.exists(ref) == vault.nothing for ref in refs)
    assert ("alarm", "burst-confirmed") in vault.kinds()


def test_what_is_no_order_is_thrown_away_with_an_alarm(vault) -> None:
    other = age.seal_fixed(age.new_identity().recipient, bytes(512), FRAME)
    recipient = vault.verifier_keys.public_halves()[0][1]
    odd = ErasureOrder(ref=b"short", order_id=bytes(16), reason="retention").SerializeToString()
    vault.take(other, age.seal_fixed(recipient, padding.pad(odd, 512), FRAME))
    assert vault.states() == []
    assert vault.kinds() == [("alarm", "unreadable")] * 2


def test_with_openbao_away_the_keys_go_and_the_records_follow(vault) -> None:
    ref = secrets.token_bytes(16)
    vault.report(ref)
    vault.take(vault.order(ref))
    vault.pass_days(0)
    there = vault.settings
    vault.settings = there.model_copy(update={"openbao_address": "http://127.0.0.1:9"})
    vault.pass_days(7)
    assert vault.exists(ref) == vault.nothing | {"record": True}
    assert vault.states() == ["due"]
    vault.settings = there
    vault.pass_days(0)
    assert vault.exists(ref) == vault.nothing
    assert vault.states() == ["erased"]


def test_the_ledger_brings_back_what_a_restored_database_forgot(vault) -> None:
    ref = secrets.token_bytes(16)
    vault.report(ref)
    vault.take(vault.order(ref))
    vault.pass_days(0)
    vault.pass_days(7)
    with psycopg.connect(vault.database.owner_url, autocommit=True) as owner:
        owner.execute("DELETE FROM erasures")
    vault.report(ref)
    assert vault.eraser().replay() == 1
    vault.pass_days(0)
    assert vault.exists(ref) == vault.nothing
    assert vault.eraser().replay() == 0


def test_a_line_of_the_ledger_that_a_crash_cut_does_not_hide_the_next(tmp_path: Path) -> None:
    ledger = LedgerFolder(tmp_path, 62)
    targets = [Target(bytes([n]) * 32, bytes(32), ("ab" * 32,), bytes(FRAME), "court") for n in range(3)]
    ledger.add(date(2026, 11, 1), targets[0])
    path = tmp_path / "2026-11.jsonl"
    path.write_bytes(path.read_bytes() + targets[1].line(date(2026, 11, 2))[:50])
    ledger.add(date(2026, 12, 2), targets[2])
    ledger.add(date(2026, 11, 3), targets[2])
    assert ledger.targets() == [targets[0], targets[2]]
    ledger.prune(date(2027, 2, 2))
    assert [one.name for one in tmp_path.iterdir()] == ["2026-12.jsonl"]
    ledger.prune(date(2027, 6, 1))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT key FROM record_keys",
        "SELECT frame FROM erasure_orders",
        "SELECT entry FROM journal",
        "SELECT * FROM registrations",
        "SELECT * FROM consents",
        "SELECT frame FROM linker_erasures",
        "UPDATE record_keys SET key = key",
        "DELETE FROM erasures",
        "DELETE FROM journal",
    ],
)
def test_the_eraser_reads_nothing_that_tells_who(vault, statement: str) -> None:
    with psycopg.connect(vault.database.process_urls["eraser"]) as eraser, pytest.raises(psycopg.Error) as caught:
        eraser.execute(statement)
    assert isinstance(caught.value, psycopg.errors.InsufficientPrivilege)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE erasures SET state = 'due'",
        "INSERT INTO erasures (order_tag, subject, reason, state) VALUES ('', '', 'court', 'due')",
        "DELETE FROM record_keys",
        "DELETE FROM erasures",
    ],
)
def test_the_verifier_cannot_hasten_an_erasure(vault, statement: str) -> None:
    with psycopg.connect(vault.database.process_urls["verifier"]) as verifier, pytest.raises(psycopg.Error) as caught:
        verifier.execute(statement)
    assert isinstance(caught.value, psycopg.errors.InsufficientPrivilege)


@pytest.fixture
def call(vault, certificates) -> Callable[..., Any]:
    server = eraser_entrypoint.start(vault.settings, vault.as_eraser, vault.shredder())
    opened = []

    def make(client: str, *orders: bytes) -> Any:
        made = channel(f"127.0.0.1:{server.port}", certificates.issue(client), SERVER)
        opened.append(made)
        return ErasureServiceStub(made).Erase(EraseRequest(orders=orders))

    yield make
    for made in opened:
        made.close()
    server.stop(0)


def test_caseworks_opener_alone_may_order_an_erasure(vault, call) -> None:
    ref = secrets.token_bytes(16)
    call("opener.casework.paravent", vault.order(ref))
    for other in ("web.casework.paravent", "web.intake.paravent", "discloser.identity-vault.paravent"):
        with pytest.raises(grpc.RpcError) as caught:
            call(other, vault.order(ref))
        assert caught.value.code() == grpc.StatusCode.PERMISSION_DENIED
    with pytest.raises(grpc.RpcError) as caught:
        call("opener.casework.paravent", b"short")
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert read_orders(vault.forgetting, vault.verifying(), vault.clock) == 1


def test_the_verifiers_turn_waits_for_the_linkers_key_and_for_the_sealer(vault, tmp_path: Path) -> None:
    class Sealer:
        away = True

        def paths(self, locators: Any) -> list[str]:
            if self.away:
                raise StoreAway
            return ["ab" * 32 for _ in locators]

    sealer, tags, rows = Sealer(), Tags(bytes(32)), SealedRows(FieldCipher(bytes(32)))
    turns = ErasureTurns(vault.as_verifier, vault.verifier_keys, sealer, tags, tmp_path / "linker", vault.clock, rows)
    with vault.uow("add") as tx:
        tx.orders.add([vault.order(bytes(16), b"o" * 16)])
    assert turns.turn() == 0
    sealer.away = False
    assert turns.turn() == 0
    assert vault.states() == []
    KeyFolder(tmp_path / "linker").ensure("2026")
    assert turns.turn() == 1
    with vault.uow("list") as tx:
        assert [row.order for row in tx.erasures.listed()] == [tags.erasure(b"o" * 16)]
