"""Money over ten thousand random conventions: what is added up, split and taxed stays exact, to the cent."""

import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from billing.domain import calls
from billing.domain.money import Money, rounded, split, total
from billing.domain.tariffs import WHOLE, Basis, ProRata, Share, Subject, Tariff, Year, read
from billing.domain.vat import Line

CONVENTIONS = 10_000
BANDED = (Basis.PER_AGENT_BY_SIZE, Basis.PER_AGENT_BY_TOTAL, Basis.FLAT_BY_SIZE)
MARKET = (date(2024, 6, 28), date(2027, 6, 27))


def some_tariff(chance: random.Random) -> Tariff:
    """Any mix of one to four charges of every model (domain.md, 5.1)."""
    charges = [some_charge(chance) for _ in range(chance.randint(1, 4))]
    data = {
        "charges": charges,
        "pro_rata": chance.choice(list(ProRata)),
        "year": chance.choice(list(Year)),
        "free_for_affiliated": chance.random() < 0.1,
    }
    return read(data, version=1, valid_from=date(2024, 1, 1))


def some_charge(chance: random.Random) -> dict[str, object]:
    basis = chance.choice(list(Basis))
    charge: dict[str, object] = {"basis": basis, "label": f"Ligne {basis}", "vat": chance.choice("OES")}
    if basis in BANDED:
        starts = sorted(chance.sample(range(2, 5000), chance.randint(0, 4)))
        return charge | {"bands": [{"least": least, "price": some_price(chance)} for least in (1, *starts)]}
    return charge | ({} if basis is Basis.INCLUDED else {"price": some_price(chance)})


def some_price(chance: random.Random) -> str:
    """Up to four decimals, as many prices as there are cents to go wrong with."""
    return f"{Decimal(chance.randint(0, 2_000_000)).scaleb(-chance.choice((4, 4, 3, 2)) - 2):.4f}"


def some_convention(chance: random.Random) -> tuple[date, date]:
    """First and last day: received some day of the market, ended with it, or at an anniversary."""
    month = chance.randint(0, 34)
    effect = date(2024 + (6 + month) // 12, (6 + month) % 12 + 1, 1)
    years = chance.choice((1, 2, 3))
    return effect, min(effect.replace(year=effect.year + years) - timedelta(1), MARKET[1])


@pytest.fixture(scope="module")
def dues():
    """What ten thousand members owe for a year, and what it was counted from."""
    chance, found = random.Random(62), []
    while len(found) < CONVENTIONS:
        tariff = some_tariff(chance)
        effect, until = some_convention(chance)
        term = calls.term([tariff], effect, until, chance.randint(2024, 2027))
        if term is None:
            continue
        agents = chance.choice((1, 11, 12, chance.randint(1, 400), chance.randint(1, 20_000)))
        subject = Subject(agents, agents + chance.randint(0, 90_000), chance.random() < 0.5, term.share)
        found.append((tariff, subject, term, calls.due(tariff, subject)))
    return found


def test_totals_are_the_sums_of_their_lines(dues):
    for _, _, _, due in dues:
        assert due.totals.net == total(line.net for line in due.lines)
        assert due.totals.gross == due.totals.net + due.totals.tax
        assert due.totals.gross >= due.totals.net >= Money(0)


def test_vat_is_counted_once_by_rate_on_the_sum_of_its_lines(dues):
    for _, _, _, due in dues:
        bases = defaultdict(list)
        for line in due.lines:
            bases[line.vat].append(line.net)
        assert {rate.vat: rate.base for rate in due.totals.by_rate} == {vat: total(nets) for vat, nets in bases.items()}
        for rate in due.totals.by_rate:
            exact = Fraction(rate.base.cents) * Fraction(rate.vat.rate) / 100
            assert abs(rate.tax.cents - exact) <= Fraction(1, 2)
            assert rate.vat.rate or rate.tax == Money(0)


def test_a_line_is_within_half_a_cent_of_what_it_is_exactly(dues):
    for _, _, _, due in dues:
        for line in due.lines:
            exact = Fraction(line.quantity) * Fraction(line.unit_price) / line.per * 100
            assert abs(line.net.cents - exact) <= Fraction(1, 2)


def test_splits_lose_nothing_and_are_fair_to_the_cent(dues):
    chance = random.Random(1)
    for _, _, _, due in dues:
        amount, weights = due.totals.gross, [chance.randint(0, 500) for _ in range(chance.randint(1, 12))]
        weights[0] += 1
        parts = split(amount, weights)
        assert total(parts) == amount
        assert split(-amount, weights) == [-part for part in parts]
        assert all(
            abs(part.cents - Fraction(amount.cents * weight, sum(weights))) < 1
            for part, weight in zip(parts, weights, strict=True)
        )


def test_a_first_year_and_what_was_left_of_it_add_up_to_a_year(dues):
    for tariff, subject, term, due in dues:
        share = term.share
        if share.part == share.whole:
            continue
        rest = Share(share.whole - share.part, share.whole)
        other = calls.due(tariff, Subject(subject.agents, subject.all_agents, subject.affiliated, rest))
        whole = calls.due(tariff, Subject(subject.agents, subject.all_agents, subject.affiliated, WHOLE))
        assert len(due.lines) == len(other.lines) == len(whole.lines)
        # Each part is rounded once: together they miss the whole by a cent at most, for each line.
        for one, two, all_of_it in zip(due.lines, other.lines, whole.lines, strict=True):
            assert abs((one.net + two.net - all_of_it.net).cents) <= 1
            assert one.quantity + two.quantity == all_of_it.quantity * share.whole


def test_a_term_stays_inside_the_year_and_the_convention(dues):
    for tariff, _, term, _ in dues:
        assert MARKET[0] <= term.first_on <= term.last_on <= MARKET[1]
        days = (term.last_on - term.first_on).days + 1
        assert days <= 366
        if tariff.year is Year.ANNIVERSARY or tariff.pro_rata is ProRata.NONE:
            assert term.share.part == term.share.whole
        elif tariff.pro_rata is ProRata.DAYS and term.last_on.month == 12 and term.share.part < term.share.whole:
            assert days == term.share.part


def test_reports_included_and_free_members_cost_nothing_on_a_call(dues):
    quiet = {Basis.PER_REPORT, Basis.INCLUDED}
    for tariff, subject, _, due in dues:
        charged = [one for one in tariff.charges if one.basis not in quiet]
        free = tariff.free_for_affiliated and subject.affiliated
        assert len(due.lines) == (0 if free else len(charged))


def test_nothing_is_a_float(dues):
    for _, _, _, due in dues:
        for line in due.lines:
            assert type(line) is Line
            assert type(line.quantity) is Decimal
            assert type(line.unit_price) is Decimal
            assert type(line.net.cents) is int
        assert type(due.totals.tax.cents) is int
    assert rounded(Fraction(1, 200)) == Money(1)
