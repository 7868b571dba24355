"""Money: nothing lost, nothing made, no float."""

import ast
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import billing
from billing.domain.money import ZERO, Money, NotMoney, price, rounded, split, total
from billing.domain.vat import CARE, NOT_APPLICABLE, STANDARD, Line, totals

AMOUNTS = st.integers(-(10**12), 10**12).map(Money)
PRICES = st.decimals(0, 100_000, places=4).map(price)
QUANTITIES = st.integers(0, 100_000).map(Decimal)
VATS = st.sampled_from((NOT_APPLICABLE, CARE, STANDARD))
LINES = st.builds(Line, st.just("x"), QUANTITIES, PRICES, VATS, per=st.sampled_from((1, 12, 365, 366)))


@given(AMOUNTS, st.lists(st.integers(0, 10_000), min_size=1, max_size=60).filter(any))
def test_what_is_split_adds_up(amount, weights):
    assert total(split(amount, weights)) == amount


@given(AMOUNTS, st.lists(st.integers(0, 10_000), min_size=1, max_size=60).filter(any))
def test_a_part_is_within_a_cent_of_its_due_and_nobody_pays_for_nothing(amount, weights):
    for part, weight in zip(split(amount, weights), weights, strict=True):
        assert abs(part.cents * sum(weights) - amount.cents * weight) < sum(weights)
        assert weight or part == ZERO


@given(st.lists(LINES, max_size=30))
def test_totals_equal_the_sums_of_lines_at_the_cent(lines):
    made = totals(lines)
    assert made.net == total(line.net for line in lines)
    assert made.gross == made.net + made.tax
    for rate in made.by_rate:
        assert rate.base == total(line.net for line in lines if line.vat == rate.vat)
        assert abs(rate.tax.euros - rate.base.euros * rate.vat.rate / 100) <= Decimal("0.005")


@given(st.lists(LINES, min_size=1, max_size=30))
def test_a_credit_note_undoes_its_invoice(lines):
    back = [replace(line, quantity=-line.quantity) for line in lines]
    assert totals(back).gross == -totals(lines).gross


@pytest.mark.parametrize(("euros", "cents"), [("0.005", 1), ("0.004999", 0), ("-0.005", -1), ("1.115", 112)])
def test_half_a_cent_is_rounded_away_from_zero(euros, cents):
    assert rounded(Decimal(euros)) == Money(cents)


@pytest.mark.parametrize("wrong", [1.5, float("nan"), "1.005", "NaN", "Infinity", "deux", "1e14", True, None])
def test_what_is_not_exact_is_refused(wrong):
    with pytest.raises(NotMoney):
        Money.of(wrong)


def test_amounts_are_written_with_their_cents():
    assert (str(Money.of("2")), str(Money.of("-0.5")), str(Money(7))) == ("2.00", "-0.50", "0.07")


def test_no_file_of_billing_makes_a_float():
    """A float literal, `float(...)`, or a division of whole numbers: each would be a cent lost one day."""
    found = []
    for path in Path(billing.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
            if literal or (isinstance(node, ast.Name) and node.id == "float" and path.name != "money.py"):
                found.append(f"{path.name}:{node.lineno}")
    assert found == []
