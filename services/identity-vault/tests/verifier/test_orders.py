"""Orders of custodians on real servers: two bodies, once; nobody else, nothing else."""

import json
import secrets

import grpc
import pytest

from paravent.identity_vault.v1 import custody_pb2 as wire
from paravent_rpc.identity_vault.v1.custody_pb2_grpc import CustodyServiceStub
from tests.support.custodians import AUTHORITY, COLLEAGUE, FIRST, SECOND, Custodians, custodian_rows


@pytest.fixture
def world(start_verifier, issuer):
    return start_verifier(custodians=custodian_rows(issuer.url))


@pytest.fixture
def custodians(world):
    return Custodians.of(world)


def test_two_custodians_of_two_bodies_open_what_the_authority_asks_once(world, custodians, refused):
    reporter = world.file()
    handle = custodians.signed(reporter.ref)
    begun = custodians.carry_out(handle)
    assert (begun.order.recipient, begun.order.case_label) == (AUTHORITY.recipient, "K7Q-4F2")
    layer = custodians.open(begun)
    assert (layer.ref, layer.identity.family_name) == (reporter.ref, "Marin")
    with refused("bad-order"):
        custodians.carry_out(handle)
    told = [kind for kind, _ in world.told() if kind.startswith("order")]
    assert told == ["order_created", "order_signed", "order_signed", "order_carried_out", "order_refused"]


def test_custodians_see_no_identity_and_no_report(world, custodians):
    reporter = world.file()
    custodians.signed(reporter.ref)
    (order,) = custodians.orders()
    shown = order.SerializeToString()
    assert reporter.ref not in shown
    assert reporter.ref.hex().encode() not in shown
    assert b"Marin" not in shown


def test_one_signature_is_not_enough(world, custodians, refused):
    handle = custodians.create(custodians.block(world.file().ref))
    custodians.sign(handle, FIRST)
    with refused("bad-order"):
        custodians.carry_out(handle)


def test_two_custodians_of_one_body_are_one(world, custodians, refused):
    handle = custodians.create(custodians.block(world.file().ref))
    custodians.sign(handle, FIRST)
    with refused("not-a-custodian"):
        custodians.sign(handle, COLLEAGUE)
    with refused("bad-order"):
        custodians.carry_out(handle)


def test_nobody_else_writes_lists_signs_or_carries_out(world, custodians, refused):
    block = custodians.block(world.file().ref)
    handle = custodians.signed(world.file().ref)
    with refused("not-a-custodian"):
        custodians.create(block, "referent-1")
    with refused("not-a-custodian"):
        custodians.orders("referent-1")
    with refused("not-a-custodian"):
        custodians.send(handle, "referent-1", "{}")
    with refused("not-a-custodian"):
        custodians.carry_out(handle, "referent-1")


def test_a_signature_is_of_one_order_and_one_custodian(world, custodians, refused):
    one = custodians.create(custodians.block(world.file().ref))
    other = custodians.create(custodians.block(world.file().ref), reference="Autre")
    request = wire.BeginSignatureRequest(id_token=world.token(FIRST), handle=one)
    assertion = custodians.keys[FIRST].get(world.custody.BeginSignature(request).options)
    with refused("bad-passkey"):
        custodians.send(other, FIRST, assertion)
    with refused("bad-passkey"):
        custodians.send(one, SECOND, assertion)


def test_a_replayed_signature_is_refused(world, custodians, refused):
    handle = custodians.create(custodians.block(world.file().ref))
    request = wire.BeginSignatureRequest(id_token=world.token(FIRST), handle=handle)
    assertion = custodians.keys[FIRST].get(world.custody.BeginSignature(request).options)
    assert custodians.send(handle, FIRST, assertion) == "waiting"
    with refused("not-a-custodian"):
        custodians.send(handle, FIRST, assertion)


def test_a_touch_for_a_consent_signs_no_order(world, custodians, refused):
    world.agree(world.file(), FIRST)
    handle = custodians.create(custodians.block(world.file().ref))
    touched = world.touch(custodians.keys[FIRST], f"consent:{world.handle(FIRST)}", FIRST)
    with refused("bad-passkey"):
        custodians.send(handle, FIRST, touched)


@pytest.mark.parametrize(
    "changes",
    [
        {"basis": "curiosity"},
        {"reference": ""},
        {"authority": ""},
        {"dated": "2027-01-01"},
        {"recipient": ""},
        {"recipient": "age1nothing"},
        {"notice": "deferred"},
        {"notice": "never"},
    ],
    ids=str,
)
def test_what_is_no_order_is_refused(world, custodians, refused, changes):
    with refused("bad-order"):
        custodians.create(custodians.block(world.file().ref), **changes)


@pytest.mark.parametrize("kind", ["noise", "other key", "short ref", "no label"])
def test_a_block_that_no_handler_made_is_refused(world, custodians, refused, kind):
    block = {
        "noise": secrets.token_bytes(1152),
        "other key": custodians.block(bytes(16), recipient=AUTHORITY.recipient),
        "short ref": custodians.block(bytes(15)),
        "no label": custodians.block(bytes(16), label=""),
    }[kind]
    with refused("bad-order"):
        custodians.create(block)


def test_an_order_about_no_report_opens_nothing(world, custodians, refused):
    handle = custodians.signed(secrets.token_bytes(16))
    with refused("no-record"):
        custodians.carry_out(handle)


def test_a_name_that_was_taken_back_is_given_to_nobody(world, custodians, refused):
    reporter = world.file()
    world.send(reporter, reporter.says("name_withdrawn", world.clock.now()))
    handle = custodians.signed(reporter.ref)
    with refused("no-name"):
        custodians.carry_out(handle)


def test_signatures_must_come_in_fifteen_days(world, custodians, refused):
    handle = custodians.signed(world.file().ref)
    world.wait(days=15, minutes=1)
    with refused("bad-order"):
        custodians.carry_out(handle)
    assert custodians.orders()[0].state == "expired"


def test_the_reporter_sees_it_with_an_explanation_and_who_signed_stays_unsaid(world, custodians):
    reporter = world.file()
    custodians.carry_out(custodians.signed(reporter.ref, basis="denunciation"))
    (entry,) = world.view(reporter).entries
    assert (entry.kind, entry.purpose, entry.addressee_name) == ("judicial", "denunciation", "Parquet d’exemple")
    assert "article 40" in entry.explanation
    assert entry.disclosed_at == "2026-11-30T11:00:00Z"


def test_a_deferred_notice_is_invisible_until_its_day(world, custodians):
    reporter = world.file()
    handle = custodians.signed(reporter.ref, notice="deferred", review_on="2026-12-20")
    before = world.view(reporter)
    custodians.carry_out(handle)
    assert world.view(reporter) == before
    world.wait(days=19)
    assert list(world.view(reporter).entries) == []
    world.wait(days=1)
    assert [entry.kind for entry in world.view(reporter).entries] == ["judicial"]


def test_an_order_that_only_waits_is_not_shown_to_the_reporter(world, custodians):
    reporter = world.file()
    custodians.signed(reporter.ref)
    assert list(world.view(reporter).entries) == []


def test_what_a_custodian_signed_can_be_checked_later(world, custodians):
    """The challenge is made of the order and of the custodian alone."""
    handle = custodians.create(custodians.block(world.file().ref))
    request = wire.BeginSignatureRequest(id_token=world.token(FIRST), handle=handle)
    first, second = (world.custody.BeginSignature(request).options for _ in range(2))
    assert json.loads(first)["challenge"] == json.loads(second)["challenge"]


def test_only_the_discloser_may_call(world, channels):
    for name in ("web.intake.paravent", "opener.casework.paravent", "linker.identity-vault.paravent"):
        stub = CustodyServiceStub(channels(world.address, name))
        with pytest.raises(grpc.RpcError) as error:
            stub.ListOrders(wire.ListOrdersRequest(id_token=world.token(FIRST)))
        assert error.value.code() is grpc.StatusCode.PERMISSION_DENIED
