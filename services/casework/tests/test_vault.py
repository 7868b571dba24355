"""What leaves for identity-vault: keys checked, bells and orders sent together, nothing lost while it is away."""

import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import grpc
import pytest

from casework.entrypoints.vault import VaultCalls
from casework.gateways.vault import VaultGateway
from casework.store import tables
from casework.usecases import handling, reading
from casework.usecases.desk import NoSuchCase
from casework.usecases.ports import VaultAway
from casework.usecases.reaching import order_identity_erasure, send_erasures, send_rings
from casework.usecases.vault_keys import NoVaultKey, fetch_keys
from chassis.keysets import KeySetRefused
from chassis.rpc import Detail, Refused, serve
from chassis.sealing import age, padding
from paravent.identity_vault.v1 import erasure_pb2, reach_pb2, sealing_pb2
from paravent_rpc.identity_vault.v1 import erasure_pb2_grpc, reach_pb2_grpc, sealing_pb2_grpc

from .world import LINKER, VERIFIER, vault_key_set

PACKAGE = "/paravent.identity_vault.v1."
OPENER = "opener.casework.paravent"


@dataclass
class Vault(
    sealing_pb2_grpc.SealingServiceServicer,
    reach_pb2_grpc.ReachServiceServicer,
    erasure_pb2_grpc.ErasureServiceServicer,
):
    """Sealer, linker and eraser in one server, which keeps what it is given and can be told to be away."""

    keys: bytes = b""
    calls: list = field(default_factory=list)
    rings: list = field(default_factory=list)
    orders: list = field(default_factory=list)
    away: bool = False

    def GetKeySet(self, request, call):
        self._answer("keys")
        return sealing_pb2.GetKeySetResponse(signed_key_set=self.keys)

    def Notify(self, request, call):
        self._answer("notify")
        self.rings += request.rings
        return reach_pb2.NotifyResponse()

    def Erase(self, request, call):
        self._answer("erase")
        self.orders += request.orders
        return erasure_pb2.EraseResponse()

    def _answer(self, what):
        if self.away:
            raise Refused(grpc.StatusCode.UNAVAILABLE, Detail.STORE_AWAY)
        self.calls.append(what)

    def refs(self) -> list[bytes]:
        opened = [padding.unpad(age.open_fixed(LINKER.secret, ring)) for ring in self.rings]
        return [reach_pb2.Ring.FromString(data).ref for data in opened]


@pytest.fixture
def vault() -> Vault:
    return Vault(keys=vault_key_set(2))


@pytest.fixture
def gateway(vault, certificates) -> Iterator[VaultGateway]:
    name = "vault.identity-vault.paravent"
    services = [
        (sealing_pb2_grpc.add_SealingServiceServicer_to_server, vault),
        (reach_pb2_grpc.add_ReachServiceServicer_to_server, vault),
        (erasure_pb2_grpc.add_ErasureServiceServicer_to_server, vault),
    ]
    methods = {
        "SealingService": ("Seal", "GetKeySet", "RetireTransportKeys"),
        "ReachService": ("Notify", "ViewContact"),
        "ErasureService": ("Erase",),
    }
    allow = {f"{PACKAGE}{service}/{method}": [OPENER] for service, names in methods.items() for method in names}
    server = serve(certificates.issue(name), 0, services, allow)
    at = (f"127.0.0.1:{server.port}", name)
    made = VaultGateway(certificates.issue(OPENER), sealer=at, linker=at, eraser=at)
    yield made
    made.close()
    server.stop(0)


def test_every_notice_that_a_person_should_look_at_rings_and_a_reading_does_not(world, town, vault, gateway):
    reporter = world.file(town)
    case_id = world.release(reporter)  # first reading, then released
    person = world.staff("referent-1")
    handling.take_in_charge(world.uow, world.desk, person, case_id)
    for _ in range(2):
        handling.write_message(
            world.uow, world.desk, person, case_id, notice_id=bytes(16), author="R", text="Pouvez-vous préciser ?"
        )
    world.speak(reporter, "Voici")
    world.open_all()
    reading.show_to_handler(world.uow, world.desk, person, case_id)
    assert {len(row.frame) for row in world.rows(tables.reach_queue)} == {1152}
    assert send_rings(world.uow, gateway) == 4
    assert vault.refs() == [reporter.ref] * 4
    ids = [padding.unpad(age.open_fixed(LINKER.secret, ring)) for ring in vault.rings]
    assert len({reach_pb2.Ring.FromString(data).ring_id for data in ids}) == 4
    assert world.rows(tables.reach_queue) == []


def test_a_notice_that_fails_rings_nobody(world, town, monkeypatch):
    case_id = world.release(world.file(town))
    before = len(world.rows(tables.reach_queue))
    monkeypatch.setattr("casework.store.journal.Journal.note", lambda *_: (_ for _ in ()).throw(RuntimeError()))
    with pytest.raises(RuntimeError):
        handling.write_message(
            world.uow, world.desk, world.staff("referent-1"), case_id, notice_id=bytes(16), author="R", text="Bonjour"
        )
    assert len(world.rows(tables.reach_queue)) == before


def test_bells_leave_shuffled_in_one_call(world, town, vault, gateway):
    reporters = [world.file(town) for _ in range(30)]
    world.open_all()
    send_rings(world.uow, gateway)
    assert vault.calls == ["notify"]
    assert sorted(vault.refs()) == sorted(reporter.ref for reporter in reporters)
    assert vault.refs() != [reporter.ref for reporter in reporters]


def test_while_the_linker_is_away_the_bells_stay(world, town, vault, gateway):
    world.file(town)
    world.open_all()
    vault.away = True
    with pytest.raises(VaultAway):
        send_rings(world.uow, gateway)
    assert len(world.rows(tables.reach_queue)) == 1
    vault.away = False
    assert send_rings(world.uow, gateway) == 1


def test_without_a_key_of_the_linker_a_case_opens_all_the_same(world, town):
    with world.uow("test") as tx:
        tx.session.execute(tables.vault_keys.update().values(signed=b""))
    reporter = world.file(town)
    world.open_all()
    assert world.case_of(reporter) is not None
    assert world.rows(tables.reach_queue) == []


def test_a_key_set_is_kept_only_behind_the_root_and_only_when_newer(world, vault, gateway):
    assert fetch_keys(world.uow, gateway, world.vault) is True
    assert fetch_keys(world.uow, gateway, world.vault) is False
    vault.keys = vault_key_set(3, root=secrets.token_bytes(32), linker=age.new_identity().recipient)
    with pytest.raises(KeySetRefused):
        fetch_keys(world.uow, gateway, world.vault)
    with world.uow("test") as tx:
        assert world.vault.linker(tx) == LINKER.recipient


def test_a_key_slipped_into_the_database_is_not_used(world):
    forged = vault_key_set(9, root=secrets.token_bytes(32), linker=age.new_identity().recipient)
    with world.uow("test") as tx:
        tx.vault_keys.put("identity-vault", 9, forged)
    with world.uow("test") as tx, pytest.raises(NoVaultKey):
        world.vault.linker(tx)


def test_calls_are_made_at_fixed_hours_whenever_the_process_started(world, town, vault, gateway):
    calls = VaultCalls(world.uow, gateway, world.vault, world.clock, seconds=4 * 3600)  # 09:30: between 08:00 and 12:00
    world.file(town)
    world.open_all()
    calls.turn()
    world.clock.advance(timedelta(hours=2))
    calls.turn()
    assert vault.calls == ["keys"]
    world.clock.advance(timedelta(minutes=30))
    calls.turn()
    calls.turn()
    assert vault.calls == ["keys", "notify"]


def test_an_hour_missed_while_the_vault_was_away_is_made_up_for(world, town, vault, gateway):
    calls = VaultCalls(world.uow, gateway, world.vault, world.clock, seconds=0.01)
    world.file(town)
    world.open_all()
    world.clock.advance(timedelta(seconds=1))
    vault.away = True
    calls.turn()
    assert len(world.rows(tables.reach_queue)) == 1
    vault.away = False
    import time

    time.sleep(0.05)
    calls.turn()
    assert world.rows(tables.reach_queue) == []


def test_an_identity_is_ordered_to_be_erased_by_its_case(world, town, vault, gateway):
    reporter = world.file(town)
    case_id = world.release(reporter)
    order_identity_erasure(world.uow, world.desk.case_keys, world.vault, case_id, "retention")
    assert send_erasures(world.uow, gateway) == 1
    [frame] = vault.orders
    assert len(frame) == 1152
    order = erasure_pb2.ErasureOrder.FromString(padding.unpad(age.open_fixed(VERIFIER.secret, frame)))
    assert (order.ref, order.reason, len(order.order_id)) == (reporter.ref, "retention", 16)
    assert world.rows(tables.erase_queue) == []
    noted = [row.person_id for row in world.rows(tables.access_journal) if row.action == "ordered_identity_erasure"]
    assert noted == ["operator"]


def test_an_order_needs_a_case_and_a_reason(world, town):
    import uuid

    case_id = world.release(world.file(town))
    with pytest.raises(NoSuchCase):
        order_identity_erasure(world.uow, world.desk.case_keys, world.vault, uuid.uuid4(), "court")
    with pytest.raises(ValueError, match="reason"):
        order_identity_erasure(world.uow, world.desk.case_keys, world.vault, case_id, "whim")
    assert world.rows(tables.erase_queue) == []


def test_the_web_process_loads_no_grpc():
    code = "import sys, casework.__main__, casework.entrypoints.web.app, casework.gateways.openbao\n"
    code += "print({'grpc', 'paravent_rpc', 'nameko'} & set(sys.modules))"
    loaded = subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, capture_output=True, text=True)
    assert loaded.stdout.strip() == "set()"
