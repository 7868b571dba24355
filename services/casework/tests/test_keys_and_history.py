"""Month keys and their published halves; the made-up history of the demo."""

import secrets
import stat
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import insert

from casework.gateways.month_keys import MonthKeyFolder
from casework.store import tables
from casework.store.transaction import Transaction
from casework.usecases.history import seed_history
from casework.usecases.keys import Publishing, coming_months, publish_keys
from chassis.keysets import certify, find, verify
from chassis.sealing import age
from chassis.signing import EventSigner, EventVerifier, public_half
from paravent.casework.v1.events_pb2 import FiguresChanged, KeySetPublished
from paravent.keys.v1.keys_pb2 import KEY_USE_CASEWORK_MONTH, KEY_USE_CASEWORK_SIGNING

ROOT, ISSUING, EVENT = (secrets.token_bytes(32) for _ in range(3))


@pytest.fixture
def publishing(world) -> Publishing:
    today = world.clock.now().date()
    certificate = certify(ROOT, "casework", ISSUING, valid_from=today, valid_until=today + timedelta(days=900))
    return Publishing(MonthKeyFolder(world.keys_dir), world.notices.public_key, certificate, ISSUING)


@pytest.fixture
def publish(world, publishing):
    signer = EventSigner(EVENT)
    uow = world.database.unit_of_work(partial(Transaction, clock=world.clock, signer=signer))
    return lambda *cdgs: publish_keys(uow, publishing, cdgs, 3)


def test_a_key_set_holds_the_months_to_come_and_what_signs_notices(world, publish):
    assert publish("cdg-80") == 1  # cdg-62 is known by its screener
    [event] = world.events(KeySetPublished)
    keys = verify(event.signed_key_set, public_half(ROOT), issuer="casework", today=world.clock.now().date())
    for cdg_id in ("cdg-62", "cdg-80"):
        for period in ("2026-11", "2026-12", "2027-01"):
            recipient = find(keys, KEY_USE_CASEWORK_MONTH, period, cdg_id)
            secret = (world.keys_dir / cdg_id / f"{period}.age").read_text().strip()
            assert recipient == age.recipient_of(secret)
        assert find(keys, KEY_USE_CASEWORK_SIGNING, "2026", cdg_id) == world.notices.public_key(cdg_id).hex()
    assert "AGE-SECRET" not in str(event)


def test_the_event_is_signed(world, publish):
    publish()
    [row] = world.rows(tables.outbox)
    EventVerifier({"casework": public_half(EVENT)}).check("casework", row.id, row.type, row.payload, row.signature)


def test_the_version_grows_only_when_the_set_changes(world, publish):
    assert [publish(), publish(), publish("cdg-80"), publish("cdg-80")] == [1, None, 2, None]
    world.clock.advance(timedelta(days=31))
    assert publish("cdg-80") == 3
    assert len(world.events(KeySetPublished)) == 3


def test_a_key_that_exists_is_never_made_again(world, publish):
    publish()
    before = {path: path.read_text() for path in world.keys_dir.rglob("*.age")}
    world.clock.advance(timedelta(days=31))
    publish()
    assert before.items() <= {path: path.read_text() for path in world.keys_dir.rglob("*.age")}.items()


def test_private_keys_can_be_read_by_their_owner_alone(world, publish):
    publish()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in world.keys_dir.rglob("*.age")}
    folders = {stat.S_IMODE(path.parent.stat().st_mode) for path in world.keys_dir.rglob("*.age")}
    assert (modes, folders) == ({0o600}, {0o700})


def test_each_cdg_signs_notices_with_a_key_of_its_own(world):
    assert world.notices.public_key("cdg-62") != world.notices.public_key("cdg-80")


def test_months_follow_each_other_over_the_new_year(world):
    assert coming_months(world.clock.now().date(), 3) == ["2026-11", "2026-12", "2027-01"]


def test_history_is_told_once_month_by_month(world):
    bands = {"1-10": 1, "350+": 3}
    assert [seed_history(world.uow, bands), seed_history(world.uow, bands)] == [True, False]
    events = world.events(FiguresChanged)
    months = sorted({delta.month for event in events for delta in event.deltas})
    assert (len(events), months[0], months[-1]) == (13, "2025-11", "2026-11")
    assert all(delta.delta > 0 and delta.size_band in bands for event in events for delta in event.deltas)


def test_in_the_current_month_every_cell_is_one_report_short_of_being_published(world):
    seed_history(world.uow, {"1-10": 1, "350+": 3})
    deltas = [delta for event in world.events(FiguresChanged) for delta in event.deltas if delta.month == "2026-11"]
    assert {delta.delta for delta in deltas} == {10}
    assert len({(delta.act, delta.size_band) for delta in deltas}) == 2 * 8


def test_a_set_that_was_published_but_not_kept_is_published_again(world, publish):
    """Oral reports are sealed to it: a service older than them comes with none."""
    publish()
    digest = world.rows(tables.key_sets)[0].digest
    with world.uow("test") as tx:
        tx.session.execute(insert(tables.key_sets).values(version=2, digest=digest, day=tx.today))
    assert [publish(), publish()] == [3, None]
    with world.uow("test") as tx:
        assert verify(tx.records.signed_key_set(), public_half(ROOT), issuer="casework", today=tx.today).version == 3
