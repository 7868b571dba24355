"""Days, amounts and numbers as they are written in French, on pages and on paper."""

import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from billing.domain.money import Money
from billing.domain.vat import Line
from chassis.clock import PARIS

_FRENCH = "fr_FR"
_SPACE = "\N{NO-BREAK SPACE}"


def day(of: date | str) -> str:
    """1er janvier 2026, from a day or its ISO text."""
    known = date.fromisoformat(of) if isinstance(of, str) else of
    number = "1er" if known.day == 1 else str(known.day)
    return f"{number}{_SPACE}{format_date(known, 'MMMM yyyy', locale=_FRENCH)}"


def instant(of: datetime) -> str:
    """10 mars 2026 à 10 h 30, in France."""
    local = of.astimezone(PARIS)
    return f"{day(local.date())} à {local.hour}{_SPACE}h{_SPACE}{local.minute:02}"


def euros(amount: Money | str) -> str:
    """1 234,50 €, from an amount or its text ("1234.50")."""
    known = Money.of(amount) if isinstance(amount, str) else amount
    return str(format_currency(known.euros, "EUR", locale=_FRENCH))


def unit_price(line: Line) -> str:
    """2,00 €, or "2,00 € pour 12"."""
    written = price(line.unit_price)
    return f"{written} pour {line.per}" if line.per != 1 else written


def price(of: Decimal | str) -> str:
    """A unit price with all its decimals, two at least."""
    known = Decimal(of)
    return str(format_currency(known, "EUR", format=f"#,##0.00##{_SPACE}¤", currency_digits=False, locale=_FRENCH))


def quantity(number: Decimal | int | str) -> str:
    """1 200, or 0,5."""
    return str(format_decimal(Decimal(number), locale=_FRENCH))


def phone(of: str) -> str:
    """A French number in pairs; another as it is."""
    national = "0" + of.removeprefix("+33")
    if not of.startswith("+33") or len(national) != 10:
        return of
    return " ".join(national[i : i + 2] for i in range(0, 10, 2))


def siren(of: str) -> str:
    """The nine digits of a SIREN, or the fourteen of a SIRET, in their groups."""
    return " ".join(part for part in (of[:3], of[3:6], of[6:9], of[9:]) if part)


def iban(of: str) -> str:
    """An IBAN in its groups of four."""
    return _SPACE.join(of[i : i + 4] for i in range(0, len(of), 4))


_HE = ("Syndicat", "CCAS", "CIAS", "Centre", "Département", "Conseil", "SDIS", "SIVU", "SIVOM", "Service", "Pôle")
_SHE = ("Communauté", "Région", "Métropole", "Régie", "Caisse", "Ville")


def of_name(name: str) -> str:
    """d’Avion, du Touquet-Paris-Plage, des Attaques, de la Communauté…: a body's name after what belongs to it."""
    first = name.split(" ", 1)[0]
    if first in ("Le", "Les") and " " in name:
        return f"{'du' if first == 'Le' else 'des'} {name.split(' ', 1)[1]}"
    if first in _HE:
        return f"du {name}"
    if first in _SHE:
        return f"de la {name}"
    if first in ("Union", "Office", "Établissement", "Organisme"):
        return f"de l’{name}"
    initial = unicodedata.normalize("NFD", name[:1]).casefold()[:1]
    return f"d’{name}" if initial and initial in "aeiouyœ" else f"de {name}"


FILTERS: dict[str, Callable[..., Any]] = {
    "day": day,
    "instant": instant,
    "euros": euros,
    "line_price": unit_price,
    "price": price,
    "quantity": quantity,
    "phone": phone,
    "siren": siren,
    "iban": iban,
    "of": of_name,
}
