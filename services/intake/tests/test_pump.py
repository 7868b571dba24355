"""Waiting records leave for identity-vault in random order; while it is away they stay."""

import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import grpc
import pytest
from sqlalchemy import text

from chassis.health import Heartbeat
from chassis.rpc import Detail, Refused, serve
from chassis.signing import public_half
from chassis.testing import eventually
from intake.entrypoints.pump import Pump, run_pump
from intake.gateways.vault import SealerGateway
from intake.usecases.keys import VAULT, KeysUnavailable
from intake.usecases.pump import VaultAway, pump_records
from paravent.identity_vault.v1 import sealing_pb2
from paravent_rpc.identity_vault.v1 import sealing_pb2_grpc

SERVICE = "/paravent.identity_vault.v1.SealingService/"


@dataclass
class Sealer(sealing_pb2_grpc.SealingServiceServicer):
    """Keeps what it is given; can be told to be away, or to refuse."""

    signed_key_set: bytes = b""
    sealed: list = field(default_factory=list)
    away_after: int | None = None
    refuses: frozenset = frozenset()

    def Seal(self, request, call):
        if self.away_after is not None and len(self.sealed) >= self.away_after:
            raise Refused(grpc.StatusCode.UNAVAILABLE, Detail.STORE_AWAY)
        if request.record in self.refuses:
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, Detail.INVALID_RECORD)
        self.sealed.append((request.record, request.key_period))
        return sealing_pb2.SealResponse()

    def GetKeySet(self, request, call):
        return sealing_pb2.GetKeySetResponse(signed_key_set=self.signed_key_set)


@pytest.fixture
def sealer() -> Sealer:
    return Sealer()


@pytest.fixture
def gateway(sealer, certificates) -> Iterator[SealerGateway]:
    pump = "sealpump.intake.paravent"
    server = serve(
        certificates.issue("sealer.identity-vault.paravent"),
        0,
        [(sealing_pb2_grpc.add_SealingServiceServicer_to_server, sealer)],
        {f"{SERVICE}Seal": [pump], f"{SERVICE}GetKeySet": [pump]},
    )
    made = SealerGateway(f"127.0.0.1:{server.port}", certificates.issue(pump), "sealer.identity-vault.paravent")
    yield made
    made.close()
    server.stop(0)


@pytest.fixture
def queue(uow, clock):
    """Fill the queue with n records; answer them in the order they came."""

    def fill(count: int) -> list[bytes]:
        records = [secrets.token_bytes(10_240) for _ in range(count)]
        for record in records:
            with uow("queue") as tx:
                tx.vault_queue.add(record, clock.now().date())
        return records

    return fill


def waiting(database) -> int:
    with database.engine.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM vault_queue")).scalar_one()


def test_everything_that_waits_is_sealed_and_leaves(uow, queue, gateway, sealer, database):
    records = queue(50)
    assert pump_records(uow, gateway) == 50
    assert sorted(record for record, _ in sealer.sealed) == sorted(records)
    assert {day for _, day in sealer.sealed} == {"2026-11-24"}
    assert waiting(database) == 0


def test_records_do_not_leave_in_the_order_they_came(uow, queue, gateway, sealer):
    records = queue(40)
    pump_records(uow, gateway)
    assert [record for record, _ in sealer.sealed] != records


def test_a_shuffled_row_keeps_nothing_of_the_one_it_was(uow, queue, database):
    queue(20)
    facts = text("SELECT record, id, xmin::text AS xmin, ctid::text AS ctid FROM vault_queue ORDER BY ctid")
    with database.engine.connect() as connection:
        before = connection.execute(facts).all()
    with uow("shuffle") as tx:
        tx.vault_queue.shuffle()
    with database.engine.connect() as connection:
        after = connection.execute(facts).all()
    assert {row.id for row in before}.isdisjoint(row.id for row in after)
    assert len({row.xmin for row in after}) == 1
    assert [row.record for row in before] != [row.record for row in after]
    assert sorted(row.record for row in before) == sorted(row.record for row in after)


def test_while_the_vault_is_away_records_stay_and_none_is_lost(uow, queue, gateway, sealer, database):
    records = queue(30)
    sealer.away_after = 7
    with pytest.raises(VaultAway):
        pump_records(uow, gateway)
    assert waiting(database) == 23
    sealer.away_after = None
    pump_records(uow, gateway)
    assert sorted(record for record, _ in sealer.sealed) == sorted(records)


def test_a_record_that_is_refused_stops_no_other(uow, queue, gateway, sealer, database):
    records = queue(5)
    sealer.refuses = frozenset(records[:1])
    assert pump_records(uow, gateway) == 4
    assert waiting(database) == 1


def test_the_vaults_keys_are_fetched_before_they_are_needed(uow, gateway, sealer, vault, keys, clock):
    today = clock.now().date()
    sealer.signed_key_set = vault.key_set(today, today + timedelta(days=1))
    Pump(uow, gateway, public_half(bytes(range(32))), clock).tick()
    assert keys.vault(today + timedelta(days=1)).transport == vault.transport.recipient
    with pytest.raises(KeysUnavailable):
        keys.vault(today + timedelta(days=2))


def test_keys_that_the_root_did_not_certify_are_not_kept(uow, gateway, sealer, vault, clock):
    sealer.signed_key_set = vault.issuer.publish([], root=bytes(32))
    Pump(uow, gateway, public_half(bytes(range(32))), clock).tick()
    with uow("read") as tx:
        assert tx.key_sets.get(VAULT) is None


def test_the_pump_goes_on_until_it_is_told_to_stop(uow, queue, gateway, database, vault, sealer, clock, tmp_path):
    sealer.signed_key_set = vault.key_set()
    stop, heartbeat = threading.Event(), Heartbeat(tmp_path, "sealpump")
    pump = Pump(uow, gateway, public_half(bytes(range(32))), clock)
    thread = threading.Thread(target=run_pump, args=(pump, database, 0.05, heartbeat, stop))
    thread.start()
    queue(3)
    eventually(lambda: waiting(database) == 0)
    assert heartbeat.alive()
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
    assert not heartbeat.alive()


class LateVault:
    """A vault that is not up yet when the pump starts."""

    def __init__(self, inner: SealerGateway) -> None:
        self._inner = inner
        self.up = False
        self.asked = 0

    def key_set(self) -> bytes:
        self.asked += 1
        if not self.up:
            raise VaultAway
        return self._inner.key_set()

    def seal(self, record: bytes, period) -> None:
        self._inner.seal(record, period)


def test_the_first_keys_do_not_wait_for_the_next_tick(uow, gateway, database, keys, vault, sealer, clock, tmp_path):
    """Without keys the portal accepts nothing: a pump that was up before the vault tries again at once."""
    sealer.signed_key_set = vault.key_set()
    late, stop = LateVault(gateway), threading.Event()
    pump = Pump(uow, late, public_half(bytes(range(32))), clock)
    thread = threading.Thread(target=run_pump, args=(pump, database, 3600, Heartbeat(tmp_path, "sealpump"), stop))
    thread.start()
    eventually(lambda: late.asked)
    late.up = True
    eventually(lambda: pump.has_keys)
    stop.set()
    thread.join(5)
    assert keys.vault(clock.now().date()).transport == vault.transport.recipient
