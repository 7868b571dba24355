"""A deferred notice is put off again by two custodians of two bodies, in time, in writing; otherwise it is told."""

import pytest

from chassis.sealing import age, padding
from paravent.identity_vault.v1 import custody_pb2 as wire
from tests.support.custodians import COLLEAGUE, FIRST, SECOND, Custodians, custodian_rows

DPO = age.new_identity()
REASON = "Des actes d’enquête sont en cours."
# Carried out on 30 November; told on 20 December unless it is put off.
REVIEW, LATER = "2026-12-20", "2027-02-20"


@pytest.fixture
def world(start_verifier, issuer):
    return start_verifier(custodians=custodian_rows(issuer.url), dpo_recipient=DPO.recipient, deferral_longest_days=100)


@pytest.fixture
def custodians(world):
    return Custodians.of(world)


@pytest.fixture
def reporter(world):
    return world.file()


@pytest.fixture
def handle(custodians, reporter):
    """A demand carried out whose reporter is not told yet."""
    made = custodians.signed(reporter.ref, notice="deferred", review_on=REVIEW)
    custodians.carry_out(made)
    return made


def extend(world, handle: str, subject: str = FIRST, review_on: str = LATER, reason: str = REASON) -> None:
    world.custody.ExtendNotice(
        wire.ExtendNoticeRequest(id_token=world.token(subject), handle=handle, review_on=review_on, reason=reason)
    )


def touch(world, custodians, handle: str, subject: str) -> str:
    request = wire.BeginSignatureRequest(id_token=world.token(subject), handle=handle, extension=True)
    return custodians.keys[subject].get(world.custody.BeginSignature(request).options)


def send(world, handle: str, subject: str, assertion: str) -> None:
    world.custody.SignExtension(
        wire.SignExtensionRequest(id_token=world.token(subject), handle=handle, assertion=assertion)
    )


def sign(world, custodians, handle: str, subject: str) -> None:
    send(world, handle, subject, touch(world, custodians, handle, subject))


def kinds(world, reporter) -> list[str]:
    return [entry.kind for entry in world.view(reporter).entries]


def told_on(custodians) -> str:
    return custodians.orders()[0].told_on


def test_two_custodians_of_two_bodies_put_it_off(world, custodians, reporter, handle):
    extend(world, handle)
    sign(world, custodians, handle, FIRST)
    assert told_on(custodians) == REVIEW, "one signature moves nothing"
    sign(world, custodians, handle, SECOND)
    assert told_on(custodians) == LATER
    world.wait(days=30)
    assert kinds(world, reporter) == []
    world.wait(days=53)
    assert kinds(world, reporter) == ["judicial"], "on its new day it is told"


def test_without_an_extension_it_is_told_on_its_day(world, custodians, reporter, handle):
    world.wait(days=19)
    assert kinds(world, reporter) == []
    world.wait(days=1)
    assert kinds(world, reporter) == ["judicial"]


def test_one_custodian_alone_puts_nothing_off(world, custodians, reporter, handle, refused):
    extend(world, handle)
    sign(world, custodians, handle, FIRST)
    with refused("not-a-custodian"):
        touch(world, custodians, handle, FIRST)
    world.wait(days=20)
    assert kinds(world, reporter) == ["judicial"]


def test_two_custodians_of_one_body_are_one(world, custodians, handle, refused):
    extend(world, handle)
    sign(world, custodians, handle, FIRST)
    with refused("not-a-custodian"):
        touch(world, custodians, handle, COLLEAGUE)
    with refused("not-a-custodian"):
        send(world, handle, COLLEAGUE, "{}")
    assert told_on(custodians) == REVIEW


def test_the_first_signatures_do_not_count_for_it(world, custodians, handle):
    """Both signed the order: nothing is put off before both sign again."""
    extend(world, handle)
    (order,) = custodians.orders()
    assert len(order.signatures) == 2
    assert [list(one.signatures) for one in order.extensions] == [[]]
    assert order.extension_mine_to_sign


@pytest.mark.parametrize(
    "day",
    ["2026-11-29", "2026-11-30", "2026-12-19", REVIEW, "2027-03-11", "2027-13-01", "20270220", "", "toujours"],
    ids=["past", "today", "sooner", "the same", "too long", "no day", "another form", "empty", "word"],
)
def test_a_day_that_is_past_too_far_or_none_is_refused(world, custodians, handle, refused, day):
    with refused("bad-order"):
        extend(world, handle, review_on=day)
    assert told_on(custodians) == REVIEW


def test_the_last_day_that_the_settings_allow_is_taken(world, custodians, handle):
    extend(world, handle, review_on="2027-03-10")


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "a\u0007b"], ids=["none", "blank", "too long", "control"])
def test_a_reason_is_written(world, handle, refused, reason):
    with refused("bad-order"):
        extend(world, handle, reason=reason)


def test_what_the_reporter_sees_already_is_hidden_no_more(world, custodians, reporter, handle, refused):
    extend(world, handle)
    sign(world, custodians, handle, FIRST)
    late = touch(world, custodians, handle, SECOND)
    world.wait(days=20)
    with refused("bad-order"):
        send(world, handle, SECOND, late)
    with refused("bad-order"):
        extend(world, handle, review_on="2027-02-21")
    assert kinds(world, reporter) == ["judicial"]


@pytest.mark.parametrize("notice", ["now", "deferred"])
def test_an_order_that_is_told_at_once_or_only_waits_has_nothing_to_put_off(world, custodians, refused, notice):
    day = REVIEW if notice == "deferred" else ""
    made = custodians.signed(world.file().ref, notice=notice, review_on=day)
    if notice == "now":
        custodians.carry_out(made)
    with refused("bad-order"):
        extend(world, made)


def test_a_touch_for_one_extension_does_not_sign_another(world, custodians, handle, refused):
    extend(world, handle)
    touched = touch(world, custodians, handle, FIRST)
    extend(world, handle, SECOND, review_on="2027-03-01")
    with refused("bad-passkey"):
        send(world, handle, FIRST, touched)
    (order,) = custodians.orders()
    assert [one.review_on for one in order.extensions] == ["2027-03-01"], "one at a time waits"


def test_a_touch_for_the_order_does_not_sign_its_extension(world, custodians, handle, refused):
    other = custodians.create(custodians.block(world.file().ref))
    extend(world, handle)
    request = wire.BeginSignatureRequest(id_token=world.token(FIRST), handle=other)
    touched = custodians.keys[FIRST].get(world.custody.BeginSignature(request).options)
    with refused("bad-passkey"):
        send(world, handle, FIRST, touched)


def test_somebody_else_neither_writes_nor_signs_one(world, custodians, handle, refused):
    world.ready("referent-1")
    extend(world, handle)
    with refused("not-a-custodian"):
        extend(world, handle, "referent-1")
    with refused("not-a-custodian"):
        send(world, handle, "referent-1", "{}")


def test_each_extension_is_in_the_journal_and_its_reason_for_the_dpo_alone(world, custodians, handle):
    for review_on in ("2027-01-20", LATER):
        extend(world, handle, review_on=review_on)
        sign(world, custodians, handle, FIRST)
        sign(world, custodians, handle, SECOND)
    told = [kind for kind, _ in world.told() if kind.startswith(("extension", "notice"))]
    assert told == ["extension_created", "extension_signed", "extension_signed", "notice_extended"] * 2
    sealed = [entry.sealed for entry in world.journal() if entry.kind == "notice_extended"]
    assert [padding.unpad(age.open_fixed(DPO.secret, one)).decode() for one in sealed] == [REASON, REASON]
    assert len({len(one) for one in sealed}) == 1
    rows = world.sql("SELECT sealed FROM orders") + world.sql("SELECT entry FROM journal")
    assert all(REASON.encode() not in bytes(row) for (row,) in rows)


def test_the_reporter_is_told_how_often_it_was_put_off(world, custodians, reporter, handle):
    for review_on in ("2027-01-20", LATER):
        extend(world, handle, review_on=review_on)
        sign(world, custodians, handle, FIRST)
        sign(world, custodians, handle, SECOND)
    world.wait(days=83)
    (entry,) = world.view(reporter).entries
    assert "différée" in entry.explanation
    assert "2 fois" in entry.explanation
    assert "enquête" not in entry.explanation
