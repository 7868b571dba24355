"""Orders of custodians: what makes one, who may sign it, when it is used up."""

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from identity_vault.domain.orders import (
    GATHERING,
    BadOrder,
    Custodian,
    NotACustodian,
    Order,
    OrderState,
    SignedOrder,
    custodians_of,
    find_custodian,
)

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
RECIPIENT = "age1" + "q" * 58
FIRST = Custodian("https://idp.example.org", "gardien-1", "Premier gardien", "Consortium")
SECOND = Custodian("https://idp.example.org", "gardien-2", "Seconde gardienne", "Tiers de confiance")
COLLEAGUE = Custodian("https://idp.example.org", "gardien-3", "Autre gardien", "Consortium")


def _order(**changes) -> Order:
    order = Order(
        id="00" * 16,
        basis="requisition",
        reference="Réquisition 12/2026",
        authority="Parquet d’exemple",
        dated="2026-11-20",
        recipient=RECIPIENT,
        notice="now",
        review_on="",
        case_label="K7Q-4F2",
        token="ab" * 32,
        created=NOW.isoformat(),
    )
    return replace(order, **changes)


def _signed(*custodians: Custodian, **changes) -> SignedOrder:
    signed = SignedOrder(_order(**changes), "cd" * 16, "avdhas")
    for custodian in custodians:
        signed = signed.with_signature(custodian, "{}", NOW)
    return signed


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"basis": "denunciation"},
        {"basis": "lost_receipt", "recipient": ""},
        {"notice": "deferred", "review_on": "2027-03-01"},
        {"dated": "2026-11-23"},
    ],
    ids=str,
)
def test_what_may_be_ordered(changes):
    _order(**changes).check(TODAY)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"basis": "curiosity"}, "basis"),
        ({"basis": ""}, "basis"),
        ({"reference": " "}, "reference"),
        ({"reference": "x" * 201}, "reference"),
        ({"authority": ""}, "authority"),
        ({"authority": "a\nb"}, "authority"),
        ({"dated": "2026-11-24"}, "dated"),
        ({"dated": "20261120"}, "dated"),
        ({"recipient": ""}, "recipient"),
        ({"recipient": "age1pq"}, "recipient"),
        ({"basis": "lost_receipt"}, "recipient"),
        ({"notice": "never"}, "notice"),
        ({"notice": "now", "review_on": "2027-03-01"}, "review_on"),
        ({"notice": "deferred"}, "review_on"),
        ({"notice": "deferred", "review_on": "2026-11-23"}, "review_on"),
        ({"notice": "deferred", "review_on": "2028-11-23"}, "review_on"),
        ({"basis": "lost_receipt", "recipient": "", "notice": "deferred", "review_on": "2027-03-01"}, "notice"),
    ],
    ids=str,
)
def test_what_may_not_be_ordered(changes, fault):
    with pytest.raises(BadOrder, match=f"^{fault}$"):
        _order(**changes).check(TODAY)


def test_two_bodies_make_it_good():
    assert _signed().state(NOW) is OrderState.WAITING
    assert _signed(FIRST).state(NOW) is OrderState.WAITING
    assert _signed(FIRST, SECOND).state(NOW) is OrderState.SIGNED


def test_two_custodians_of_one_body_are_one():
    with pytest.raises(NotACustodian):
        _signed(FIRST, COLLEAGUE)


def test_nobody_signs_twice():
    with pytest.raises(NotACustodian):
        _signed(FIRST, FIRST)


def test_one_signature_carries_nothing_out():
    with pytest.raises(BadOrder):
        _signed(FIRST).carried_out(NOW)


def test_it_is_carried_out_once():
    done = _signed(FIRST, SECOND).carried_out(NOW)
    assert done.state(NOW) is OrderState.CARRIED_OUT
    with pytest.raises(BadOrder):
        done.carried_out(NOW)


def test_after_fifteen_days_it_is_void():
    late = NOW + GATHERING + timedelta(seconds=1)
    assert _signed(FIRST, SECOND).state(late) is OrderState.EXPIRED
    with pytest.raises(BadOrder):
        _signed(FIRST, SECOND).carried_out(late)
    with pytest.raises(NotACustodian):
        _signed(FIRST).with_signature(SECOND, "{}", late)


@pytest.mark.parametrize("name", list(Order.__dataclass_fields__))
def test_a_signature_holds_for_one_text(name):
    assert _order(**{name: "autre"}).digest() != _order().digest()


def test_a_deferred_notice_is_invisible_until_its_review():
    deferred = _signed(notice="deferred", review_on="2027-03-01")
    assert not deferred.visible(date(2027, 2, 28))
    assert deferred.visible(date(2027, 3, 1))
    assert _signed().visible(TODAY)


def test_it_survives_its_storage():
    signed = _signed(FIRST, SECOND).carried_out(NOW)
    assert SignedOrder.from_json(signed.to_json()) == signed


def test_custodians_are_of_two_bodies():
    rows = [asdict(custodian) for custodian in (FIRST, SECOND, COLLEAGUE)]
    assert find_custodian(custodians_of(rows), SECOND.issuer, SECOND.subject) == SECOND
    assert custodians_of([]) == ()
    with pytest.raises(ValueError, match="two bodies"):
        custodians_of([rows[0], rows[2]])
    with pytest.raises(ValueError, match="two bodies"):
        custodians_of([rows[0], rows[0], rows[1]])
    with pytest.raises(NotACustodian):
        find_custodian((FIRST, SECOND), FIRST.issuer, "somebody-else")
