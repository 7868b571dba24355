"""The price list in both readings, quantities, bundles, bands, numbers, and what a statement is compared with."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain import catalogue, ordering, sharing
from billing.domain.catalogue import CatalogueRefused, OrderRefused, of_totals
from billing.domain.money import Money
from billing.domain.ordering import Difference, Stated, Status, compare, complete
from billing.domain.statement_file import LineFault, StatementRefused, read_statement
from billing.domain.vat import STANDARD
from billing.entrypoints.web import typed_tariff
from billing.reference import lot2
from chassis.web import parse_form

DATA = lot2.load()
UNSHIFTED, PRINTED = (catalogue.read(DATA, reading) for reading in ("unshifted", "printed"))
# As domain.md 5.2 copies the grid: (un-shifted, as printed).
GRID = {
    "1.1": ("120", None),
    "1.2": ("400", "120"),
    "1.3": ("400", "400"),
    "1.4": ("120", "400"),
    "1.5": ("180", "120"),
    "1.6": ("800", "180"),
    "1.7": ("400", "800"),
    "1.9": ("800", "800"),
    "1.10": ("880", "880"),
    "1.11": ("800", "800"),
    "1.12": ("1000", "1000"),
    **{f"2.{at}": ("90", "90") for at in range(1, 7)},
    "2.7": ("4100", "4100"),
    "2.8": ("6850", "6850"),
    "2.9": ("8925", "8925"),
    "2.10": ("11300", "11300"),
    "3.1": (None, None),
    "3.2": ("400", "400"),
    "3.3": ("480", "480"),
    "3.4": ("800", "800"),
    "3.5": ("90", "90"),
}


def test_both_readings_hold_the_grid_and_nothing_else():
    assert [service.code for service in UNSHIFTED.services] == list(GRID)
    for code, prices in GRID.items():
        for reading, written in zip((UNSHIFTED, PRINTED), prices, strict=True):
            assert reading.get(code).price == (None if written is None else Decimal(written)), code
    assert UNSHIFTED.get("1.8") is None


def test_the_bundles_bear_out_the_unshifted_reading():
    saved = UNSHIFTED.suggest(UNSHIFTED.order([("1.4", "5"), ("1.3", "1")]))
    assert (saved.bundle.code, saved.saving) == ("1.10", Decimal(120))
    saved = UNSHIFTED.suggest(UNSHIFTED.order([("1.5", "3"), ("1.3", "1")]))
    assert (saved.bundle.code, saved.saving) == ("1.11", Decimal(140))
    assert UNSHIFTED.suggest(UNSHIFTED.order([("1.4", "4"), ("1.3", "1")])) is None
    for bundle in ("1.9", "1.10", "1.11", "1.12"):
        singly = [(code, str(count)) for code, count in UNSHIFTED.get(bundle).contains.items()]
        assert of_totals(UNSHIFTED.order(singly)).net.euros > UNSHIFTED.get(bundle).price


def test_an_inquiry_has_the_band_of_its_hearings():
    bands = {1: "2.7", 5: "2.7", 6: "2.8", 10: "2.8", 11: "2.9", 15: "2.9", 16: "2.10", 20: "2.10"}
    assert {hearings: UNSHIFTED.band_for(hearings).code for hearings in bands} == bands
    assert UNSHIFTED.band_for(0) is None
    assert UNSHIFTED.band_for(21) is None


def test_an_order_is_priced_exactly_with_vat_by_rate():
    lines = UNSHIFTED.order([("2.7", "1"), ("2.2", "1.5")])
    assert of_totals(lines).net == Money.of("4235.00")
    assert of_totals(lines).tax == Money.of("847.00")


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "100", "NaN", "Infinity", "un", ""])
def test_a_flat_price_has_a_whole_quantity(text):
    with pytest.raises(OrderRefused):
        UNSHIFTED.order([("1.4", text)])


@pytest.mark.parametrize(
    "wanted", [[], [("1.8", "1")], [("1.4", "1"), ("1.4", "2")], [("3.1", "1")], [("2.2", "0.25")]]
)
def test_what_the_list_does_not_sell_is_refused(wanted):
    with pytest.raises(OrderRefused):
        UNSHIFTED.order(wanted)


def test_a_list_that_does_not_hold_is_refused():
    row = {"code": "1", "label": "Un", "unit": "forfait", "price": "1"}
    for wrong in (
        [],
        [row, row],
        [row | {"price": "-1"}],
        [row | {"unit": "heure"}],
        [row | {"label": " "}],
        [row | {"contains": {"2": 1}}],
        [row | {"hearings": [6, 5]}],
    ):
        with pytest.raises(CatalogueRefused):
            catalogue.read({"readings": {"a": "A"}, "services": wrong}, "a")


def test_a_number_tells_neither_a_day_nor_a_rank():
    drawn = {ordering.draw_number() for _ in range(500)}
    assert len(drawn) == 500
    assert all(len(number) == 11 and not set(number) & set("01ILOUV") for number in drawn)


def stated(code="1.10", quantity="1", net="880.00", gross="1056.00"):
    return Stated("C-7K3M-9QXD", code, Decimal(quantity), Money.of(net), Money.of(gross))


def test_a_stated_line_is_what_was_ordered_or_says_how_not():
    lines = UNSHIFTED.order([("1.10", "1")])

    def found(line, status=Status.DELIVERED, before=None):
        return compare(line, lines, status, before or {}).difference

    assert found(stated()) is Difference.NONE
    assert compare(stated(), None, None, {}).difference is Difference.UNKNOWN_ORDER
    assert found(stated(code="1.9")) is Difference.UNKNOWN_SERVICE
    assert found(stated(), Status.APPROVED) is Difference.NOT_DELIVERED
    assert found(stated(), before={"1.10": Decimal(1)}) is Difference.BILLED_BEFORE
    assert found(stated(quantity="2", net="1760", gross="2112")) is Difference.QUANTITY
    assert found(stated(net="880.01")) is Difference.PRICE
    assert found(stated(gross="1056.01")) is Difference.VAT
    assert not complete(lines, {})
    assert complete(lines, {"1.10": Decimal(1)})


def test_a_statement_is_read_however_a_spreadsheet_wrote_it():
    for text in (
        "Commande;Code;Quantité;Montant HT;Montant TTC\r\nc-7k3m-9qxd;1.10;1;880,00 €;1 056,00\r\n",
        "code,commande,qte,ht,ttc\n1.10,C-7K3M-9QXD,1,880.00,1056.00\n\n",
        "code;commande;qte;ht;ttc\n1.10;C-7K3M-9QXD;1;880.00;1,056.00\n",
        "code;commande;qte;ht;ttc\n1.10;C-7K3M-9QXD;1;880;1.056,00\n",
    ):
        assert read_statement(text.encode()) == [stated()]
        assert read_statement(text.encode("cp1252", errors="replace")) == [stated()]


def test_a_statement_names_every_wrong_line():
    with pytest.raises(StatementRefused) as refused:
        read_statement(b"commande;code;qte;ht;ttc\nC;1;1;1,00;1,20\n;1;1;1;1\nC;1;x;1;1\nC;1;1;1,001;2\nC;1;1;2;1\n")
    assert refused.value.faults == {
        3: LineFault.NUMBER,
        4: LineFault.QUANTITY,
        5: LineFault.AMOUNT,
        6: LineFault.AMOUNT,
    }
    for data in (b"", b"\x00", b"commande;code\n", b"commande;code;qte;ht;ttc\n"):
        with pytest.raises(StatementRefused):
            read_statement(data)


@given(st.binary(max_size=200))
def test_no_file_breaks_the_reading_of_a_statement(data):
    with suppress(StatementRefused):
        read_statement(data)


def test_a_manager_chooses_how_shares_are_billed_on_the_tariff_s_page():
    line = "charge_1_basis=per_report&charge_1_label=Part&charge_1_price=335&year=civil&pro_rata=none&"

    def chosen(more: str) -> sharing.Sharing | None:
        return sharing.sharing(typed_tariff.tariff(parse_form((line + more).encode())))

    assert chosen("") == sharing.Sharing(Decimal(335), True, 1)
    assert chosen("shared_billed=quarterly&pooled_with=62") == sharing.Sharing(Decimal(335), True, 4, "62")
    assert chosen("advances_unit=100").counted
    for wrong in ("advances_unit=0", "advances_unit=x", "pooled_with=Oise"):
        with pytest.raises(typed_tariff.Unreadable):
            chosen(wrong)


def test_a_tariff_says_how_reports_are_paid_and_never_by_whom():
    charge = {"basis": "per_report", "label": "Participation", "price": "335", "billed": "quarterly"}
    assert sharing.sharing({"charges": [charge]}) == sharing.Sharing(Decimal(335), True, 4)
    assert sharing.sharing({"charges": [], "advances": {"unit": "100"}}) == sharing.Sharing(Decimal(100), False, 1)
    assert sharing.sharing({"charges": []}) is None
    assert sharing.sharing({"charges": [charge | {"vat": "S"}]}).vat is STANDARD
    for wrong in ([charge, charge], [charge | {"billed": "each"}], [charge | {"price": "0"}]):
        with pytest.raises(sharing.SharingRefused):
            sharing.sharing({"charges": wrong})


def test_a_fund_joins_only_one_that_settles_itself():
    def joining(department: str, joins: str, since: date = date(2026, 1, 1)) -> sharing.Joining:
        return sharing.Joining(department, since, joins)

    def refused(new: sharing.Joining, *known: sharing.Joining) -> str:
        try:
            sharing.check_joining(new, known, frozenset({"59", "60", "62"}), date(2026, 3, 1))
        except sharing.JoiningRefused as why:
            return str(why)
        return ""

    assert refused(joining("60", "62"), joining("62", ""), joining("59", "62")) == ""
    assert "60 partage lui-même avec celui du département 62" in refused(joining("59", "60"), joining("60", "62"))
    assert "59 partage déjà avec le vôtre" in refused(joining("60", "62"), joining("59", "60"))
    assert "80 n’est enregistré" in refused(joining("60", "80"))
    # Neither what is over, nor one's own fund, nor what starts once this is over; but what starts later counts.
    later = date(2027, 1, 1)
    assert refused(joining("59", "60"), joining("60", "62"), joining("60", "", date(2026, 2, 1))) == ""
    assert refused(joining("59", "59"), joining("60", "59")) == ""
    assert refused(joining("59", "60"), joining("59", "", later), joining("60", "62", later)) == ""
    assert "60 partage lui-même" in refused(joining("59", "60"), joining("60", "62", later))
