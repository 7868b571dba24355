"""Services of the provider, ordered for a case: who is told what, and what leaves."""

import uuid
from decimal import Decimal

import pytest
from sqlalchemy import select

from casework.domain import ordering as rules
from casework.domain.ordering import OrderRefused
from casework.domain.proceeding import Proceeding
from casework.domain.statuses import NotNow
from casework.entrypoints.events import Worker
from casework.store import order_tables, tables
from casework.usecases import ordering, reading
from casework.usecases.desk import NoSuchCase
from casework.usecases.handling import take_in_charge
from chassis.bus import Refused
from chassis.db import UnitOfWork
from paravent.billing.v1 import events_pb2 as billing
from paravent.casework.v1 import events_pb2 as told

from .world import CDG

ROWS = [
    ("1.3", "Restitution", "forfait", "400.00", {}, (0, 0)),
    ("1.4", "Soutien psychologique", "forfait", "120.00", {}, (0, 0)),
    ("1.5", "Accompagnement juridique", "forfait", "180.00", {}, (0, 0)),
    ("1.10", "Cinq entretiens psychologiques", "forfait", "880.00", {"1.4": 5, "1.3": 1}, (0, 0)),
    ("1.11", "Trois entretiens juridiques", "forfait", "800.00", {"1.5": 3, "1.3": 1}, (0, 0)),
    ("2.2", "Entretiens d’enquête", "jour", "90.00", {}, (0, 0)),
    ("2.7", "Enquête, 1 à 5 auditions", "forfait", "4100.00", {}, (1, 5)),
    ("2.8", "Enquête, 6 à 10 auditions", "forfait", "6850.00", {}, (6, 10)),
]


def published(version: int = 1) -> billing.PriceListPublished:
    services = [
        billing.PricedService(
            code=code, label=label, unit=unit, price=price, vat_rate="20", contains=held, hearings_from=a, hearings_to=b
        )
        for code, label, unit, price, held, (a, b) in ROWS
    ]
    return billing.PriceListPublished(cdg_id=CDG, version=version, services=services)


SERVICES = ordering.services_of(published())


@pytest.fixture
def priced(world) -> UnitOfWork:
    with world.uow("prices") as tx:
        ordering.record_prices(tx, published())
    return world.uow


@pytest.fixture
def in_charge(world, town, priced):
    """A case in charge of referent-1, or of authority-1 when the authority is implicated."""

    def make(**answers):
        case_id = world.release(world.file(town, **answers))
        person = world.staff("authority-1" if answers else "referent-1")
        take_in_charge(world.uow, world.desk, person, case_id)
        return person, case_id

    return make


def order(world, person, case_id, order_id=None, version=1, **wanted):
    order_id = order_id or uuid.uuid4()
    wanted = {code.replace("_", "."): quantity for code, quantity in (wanted or {"1_10": "1"}).items()}
    new = ordering.order(world.uow, world.desk, person, case_id, order_id=order_id, wanted=wanted, version=version)
    return order_id, new


def held(world) -> dict[str, bool]:
    with world.database.engine.connect() as connection:
        rows = connection.execute(
            select(tables.outbox).where(tables.outbox.c.type == "paravent.casework.v1.ServiceRequested")
        ).all()
    return {str(row.id): row.held for row in rows}


def test_an_order_leaves_with_a_number_codes_and_quantities_and_nothing_of_the_case(world, in_charge, town):
    person, case_id = in_charge()
    order_id, new = order(world, person, case_id, **{"1_4": "5", "2_2": "1,5"})
    assert new
    [asked] = world.events(told.ServiceRequested)
    assert asked == told.ServiceRequested(
        order_id=str(order_id),
        cdg_id=CDG,
        member_id=town,
        services=[
            told.RequestedService(code="1.4", quantity="5"),
            told.RequestedService(code="2.2", quantity="1.5"),
        ],
        price_list=1,
    )
    assert str(case_id) not in str(asked)
    assert list(held(world).values()) == [False]
    with world.database.engine.connect() as connection:
        kept = connection.execute(select(order_tables.case_orders)).one()
        actions = connection.scalars(select(tables.access_journal.c.action)).all()
    assert b"1.4" not in kept.sealed
    assert "ordered_services" in actions


def test_where_the_authority_is_implicated_the_cdg_orders_and_no_member_is_named(world, in_charge, town):
    person, case_id = in_charge(implicated=["AUTORITE_TERRITORIALE"])
    order(world, person, case_id)
    [asked] = world.events(told.ServiceRequested)
    assert asked.by_cdg
    assert asked.member_id == ""
    assert town not in str(asked)
    assert list(held(world).values()) == [True]
    assert ordering.shop(world.uow, world.desk, person, case_id).by_cdg


def test_a_form_sent_twice_is_one_order(world, in_charge):
    person, case_id = in_charge()
    order_id, _ = order(world, person, case_id)
    assert order(world, person, case_id, order_id)[1] is False
    assert len(world.events(told.ServiceRequested)) == 1


def test_one_orders_for_a_case_in_charge_that_one_handles_at_the_prices_that_one_read(world, in_charge, town):
    person, case_id = in_charge()
    with pytest.raises(NoSuchCase):
        order(world, world.staff("authority-1"), case_id)
    with pytest.raises(ordering.PricesChanged):
        order(world, person, case_id, version=2)
    with pytest.raises(OrderRefused):
        order(world, person, case_id, **{"9_9": "1"})
    waiting = world.release(world.file(town))
    with pytest.raises(NotNow):
        order(world, person, waiting)
    assert world.events(told.ServiceRequested) == []


def test_what_billing_tells_moves_the_order_and_never_back(world, in_charge):
    person, case_id = in_charge()
    order_id, _ = order(world, person, case_id)
    for version, status in ((2, "APPROVED"), (1, "QUOTED")):
        event = billing.OrderProgressed(
            order_id=str(order_id), version=version, status=billing.OrderStatus.Value(f"ORDER_STATUS_{status}")
        )
        with world.uow("told") as tx:
            Worker().order_progressed(event, tx)
    seen = reading.show_to_handler(world.uow, world.desk, person, case_id)
    assert [(each.status, each.services) for each in seen.orders] == [
        ("approved", [("1.10", "Cinq entretiens psychologiques", "1")])
    ]
    with pytest.raises(Refused), world.uow("told") as tx:
        Worker().order_progressed(billing.OrderProgressed(order_id=str(order_id), version=3), tx)


def test_an_older_price_list_does_not_replace_a_newer_one(world, priced):
    with world.uow("prices") as tx:
        ordering.record_prices(tx, published(3))
        ordering.record_prices(tx, published(2))
        assert billing.PriceListPublished.FromString(tx.orders.prices(CDG)).version == 3


def test_the_reports_of_a_year_are_told_once_after_it_zero_as_well(world, town):
    for _ in range(3):
        world.file(town)
    world.open_all()
    counts = []
    for instant in ("2026-12-31T12:00:00+00:00", "2027-01-05T12:00:00+00:00", "2027-01-09T12:00:00+00:00"):
        world.clock.instant = world.clock.instant.fromisoformat(instant)
        with world.uow("count") as tx:
            counts.append(ordering.count_reports(tx))
    with world.uow("count") as tx:
        counts.append(ordering.count_reports(tx))
    assert counts == [1, 0, 1, 0]
    assert sorted((each.year, each.reports) for each in world.events(told.ReportsCounted)) == [(2025, 0), (2026, 3)]


def test_the_bundle_is_named_where_it_is_cheaper_and_not_where_it_is_not():
    bundle, saving = rules.choose(SERVICES, {"1.4": "5", "1.3": "1"}).cheaper
    assert (bundle.code, saving) == ("1.10", Decimal(120))
    bundle, saving = rules.choose(SERVICES, {"1.5": "3", "1.3": "1"}).cheaper
    assert (bundle.code, saving) == ("1.11", Decimal(140))
    assert rules.choose(SERVICES, {"1.4": "4", "1.3": "1"}).cheaper is None


def test_amounts_are_exact_and_quantities_are_checked():
    basket = rules.choose(SERVICES, {"2.2": "1,5", "1.4": "2"})
    assert (basket.net, basket.tax, basket.gross) == (Decimal("375.00"), Decimal("75.00"), Decimal("450.00"))
    for wanted in ({"1.4": "1.5"}, {"2.2": "0.25"}, {"1.4": "-1"}, {"1.4": "beaucoup"}, {"1.4": "100"}, {}):
        with pytest.raises(OrderRefused):
            rules.choose(SERVICES, wanted)
    assert [rules.band_for(SERVICES, hearings).code for hearings in (1, 5, 6, 10)] == ["2.7", "2.7", "2.8", "2.8"]
    assert rules.band_for(SERVICES, 11) is None


def test_before_the_presumed_victim_agrees_only_advice_can_be_ordered():
    codes = {service.code for service in rules.choosable(SERVICES, Proceeding.ADVICE)}
    assert codes == {"1.3", "1.4", "1.5", "1.10", "1.11"}
    assert len(rules.choosable(SERVICES, Proceeding.CONSENTED)) == len(SERVICES)
