"""A year of reports and advances, settled in the database: the same for everybody, and once."""

import random
import uuid
from dataclasses import astuple
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import insert, select

from billing.domain import pooling
from billing.domain.money import Money, total
from billing.domain.ordering import Status
from billing.domain.siren import siret_of
from billing.domain.vat import CARE
from billing.store import order_tables as o
from billing.store import tables as t
from billing.store.funds import SettledYear
from billing.store.invoices import Invoices
from billing.usecases import conventions, ordering, price_lists, settling, statements

AGENTS = [4, 6, 7, 9, 12, 12, 15, 20, 31, 60]
TARIFF = {
    "charges": [
        {"basis": "per_agent", "label": "Participation annuelle", "price": "2"},
        {"basis": "per_report", "label": "Participation mutualisée", "price": "335", "billed": "yearly"},
    ]
}


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    monkeypatch.setattr(settling, "settle", partial(pooling.settle, draw=random.Random(1).randrange))


@pytest.fixture
def join(uow, owner_uow, parties, communes, typed, clock):
    """So many members of the CdG 62, billable, with a tariff that asks for reports; their ids."""

    def members(count: int, tariff: dict = TARIFF) -> list[uuid.UUID]:
        cdg_id, made = parties.first.cdg_id, []
        for commune, agents in zip(communes.search("saint", limit=40)[:count], AGENTS, strict=False):
            given = type(typed)(**{**vars_of(typed), "headcount": agents})
            made.append(conventions.record_convention(uow, parties.first, commune, given, clock))
        address = {"street": "1 place de la Mairie", "postcode": "62000", "city": "Arras"}
        with owner_uow("billing") as tx:
            seller = {
                "name": "CdG 62",
                "siret": siret_of("286200019", 1),
                "iban": "FR7630001007941234567890185",
                "email": "",
            }
            tx.session.execute(insert(t.sellers).values(cdg_id=cdg_id, vat_number="", **seller, **address))
            for member_id in made:
                row = {"member_id": member_id, "siret": "", "service_code": "", "engagement": "", **address}
                tx.session.execute(insert(t.buyers).values(row))
            tx.tariffs.add(cdg_id, tariff, date(2026, 1, 1), by=parties.first.id, at=clock.now())
        settling.keep_funds(uow, clock)
        return made

    return members


def vars_of(given) -> dict:
    return {name: getattr(given, name) for name in given.__slots__}


@pytest.fixture
def settle_year(uow, clock, parties):
    """The count of 2026 comes, the year after begins."""

    def settle(reports: int | None, on: datetime = datetime(2027, 3, 1, 9, tzinfo=UTC)) -> None:
        if reports is not None:
            with uow("count") as tx:
                settling.count(tx, parties.first.cdg_id, 2026, reports)
        clock.instant = on
        settling.settle_funds(uow, clock)
        settling.bill_shares(uow, clock)

    return settle


def invoices(uow) -> list:
    with uow("invoices") as tx:
        rows = tx.session.execute(select(t.invoices).order_by(t.invoices.c.rank)).all()
        return [(row, Invoices(tx.session).for_cause(row.cause)[1].draft) for row in rows]


def called(uow) -> int:
    with uow("called") as tx:
        return tx.session.scalar(select(o.fund_settlements.c.called))


def test_every_member_is_billed_on_one_day_in_one_run_in_the_same_words(uow, join, settle_year):
    members = join(10)
    settle_year(14)
    issued = invoices(uow)
    assert {row.member_id for row, _ in issued} == set(members)
    assert [row.rank for row, _ in issued] == list(range(1, 11))
    assert {row.issued_on for row, _ in issued} == {date(2027, 3, 1)}
    assert {tuple(line.label for line in draft.lines) for _, draft in issued} == {(settling.LABEL,)}
    assert {draft.period for _, draft in issued} == {(date(2027, 1, 1), date(2027, 12, 31))}
    assert total(draft.due for _, draft in issued) == Money(33_500 * called(uow))
    settle_year(99)
    assert len(invoices(uow)) == 10
    with uow("seen") as tx:
        cdg = issued[0][0].cdg_id
        assert tx.funds.years(cdg) == [
            SettledYear(2026, called(uow), Decimal(335), Money(33_500 * called(uow)), 10, 10)
        ]


def test_a_part_that_cannot_be_billed_says_why(uow, owner_uow, join, settle_year, parties):
    first, *_ = join(10)
    with owner_uow("no address") as tx:
        tx.session.execute(t.buyers.delete().where(t.buyers.c.member_id == first))
    settle_year(14)
    with uow("seen") as tx:
        ((member, _, why),) = [astuple(one) for one in tx.funds.held(parties.first.cdg_id)]
        assert member == first
        assert "adresse" in why
        assert [each.billed for each in tx.funds.years(parties.first.cdg_id)] == [9]


def test_nothing_is_billed_before_casework_has_counted_and_zero_is_a_count(uow, join, settle_year):
    join(10)
    settle_year(None)
    assert invoices(uow) == []
    settle_year(0)
    assert called(uow) is not None


def test_a_year_in_quarters_is_the_same_year(uow, join, settle_year, clock):
    charges = [TARIFF["charges"][0], {**TARIFF["charges"][1], "billed": "quarterly", "vat": "E"}]
    members = join(10, {"charges": charges})
    settle_year(14)
    assert len(invoices(uow)) == 10
    for month in (6, 9, 12):
        clock.instant = datetime(2027, month, 1, 9, tzinfo=UTC)
        settling.bill_shares(uow, clock)
    issued = invoices(uow)
    assert len(issued) == 4 * len(members)
    assert total(draft.due for _, draft in issued) == Money(33_500 * called(uow))
    periods = sorted({draft.period for _, draft in issued})
    assert {line.vat for _, draft in issued for line in draft.lines} == {CARE}
    assert periods[0] == (date(2027, 1, 1), date(2027, 3, 31))
    assert periods[3] == (date(2027, 10, 1), date(2027, 12, 31))


def test_a_small_cdg_bills_nothing_by_itself(uow, join, settle_year):
    join(9)
    settle_year(14)
    assert invoices(uow) == []


def test_small_cdgs_share_with_the_consortium(uow, parties, join, settle_year, owner_uow, clock):
    join(9)
    small = parties.elsewhere.cdg_id
    with owner_uow("pool") as tx:
        data = TARIFF | {"pooled_with": "62"}
        tx.tariffs.add(small, data, date(2026, 1, 1), by=parties.elsewhere.id, at=clock.now())
    settling.keep_funds(uow, clock)
    settle_year(14)
    with uow("settlements") as tx:
        assert tx.session.execute(select(o.fund_settlements)).all() == []
        settling.count(tx, small, 2026, 1)
    settling.settle_funds(uow, clock)
    with uow("settlements") as tx:
        assert {terms.cdg_id for terms in tx.funds.pool(parties.first.cdg_id)} == {parties.first.cdg_id, small}


def test_what_the_cdg_advanced_comes_back_through_the_fund_and_names_nobody(uow, join, settle_year, clock, parties):
    join(10)
    price_lists.keep_price_lists(uow, clock)
    order_id = uuid.uuid4()
    asked = ordering.Asked(order_id, parties.first.cdg_id, None, True, 1, [("2.7", "1")])
    with uow("receive") as tx:
        ordering.receive(tx, asked, clock.now())
        number = tx.orders.get(order_id, parties.first.cdg_id).number
    for status in (Status.APPROVED, Status.DELIVERED):
        ordering.step_by_manager(uow, parties.first, order_id, status, clock)
    data = f"commande;code;quantité;HT;TTC\n{number};2.7;1;4100,00;4920,00\n".encode()
    statements.import_statement(uow, parties.first, "2026-03", data, clock)
    settle_year(0)
    with uow("fund") as tx:
        order = tx.orders.get(order_id, parties.first.cdg_id)
        fund = tx.funds.carried(parties.first.cdg_id)
        assert order.recovered_in is not None
        # 4,920 € are 14 prices of 335 € and 230 €.
        assert fund.ahead == called(uow) - 14
        assert fund.advanced == Money.of("230")
        shares = tx.session.execute(select(o.fund_shares)).all()
    assert str(order_id) not in str(shares)
    for _, draft in invoices(uow):
        assert number not in str(draft)


def advanced_in_all(uow, cdg_id) -> Money:
    """What the fund was ever told to owe: what it carries, without what was called for no report."""
    with uow("fund") as tx:
        fund = tx.funds.carried(cdg_id)
        ever = sum(tx.session.scalars(select(o.fund_settlements.c.called)))
        return Money((ever - fund.ahead) * 33_500) + fund.advanced


def test_a_line_accepted_after_the_settlement_is_recovered_by_the_next_once(
    uow, owner_uow, join, settle_year, clock, parties
):
    cdg_id = parties.first.cdg_id
    join(10)
    price_lists.keep_price_lists(uow, clock)
    order_id = uuid.uuid4()
    with uow("receive") as tx:
        ordering.receive(tx, ordering.Asked(order_id, cdg_id, None, True, 1, [("2.7", "1")]), clock.now())
        number = tx.orders.get(order_id, cdg_id).number
    for status in (Status.APPROVED, Status.DELIVERED):
        ordering.step_by_manager(uow, parties.first, order_id, status, clock)

    def state(reference: str, quantity: str, net: str, gross: str) -> uuid.UUID:
        data = f"commande;code;quantité;HT;TTC\n{number};2.7;{quantity};{net};{gross}\n".encode()
        return statements.import_statement(uow, parties.first, reference, data, clock)

    state("2026-03", "0,5", "2050,00", "2460,00")
    statements.close(uow, parties.first, order_id, clock)
    settle_year(0)
    assert advanced_in_all(uow, cdg_id) == Money.of("2460")
    late = state("2027-03", "0,25", "1030,00", "1236,00")
    statements.decide(uow, parties.first, late, 1, "accepted", clock)
    with owner_uow("a year before, under the same market") as tx:
        tx.session.execute(o.fund_settlements.update().values(year=2025))
    settle_year(None)
    assert advanced_in_all(uow, cdg_id) == Money.of("3696")
    with uow("once more") as tx:
        assert tx.orders.advances([cdg_id], date(2028, 12, 31)) == []
