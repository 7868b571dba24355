"""One frame leaves for identity-vault in each slot; while it is away everything stays."""

import random
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import grpc
import pytest
from sqlalchemy import text

from chassis.clock import SystemClock
from chassis.health import Heartbeat
from chassis.rpc import Detail, Refused, serve
from chassis.sealing import age
from chassis.signing import public_half
from chassis.testing import eventually
from intake.domain.slots import Planner
from intake.entrypoints.pump import Pace, Pump, run_pump
from intake.gateways.vault import SealerGateway
from intake.usecases.keys import VAULT, KeysUnavailable
from intake.usecases.pump import VaultAway
from paravent.identity_vault.v1 import sealing_pb2
from paravent.identity_vault.v1.record_pb2 import TransportLayer
from paravent_rpc.identity_vault.v1 import sealing_pb2_grpc

SERVICE = "/paravent.identity_vault.v1.SealingService/"
TODAY = date(2026, 11, 24)
ROOT_KEY = public_half(bytes(range(32)))


@dataclass
class Sealer(sealing_pb2_grpc.SealingServiceServicer):
    """Keeps what it is given; can be told to be away, or to refuse."""

    signed_key_set: bytes = b""
    sealed: list = field(default_factory=list)
    times: list = field(default_factory=list)
    retired: list = field(default_factory=list)
    away_after: int | None = None
    refuses: frozenset = frozenset()
    retired_keys_of: frozenset = frozenset()

    def Seal(self, request, call):
        if self.away_after is not None and len(self.sealed) >= self.away_after:
            raise Refused(grpc.StatusCode.UNAVAILABLE, Detail.STORE_AWAY)
        if request.record in self.refuses:
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, Detail.INVALID_RECORD)
        if request.key_period in self.retired_keys_of:
            raise Refused(grpc.StatusCode.FAILED_PRECONDITION, Detail.KEY_RETIRED)
        self.sealed.append((request.record, request.key_period))
        self.times.append(time.time())
        return sealing_pb2.SealResponse()

    def GetKeySet(self, request, call):
        return sealing_pb2.GetKeySetResponse(signed_key_set=self.signed_key_set)

    def RetireTransportKeys(self, request, call):
        self.retired.append(request.before)
        return sealing_pb2.RetireTransportKeysResponse()


@pytest.fixture
def sealer(vault) -> Sealer:
    return Sealer(vault.key_set())


@pytest.fixture
def gateway(sealer, certificates) -> Iterator[SealerGateway]:
    pump = "sealpump.intake.paravent"
    server = serve(
        certificates.issue("sealer.identity-vault.paravent"),
        0,
        [(sealing_pb2_grpc.add_SealingServiceServicer_to_server, sealer)],
        {f"{SERVICE}{method}": [pump] for method in ("Seal", "GetKeySet", "RetireTransportKeys")},
    )
    made = SealerGateway(f"127.0.0.1:{server.port}", certificates.issue(pump), "sealer.identity-vault.paravent")
    yield made
    made.close()
    server.stop(0)


@pytest.fixture
def queue(uow, clock):
    """Fill the queue with n frames; answer them in the order they came."""

    def fill(count: int, *, prompt: bool = False, period: date = TODAY) -> list[bytes]:
        frames = [secrets.token_bytes(10_240) for _ in range(count)]
        for frame in frames:
            with uow("queue") as tx:
                tx.vault_queue.add(frame, period, prompt=prompt)
        return frames

    return fill


@pytest.fixture
def make_pump(uow, gateway, clock, keys):
    """A pump as its process has it just after its start. `delay`: the longest of a report's frame, seconds."""

    def make(delay: float = 0, vault=gateway) -> Pump:
        return Pump(uow, vault, ROOT_KEY, clock, keys, Planner(delay, random.Random(), time.monotonic))

    return make


def slots(pump: Pump, count: int, *, covers: bool = False) -> int:
    """Let `count` slots pass; answer in how many of them something left."""
    left = 0
    for _ in range(count):
        parcel = pump.prepare() if covers else next(iter(pump.prepare_due(1)), None)
        left += parcel is not None and pump.send(parcel)
    return left


def rows(database, query: str) -> list:
    with database.engine.connect() as connection:
        return connection.execute(text(query)).all()


def waiting(database) -> int:
    return sum(rows(database, f"SELECT count(*) FROM {table}")[0][0] for table in ("vault_queue", "vault_waiting"))


def test_everything_that_waits_is_sealed_and_leaves(make_pump, queue, sealer, database):
    frames, pump = queue(50), make_pump()
    pump.tick()
    assert slots(pump, 60) == 50
    assert sorted(frame for frame, _ in sealer.sealed) == sorted(frames)
    assert {day for _, day in sealer.sealed} == {"2026-11-24"}
    assert waiting(database) == 0


def test_frames_do_not_leave_in_the_order_they_came(make_pump, queue, sealer):
    frames, pump = queue(40), make_pump()
    pump.tick()
    slots(pump, 40)
    assert [frame for frame, _ in sealer.sealed] != frames


def test_a_report_waits_for_its_delay_and_a_statement_does_not(make_pump, queue, sealer, database):
    queue(3)
    spoken, pump = queue(1, prompt=True), make_pump(delay=1e9)
    pump.tick()
    assert slots(pump, 5) == 1
    assert [frame for frame, _ in sealer.sealed] == spoken
    assert waiting(database) == 3


def test_in_an_empty_slot_a_cover_leaves(make_pump, queue, sealer, vault, database):
    pump = make_pump()
    pump.tick()
    assert slots(pump, 3, covers=True) == 3
    assert {(len(frame), day) for frame, day in sealer.sealed} == {(10_240, "2026-11-24")}
    opened = [TransportLayer.FromString(age.open_fixed(vault.transport.secret, frame)) for frame, _ in sealer.sealed]
    assert len({layer.locator for layer in opened}) == 3
    assert waiting(database) == 0


def test_without_keys_there_is_no_cover(make_pump, sealer):
    sealer.signed_key_set = b""
    pump = make_pump()
    pump.tick()
    assert not pump.has_keys
    assert slots(pump, 2, covers=True) == 0


def test_what_has_arrived_keeps_nothing_of_the_row_it_was(make_pump, queue, database):
    queue(20)
    facts = "SELECT record, id, xmin::text AS xmin FROM {} ORDER BY ctid"
    before, pump = rows(database, facts.format("vault_queue")), make_pump(delay=1e9)
    pump.tick()
    after = rows(database, facts.format("vault_waiting"))
    assert {row.id for row in before}.isdisjoint(row.id for row in after)
    assert len({row.xmin for row in after}) == 1
    assert [row.record for row in before] != [row.record for row in after]
    assert sorted(row.record for row in before) == sorted(row.record for row in after)
    assert rows(database, "SELECT pg_relation_size('vault_queue')") == [(0,)]


def test_arrivals_of_two_ticks_cannot_be_told_apart(make_pump, queue, database):
    first, pump = queue(12), make_pump(delay=1e9)
    pump.tick()
    queue(12)
    pump.tick()
    after = rows(database, "SELECT record, xmin::text AS xmin FROM vault_waiting ORDER BY ctid")
    assert len({row.xmin for row in after}) == 1
    assert {row.record for row in after[:12]} != set(first)


def test_an_idle_tick_writes_nothing(make_pump, queue, database):
    queue(4)
    pump = make_pump(delay=1e9)
    pump.tick()
    file = "SELECT pg_relation_filenode('vault_waiting'), pg_relation_filenode('vault_queue')"
    before = rows(database, file)
    pump.tick()
    assert rows(database, file) == before


def test_a_restart_rewrites_what_a_crash_may_have_left_and_loses_nothing(make_pump, queue, database, sealer, uow):
    frames = queue(9)
    with uow("crashed_after_the_move") as tx:
        tx.vault_waiting.take_arrivals()
    [(left,)] = rows(database, "SELECT pg_relation_filenode('vault_waiting')")
    pump = make_pump()
    pump.tick()
    assert rows(database, "SELECT pg_relation_filenode('vault_waiting')") != [(left,)]
    slots(pump, 4)
    again = make_pump()
    again.tick()
    slots(again, 9)
    assert sorted(frame for frame, _ in sealer.sealed) == sorted(frames)


def test_filing_does_not_wait_for_the_rewrite_of_all_that_waits(uow, queue, database):
    queue(3)
    with uow("move") as tx:
        tx.vault_waiting.take_arrivals()
    with uow("shuffle") as tx:
        tx.vault_waiting.shuffle()
        queue(1)  # from another connection, while the waiting table is locked
    assert waiting(database) == 4


def test_while_the_vault_is_away_frames_stay_and_none_is_lost(make_pump, queue, sealer, database):
    frames, pump = queue(30), make_pump()
    sealer.away_after = 7
    pump.tick()
    assert slots(pump, 30, covers=True) == 7
    assert waiting(database) == 23
    sealer.away_after = None
    pump.tick()
    assert slots(pump, 30) == 23
    assert sorted(frame for frame, _ in sealer.sealed) == sorted(frames)


def test_of_frames_that_leave_together_those_after_a_fault_stay(make_pump, queue, sealer, database):
    """What left before the fault is gone for good, what is refused stays, what came after is due again."""
    frames, pump = queue(10), make_pump()
    pump.tick()
    parcels = pump.prepare_due(20)
    assert sorted(parcel.record for parcel in parcels) == sorted(frames)
    sealer.refuses, sealer.away_after = frozenset([parcels[2].record]), 4
    assert not pump.send(*parcels)
    assert [frame for frame, _ in sealer.sealed] == [parcels[n].record for n in (0, 1, 3, 4)]
    assert waiting(database) == 6
    sealer.refuses, sealer.away_after = frozenset(), None
    assert pump.send(*pump.prepare_due(20))
    assert waiting(database) == 1


def test_a_frame_that_is_refused_stops_no_other(make_pump, queue, sealer, database):
    frames, pump = queue(5), make_pump()
    sealer.refuses = frozenset(frames[:1])
    pump.tick()
    slots(pump, 10)
    assert len(sealer.sealed) == 4
    assert waiting(database) == 1


def test_a_frame_that_came_back_with_a_restored_database_is_dropped(make_pump, queue, sealer, database):
    """Its key was destroyed, so no frame needed it any more: identity-vault has had this one."""
    queue(1, period=TODAY - timedelta(days=9))
    fresh, pump = queue(1), make_pump()
    sealer.retired_keys_of = frozenset(["2026-11-15"])
    pump.tick()
    slots(pump, 3)
    assert [frame for frame, _ in sealer.sealed] == fresh
    assert waiting(database) == 0


def test_a_frame_of_today_is_not_dropped_whatever_the_vault_says(make_pump, queue, sealer, database):
    queue(1)
    sealer.retired_keys_of = frozenset(["2026-11-24"])
    pump = make_pump()
    pump.tick()
    slots(pump, 3)
    assert waiting(database) == 1


def test_keys_are_retired_up_to_the_oldest_day_that_a_frame_needs(make_pump, queue, sealer):
    make_pump().tick()
    queue(1, period=TODAY - timedelta(days=3))
    pump = make_pump(delay=1e9)
    pump.tick()
    pump.tick()  # not twice within the hour
    queue(1, period=TODAY - timedelta(days=5))
    make_pump(delay=1e9).tick()
    assert sealer.retired == ["2026-11-24", "2026-11-21", "2026-11-19"]


def test_the_vaults_keys_are_fetched_before_they_are_needed(make_pump, sealer, vault, keys, clock):
    sealer.signed_key_set = vault.key_set(TODAY, TODAY + timedelta(days=1))
    make_pump().tick()
    assert keys.vault(TODAY + timedelta(days=1)).transport == vault.transport.recipient
    with pytest.raises(KeysUnavailable):
        keys.vault(TODAY + timedelta(days=2))


def test_keys_that_the_root_did_not_certify_are_not_kept(make_pump, uow, sealer, vault):
    sealer.signed_key_set = vault.issuer.publish([], root=bytes(32))
    make_pump().tick()
    with uow("read") as tx:
        assert tx.key_sets.get(VAULT) is None


@pytest.fixture
def running(database, tmp_path):
    """Run pumps until the end of the test; all must stop when told."""
    stop, threads = threading.Event(), []
    heartbeat = Heartbeat(tmp_path, "sealpump")

    def run(pump: Pump, tick: float, slot: float) -> Heartbeat:
        arguments = (pump, database, Pace(tick, slot), SystemClock(), heartbeat, stop)
        threads.append(threading.Thread(target=run_pump, args=arguments))
        threads[-1].start()
        return heartbeat

    yield run
    stop.set()
    for thread in threads:
        thread.join(5)
    assert not any(thread.is_alive() for thread in threads)
    assert not heartbeat.alive()


def test_the_process_goes_on_until_it_is_told_to_stop(make_pump, running, queue, database):
    heartbeat = running(make_pump(), 0.05, 0)
    queue(3)
    eventually(lambda: waiting(database) == 0)
    queue(2)
    eventually(lambda: waiting(database) == 0)
    assert heartbeat.alive()


def test_one_frame_leaves_in_each_slot_at_a_constant_rate(make_pump, running, queue, sealer):
    """Frames and covers alike leave on the grid; the fastest and the slowest of a loaded machine are forgiven."""
    queue(4)
    running(make_pump(), 0.1, 0.5)
    eventually(lambda: len(sealer.times) >= 12, within=20)
    offs = sorted(at % 0.5 for at in sealer.times[:12])
    assert offs[10] < 0.15
    taken = [int(at / 0.5) for at in sealer.times]
    assert len(set(taken)) == len(taken)


def test_slots_missed_while_the_vault_was_away_are_not_made_up_for(make_pump, running, queue, sealer, database):
    frames = queue(8)
    sealer.away_after = 0
    running(make_pump(), 0.1, 0.2)
    time.sleep(2)
    assert waiting(database) == 8
    sealer.away_after = None
    eventually(lambda: waiting(database) == 0, within=20)
    taken = [int(at / 0.2) for at in sealer.times]
    assert len(set(taken)) == len(taken)
    assert {frame for frame, _ in sealer.sealed} >= set(frames)


def test_two_pumps_are_not_two_rates(make_pump, running, sealer):
    running(make_pump(), 0.1, 0.5)
    running(make_pump(), 0.1, 0.5)
    eventually(lambda: len(sealer.times) >= 6, within=20)
    taken = [int(at / 0.5) for at in sealer.times]
    assert len(set(taken)) == len(taken)


class LateVault:
    """A vault that is not up yet when the pump starts."""

    def __init__(self, inner: SealerGateway) -> None:
        self._inner = inner
        self.seal, self.retire_transport_keys = inner.seal, inner.retire_transport_keys
        self.up = False
        self.asked = 0

    def key_set(self) -> bytes:
        self.asked += 1
        if not self.up:
            raise VaultAway
        return self._inner.key_set()


def test_the_first_keys_do_not_wait_for_the_next_tick(make_pump, running, gateway, keys, vault):
    """Without keys the portal accepts nothing: a pump that was up before the vault tries again at once."""
    late = LateVault(gateway)
    pump = make_pump(vault=late)
    running(pump, 3600, 0)
    eventually(lambda: late.asked)
    late.up = True
    eventually(lambda: pump.has_keys)
    assert keys.vault(TODAY).transport == vault.transport.recipient
