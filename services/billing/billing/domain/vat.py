"""VAT on a CdG's and its provider's lines, and the totals of an invoice.

A CdG's optional missions are billed without VAT as a public authority's (category O, art. 256 B CGI), or with it where
one was told so; the provider's at 20 %, or exempt for care (art. 261, 4, 1° CGI). Which one applies is the tariff's
data, never this code's opinion (domain.md 5.6: contested).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from billing.domain.money import Money, rounded, total


class Category(StrEnum):
    """VAT category codes of EN 16931 (UNTDID 5305) that are used here."""

    OUTSIDE = "O"
    EXEMPT = "E"
    STANDARD = "S"


@dataclass(frozen=True, slots=True, order=True)
class Vat:
    """One VAT treatment: category, rate in percent, and the words that the invoice must carry."""

    category: Category
    rate: Decimal
    mention: str


NOT_APPLICABLE = Vat(Category.OUTSIDE, Decimal(0), "TVA non applicable, art. 256 B du CGI")
CARE = Vat(Category.EXEMPT, Decimal(0), "Exonération de TVA, art. 261, 4, 1° du CGI")
STANDARD = Vat(Category.STANDARD, Decimal(20), "")
VATS = {"O": NOT_APPLICABLE, "E": CARE, "S": STANDARD}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an invoice. `unit_price`: euros before VAT, exact, for `per` units (EN 16931, BT-149): 2 € for 12
    agent-months is `Line("...", 60, 2, per=12)` for 5 months of 12 agents. `unit`: UN/ECE code (C62: one; DAY)."""

    label: str
    quantity: Decimal
    unit_price: Decimal
    vat: Vat = NOT_APPLICABLE
    unit: str = "C62"
    per: int = 1

    @property
    def net(self) -> Money:
        """Before VAT, rounded once."""
        return rounded(Fraction(self.quantity) * Fraction(self.unit_price) / self.per)


@dataclass(frozen=True, slots=True)
class RateTotal:
    """What is due at one VAT treatment."""

    vat: Vat
    base: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class Totals:
    """An invoice's totals: `net` is the sum of its lines, `tax` the sum of its rates, `gross` both."""

    by_rate: Sequence[RateTotal]

    @property
    def net(self) -> Money:
        return total(rate.base for rate in self.by_rate)

    @property
    def tax(self) -> Money:
        return total(rate.tax for rate in self.by_rate)

    @property
    def gross(self) -> Money:
        return self.net + self.tax


def totals(lines: Iterable[Line]) -> Totals:
    """Totals by rate: VAT is counted on the sum of a rate's lines, and rounded once (BR-CO-17)."""
    bases: dict[Vat, list[Money]] = {}
    for line in lines:
        bases.setdefault(line.vat, []).append(line.net)
    return Totals([_rate(vat, total(nets)) for vat, nets in sorted(bases.items())])


def _rate(vat: Vat, base: Money) -> RateTotal:
    return RateTotal(vat, base, rounded(Fraction(base.euros) * Fraction(vat.rate) / 100))
