"""Euros, exactly: amounts are whole cents, prices are decimals, and nothing is ever a float.

One rounding rule: half up, to the cent, once for each line and once for each rate of VAT (EN 16931, BR-CO-10 and
BR-CO-17; art. 242 nonies A, ann. II CGI asks for a total by rate). What is split loses nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

# Decimals of a unit price: the reform's formats take no more (XP Z12-012; Chorus Pro takes 6, domain.md 5.4).
PRICE_DECIMALS = 4
_LARGEST = Decimal(10) ** 13


class NotMoney(ValueError):
    """Not an exact amount: a float, not a number, too many decimals, or out of any reason."""


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of euros, in whole cents; negative for what is given back."""

    cents: int

    def __post_init__(self) -> None:
        if type(self.cents) is not int:
            raise NotMoney("cents are a whole number")

    @classmethod
    def of(cls, euros: "str | int | Decimal") -> "Money":
        """An amount written in euros, "12.50". Raises NotMoney for more than two decimals."""
        return cls(int(_exact(euros, 2).scaleb(2)))

    @property
    def euros(self) -> Decimal:
        """With its two decimals."""
        return Decimal(self.cents).scaleb(-2)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.cents + other.cents)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.cents - other.cents)

    def __neg__(self) -> "Money":
        return Money(-self.cents)

    def __str__(self) -> str:
        return f"{self.euros}"


ZERO = Money(0)


def price(text: "str | int | Decimal") -> Decimal:
    """A unit price in euros, exact. Raises NotMoney for a float or more than PRICE_DECIMALS decimals."""
    return _exact(text, PRICE_DECIMALS)


def rounded(euros: Decimal | Fraction) -> Money:
    """To the cent, half up: away from zero for what is given back too, so that a credit note undoes its invoice."""
    if not isinstance(euros, Decimal | Fraction):
        raise NotMoney("an exact number is needed")
    exact = abs(Fraction(euros)) * 100
    cents = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    return Money(-cents if euros < 0 else cents)


def total(amounts: Iterable[Money]) -> Money:
    """The sum; nothing at all is zero."""
    return Money(sum(amount.cents for amount in amounts))


def split(amount: Money, weights: Sequence[int]) -> list[Money]:
    """Share an amount by weights, so that the parts add up to it: the cents left over go to the largest remainders,
    then to the first.

    Raises ValueError without a positive weight, or with a negative one.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights are positive, one at least")
    sign = -1 if amount.cents < 0 else 1
    parts = [divmod(abs(amount.cents) * weight, whole) for weight in weights]
    left = abs(amount.cents) - sum(cents for cents, _ in parts)
    order = sorted(range(len(parts)), key=lambda i: (-parts[i][1], i))
    favoured = set(order[:left])
    return [Money(sign * (cents + (i in favoured))) for i, (cents, _) in enumerate(parts)]


def _exact(value: "str | int | Decimal", decimals: int) -> Decimal:
    if isinstance(value, float) or not isinstance(value, str | int | Decimal) or isinstance(value, bool):
        raise NotMoney("an exact number is needed")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise NotMoney("not a number") from None
    if not number.is_finite() or abs(number) >= _LARGEST:
        raise NotMoney("not an amount")
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > decimals:
        raise NotMoney(f"more than {decimals} decimals")
    return number
