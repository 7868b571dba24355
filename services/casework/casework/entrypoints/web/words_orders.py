"""The words of orders: amounts, quantities, states."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency, format_decimal

from chassis.i18n import _

_STATES = {
    "asked": ("Demandée", "neutral"),
    "quoted": ("Devis à approuver", "warning"),
    "approved": ("Commandée", "info"),
    "refused": ("Refusée", "neutral"),
    "delivered": ("Service fait", "info"),
    "settled": ("Terminée", "success"),
    "cancelled": ("Annulée", "neutral"),
}


def euro(amount: Decimal) -> str:
    """1 056,00 €."""
    return str(format_currency(amount, "EUR", locale="fr_FR"))


def count(number: Decimal | str) -> str:
    """5, or 1,5."""
    return str(format_decimal(Decimal(number), locale="fr_FR"))


def order_state(of: str) -> tuple[str, str]:
    """Words and colour of the tag."""
    label, tone = _STATES[of]
    return _(label), tone


FILTERS: dict[str, Callable[..., Any]] = {"euro": euro, "count": count, "order_state": order_state}
