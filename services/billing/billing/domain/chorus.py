"""What Chorus Pro would refuse of an invoice, found before it is sent (domain.md 5.4 and 5.5).

An issued invoice never changes: what is wrong with it is put right on the member's page, then by a credit note and a
new invoice, or typed on the portal at the deposit.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from billing.domain.ageing import Standing
from billing.domain.invoices import Draft, Invoice, Kind
from billing.domain.money import ZERO
from billing.domain.siren import is_siret
from billing.domain.vat import Category

# One flow: at most as many invoices, and as many bytes.
MOST_INVOICES = 500
MOST_BYTES = 10**9
_NUMBER = re.compile(r"[A-Za-z0-9+_/-]{1,35}")
_RATES = {Decimal(rate) for rate in ("0", "2.1", "5.5", "8.5", "10", "20")}
_CATEGORIES = {Category.STANDARD, Category.EXEMPT, Category.OUTSIDE}
# Chorus Pro takes no more decimals; amounts take no more characters (DEC-01).
_DECIMALS, _CHARACTERS = 6, 19


class Obstacle(StrEnum):
    """Why an invoice cannot leave. `CODES` alone is only a warning."""

    BUYER_SIRET = "buyer_siret"
    BUYER_ADDRESS = "buyer_address"
    SELLER_SIRET = "seller_siret"
    IBAN = "iban"
    NUMBER = "number"
    DAYS = "days"
    VAT = "vat"
    AMOUNT = "amount"
    LABEL = "label"
    PAID = "paid"
    UNDONE = "undone"
    CODES = "codes"


def obstacles(invoice: Invoice, standing: Standing) -> list[Obstacle]:
    """What stands in the way of a deposit, today."""
    draft = invoice.draft
    buyer, seller = draft.buyer, draft.seller
    found = {
        # BR-FR-09, BR-FR-10: SIRET (0009) that starts with the SIREN (0002).
        Obstacle.BUYER_SIRET: not is_siret(buyer.siret) or not buyer.siret.startswith(buyer.siren),
        Obstacle.BUYER_ADDRESS: not all((buyer.address.street, buyer.address.postcode, buyer.address.city)),
        Obstacle.SELLER_SIRET: not is_siret(seller.siret),
        Obstacle.IBAN: not is_iban(seller.iban),
        Obstacle.NUMBER: not _NUMBER.fullmatch(invoice.number),
        Obstacle.DAYS: _wrong_days(draft),
        Obstacle.VAT: any(
            line.vat.category not in _CATEGORIES or Decimal(line.vat.rate) not in _RATES for line in draft.lines
        ),
        Obstacle.AMOUNT: _wrong_amounts(draft),
        Obstacle.LABEL: not all(line.label.strip() for line in draft.lines),
        # Process S1 says that all of it is still to be paid (BR-FR-08).
        Obstacle.PAID: draft.kind is Kind.INVOICE and not standing.credited and standing.paid > ZERO,
        Obstacle.UNDONE: draft.kind is Kind.INVOICE and standing.credited,
        Obstacle.CODES: not buyer.service_code and not buyer.engagement,
    }
    return [obstacle for obstacle, stands in found.items() if stands]


def may_leave(found: Sequence[Obstacle]) -> bool:
    """Is there nothing but a warning?"""
    return all(obstacle is Obstacle.CODES for obstacle in found)


def flows_of(
    files: Iterable[tuple[str, bytes]], most: int = MOST_INVOICES, most_bytes: int = MOST_BYTES
) -> Iterator[Iterator[tuple[str, bytes]]]:
    """Split named files into flows that Chorus Pro takes, in order. Each flow is read to its end before the next is
    asked for: one file is held at a time.

    Raises ValueError for a file that is too large alone.
    """
    waiting = iter(files)
    first = next(waiting, None)

    def flow() -> Iterator[tuple[str, bytes]]:
        nonlocal first
        count, size = 0, 0
        while first is not None and count < most and size + len(first[1]) <= most_bytes:
            count, size = count + 1, size + len(first[1])
            yield first
            first = next(waiting, None)

    while first is not None:
        if len(first[1]) > most_bytes:
            raise ValueError("a file is larger than a flow")
        yield flow()


def is_iban(text: str) -> bool:
    """ISO 13616: country, two check digits, what follows; 97 divides it with remainder 1."""
    bare = "".join(text.split()).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", bare) or (bare.startswith("FR") and len(bare) != 27):
        return False
    digits = "".join(str(int(each, 36)) for each in bare[4:] + bare[:4])
    return int(digits) % 97 == 1


def _wrong_days(draft: Draft) -> bool:
    """BR-FR-03, BR-FR-CO-07."""
    days: list[date] = [draft.issued_on, draft.due_on, *draft.period]
    return any(not 2000 <= day.year <= 2099 for day in days) or draft.due_on < draft.issued_on


def _wrong_amounts(draft: Draft) -> bool:
    numbers = [number for line in draft.lines for number in (line.quantity, line.unit_price)]
    exponents = [Decimal(number).normalize().as_tuple().exponent for number in numbers]
    return any(not isinstance(one, int) or -one > _DECIMALS for one in exponents) or len(str(draft.due)) > _CHARACTERS
