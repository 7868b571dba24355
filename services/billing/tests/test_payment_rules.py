"""What a line pays, what is owed on a day, when a reminder is due, what Chorus Pro refuses: rules alone."""

import uuid
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain import chorus, dunning
from billing.domain.ageing import Age, Standing, age, balance
from billing.domain.chorus import Obstacle
from billing.domain.invoices import Address, Buyer, Invoice, Motive, Seller, credit_note, draw_up
from billing.domain.money import ZERO, Money, total
from billing.domain.payments import Entry, Found, PaymentRefused, Why, check_allocation, match, numbers_in, share
from billing.domain.vat import Line

DAY = date(2026, 3, 10)
CENTS = st.integers(1, 10**9).map(Money)


def standing(number="62-2026-000017", gross="24", name="Zudausques", siren="216209056", **known) -> Standing:
    issued = known.pop("issued_on", date(2026, 1, 15))
    member = known.pop("member_id", uuid.uuid5(uuid.NAMESPACE_OID, name))
    due = known.pop("due_on", issued + timedelta(30))
    return Standing(uuid.uuid4(), number, member, name, siren, issued, due, Money.of(gross), **known)


def entry(amount="24", place=1, **said) -> Entry:
    words = {"payer": "", "label": "", "reference": ""} | said
    return Entry(place, DAY, Money.of(amount), **words)


@given(CENTS, st.lists(CENTS, max_size=8))
def test_shares_never_exceed_the_payment_nor_an_invoice(amount, opens):
    known = {uuid.uuid4(): opened for opened in opens}
    shares = share(amount, known.items())
    assert total(part for _, part in shares) == min(amount, total(opens))
    assert all(ZERO < part <= known[each] for each, part in shares)


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=6), st.lists(st.integers(1, 6000), max_size=12), st.data())
def test_a_file_never_pays_an_invoice_more_than_it_asks(invoices, amounts, data):
    owed = [standing(f"62-2026-{n:06}", str(Decimal(c).scaleb(-2)), f"Nom {n}") for n, c in enumerate(invoices, 1)]
    words = [f"62-2026-{n:06}" for n in range(1, len(owed) + 1)] + [f"commune de Nom {n}" for n in range(1, 7)]
    lines = [
        Entry(place, DAY, Money(cents), "", " ".join(data.draw(st.lists(st.sampled_from(words), max_size=2))), "")
        for place, cents in enumerate(amounts, 1)
    ]
    paid: dict[uuid.UUID, int] = {}
    for one in match(lines, owed):
        assert ZERO <= one.rest <= one.entry.amount
        for invoice_id, part in one.shares:
            paid[invoice_id] = paid.get(invoice_id, 0) + part.cents
    assert all(paid.get(one.invoice_id, 0) <= one.gross.cents for one in owed)


@pytest.mark.parametrize(
    ("amount", "rest", "opened", "why"),
    [("0", "5", "5", "positif"), ("6", "5", "9", "ce paiement"), ("6", "9", "5", "cette facture")],
)
def test_an_allocation_beyond_is_refused(amount, rest, opened, why):
    with pytest.raises(PaymentRefused, match=why):
        check_allocation(Money.of(amount), rest=Money.of(rest), opened=Money.of(opened))


@pytest.mark.parametrize(
    "text", ["VIR 62-2026-000017", "fact.62 2026 000017 CdG", "/INV/622026000017", "62_2026_000017/62-2026-000017"]
)
def test_numbers_are_found_as_banks_copy_them(text):
    assert numbers_in(text) == ["62-2026-000017"]


@pytest.mark.parametrize("text", ["", "1162-2026-000017", "62-2026-00001", "62-2026-0000171", "FR7662202600001"])
def test_what_is_no_number_is_none(text):
    assert numbers_in(text) == []


@pytest.mark.parametrize(
    ("line", "found", "why"),
    [
        (entry(reference="62-2026-000017"), Found.MATCHED, Why.NUMBER),
        (entry("10", reference="62-2026-000017"), Found.MATCHED, Why.NUMBER),
        (entry(payer="COMMUNE DE ZUDAUSQUES"), Found.MATCHED, Why.PAYER),
        (entry(label="21620905600011 MANDAT 4"), Found.MATCHED, Why.PAYER),
        (entry("10", payer="MAIRIE ZUDAUSQUES"), Found.AMBIGUOUS, Why.PAYER),
        (entry(label="virement"), Found.AMBIGUOUS, Why.AMOUNT),
        (entry("99", label="virement"), Found.UNKNOWN, Why.NOTHING),
        (entry(reference="62-2026-000018"), Found.SETTLED, Why.NUMBER),
        (entry(payer="COMMUNE DE BOURS"), Found.SETTLED, Why.NOTHING),
    ],
)
def test_what_a_line_is_taken_for(line, found, why):
    paid = standing("62-2026-000018", name="Bours", siren="216201657", paid=Money.of("24"))
    (one,) = match([line], [standing(), paid])
    assert (one.found, one.why) == (found, why)


def test_a_longer_name_is_not_taken_for_the_one_that_it_holds():
    short, long = standing(name="Saint-Omer", siren="216207654"), standing("62-2026-000018", name="Saint-Omer-Capelle")
    (one,) = match([entry(payer="COMMUNE DE SAINT OMER CAPELLE")], [short, replace(long, siren="216207662")])
    assert [share[0] for share in one.shares] == [long.invoice_id]


def test_two_invoices_of_one_amount_are_for_a_manager_to_choose():
    owed = [standing(), standing("62-2026-000018")]
    (one,) = match([entry(payer="Zudausques")], owed)
    assert (one.found, len(one.choices)) == (Found.AMBIGUOUS, 2)
    (both,) = match([entry("48", payer="Zudausques")], owed)
    assert (both.found, len(both.shares)) == (Found.MATCHED, 2)


def test_what_one_line_pays_is_not_open_for_the_next():
    first, second = match([entry(payer="Zudausques"), entry(place=2, payer="Zudausques")], [standing()])
    assert (first.found, second.found) == (Found.MATCHED, Found.SETTLED)


@pytest.mark.parametrize(
    ("late", "band"),
    [
        *[(0, Age.NOT_DUE), (1, Age.TO_30), (30, Age.TO_30), (31, Age.TO_60), (60, Age.TO_60)],
        *[(61, Age.TO_90), (90, Age.TO_90), (91, Age.OVER_90)],
    ],
)
def test_bands_hold_their_last_day(late, band):
    assert age(late) is band


@given(st.lists(st.tuples(CENTS, st.integers(-100, 400), st.sampled_from("abc"), st.booleans()), max_size=30))
def test_ages_add_up_to_the_balance(owed):
    standings = [
        standing(gross=str(gross), name=name, due_on=DAY - timedelta(late), issued_on=DAY, credited=credited)
        for gross, late, name, credited in owed
    ]
    made = balance(standings, DAY)
    assert total(made.of(band) for band in Age) == made.open == total(one.open for one in standings)
    assert made.open == total(row.open for row in made.rows)


@pytest.mark.parametrize(
    ("known", "day", "level"),
    [
        ({}, date(2026, 2, 28), 0),
        ({}, date(2026, 3, 1), 1),
        ({"reminded": 1, "reminded_on": date(2026, 3, 1)}, date(2026, 3, 15), 0),
        ({"reminded": 1, "reminded_on": date(2026, 3, 1)}, date(2026, 3, 16), 2),
        ({"reminded": 1, "reminded_on": date(2026, 4, 14)}, date(2026, 4, 20), 0),
        ({"reminded": 3, "reminded_on": date(2026, 4, 14)}, date(2026, 6, 20), 0),
        ({"disputed": True}, date(2026, 6, 20), 0),
        ({"paid": Money.of("24")}, date(2026, 6, 20), 0),
        ({"credited": True}, date(2026, 6, 20), 0),
    ],
)
def test_when_a_reminder_is_due(known, day, level):
    """Due on 14 February; 15, 30 and 60 days after it: 1 March, 16 March, 15 April."""
    assert dunning.level_due(standing(**known), day) == level


def test_after_the_last_reminder_it_is_the_comptables():
    one = standing(reminded=3, reminded_on=date(2026, 4, 15))
    assert not dunning.for_the_comptable(one, date(2026, 4, 24))
    assert dunning.for_the_comptable(one, date(2026, 4, 25))
    assert not dunning.for_the_comptable(replace(one, disputed=True), date(2026, 4, 25))


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        (["15", "30", ""], [15, 30]),
        (["", ""], None),
        (["30", "15"], None),
        (["0"], None),
        (["366"], None),
        (["x"], None),
    ],
)
def test_levels_as_typed(typed, days):
    assert dunning.read_levels(typed) == days


AT = Address("1 rue de l’Exemple", "62700", "Bruay-la-Buissière")
SELLER = Seller("CdG", "28620001900011", AT, "FR7630001007941234567890185")
BUYER = Buyer("Zudausques", "216209056", AT, "21620905600011", "RH")


def invoice(buyer=BUYER, seller=SELLER) -> Invoice:
    days = (date(2026, 1, 1), date(2026, 12, 31))
    lines = [Line("Participation", Decimal(12), Decimal(2))]
    made = draw_up(seller, buyer, lines, issued_on=date(2026, 1, 15), period=days, contract="62-1")
    return Invoice("62-2026-000017", made)


@pytest.mark.parametrize(
    ("made", "known", "obstacles"),
    [
        (invoice(), {}, []),
        (invoice(replace(BUYER, siret="")), {}, [Obstacle.BUYER_SIRET]),
        (invoice(replace(BUYER, service_code="")), {}, [Obstacle.CODES]),
        (invoice(replace(BUYER, address=Address("", "62500", "Zudausques"))), {}, [Obstacle.BUYER_ADDRESS]),
        (invoice(seller=replace(SELLER, iban="FR7630001007941234567890186")), {}, [Obstacle.IBAN]),
        (invoice(), {"paid": Money.of("1")}, [Obstacle.PAID]),
        (invoice(), {"credited": True}, [Obstacle.UNDONE]),
        (Invoice("62 2026 17", invoice().draft), {}, [Obstacle.NUMBER]),
        (Invoice("62-2026-000018", credit_note(invoice(), issued_on=DAY, motive=Motive.TWICE)), {}, []),
    ],
)
def test_what_chorus_pro_would_refuse(made, known, obstacles):
    found = chorus.obstacles(made, standing(**known))
    assert found == obstacles
    assert chorus.may_leave(found) == (not obstacles or obstacles == [Obstacle.CODES])


@given(st.lists(st.binary(max_size=9), max_size=40), st.integers(1, 7), st.integers(9, 30))
def test_flows_hold_every_file_once_in_order_and_no_more_than_they_may(files, most, most_bytes):
    named = [(f"{rank}", data) for rank, data in enumerate(files)]
    flows = [list(flow) for flow in chorus.flows_of(named, most, most_bytes)]
    assert [one for flow in flows for one in flow] == named
    assert all(0 < len(flow) <= most and sum(len(data) for _, data in flow) <= most_bytes for flow in flows)


def test_a_file_larger_than_a_flow_is_refused():
    with pytest.raises(ValueError, match="larger"):
        list(chorus.flows_of([("x", b"123")], 5, 2))
