"""Amounts and days as they are written in French documents."""

from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from billing.domain.money import Money
from billing.domain.vat import Line

_FRENCH = "fr_FR"


def day_in_words(day: date) -> str:
    """ "10 mars 2026", and "1er mars 2026"."""
    written = str(format_date(day, "d MMMM yyyy", locale=_FRENCH))
    return written.replace("1 ", "1er ", 1) if day.day == 1 else written


def euros(amount: Money) -> str:
    """ "1 234,50 €"."""
    return str(format_currency(amount.euros, "EUR", locale=_FRENCH))


def unit_price(line: Line) -> str:
    """ "2,00 €", or "2,00 € pour 12"."""
    written = format_currency(line.unit_price, "EUR", format="#,##0.00## ¤", currency_digits=False, locale=_FRENCH)
    return f"{written} pour {line.per}" if line.per != 1 else str(written)


def quantity(number: Decimal) -> str:
    """ "1 200", "0,5"."""
    return str(format_decimal(number, locale=_FRENCH))
