"""Invoices of a CdG: what one holds, what it is called, and what undoes it.

An invoice is drawn up (`Draft`), then issued under the next number of its CdG and year (CGI, ann. II, art. 242 nonies
A: a continuous, chronological sequence), and never changes: a credit note undoes it, whole. It holds its parties as
they were on that day.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from billing.domain.money import ZERO, Money
from billing.domain.siren import is_siren, is_siret
from billing.domain.vat import Category, Line, Totals, totals

# Days to pay (our own choice: the convention is silent).
DAYS_TO_PAY = 30
# BT-1 of the reform's formats: at most this many letters, digits, and "- + _ /" (BR-FR-01).
_LONGEST_NUMBER = 35
_NUMBER = re.compile(r"[A-Za-z0-9+_/-]+")


class Kind(StrEnum):
    """Codes of UNTDID 1001."""

    INVOICE = "380"
    CREDIT_NOTE = "381"


class Motive(StrEnum):
    """Why an invoice is undone, in the words that the member reads: one of these, never a text of somebody's own
    (docs/discretion.md)."""

    HEADCOUNT = "Effectif corrigé"
    AMOUNT = "Tarif ou montant corrigé"
    BUYER = "Coordonnées de facturation corrigées"
    TWICE = "Facture émise deux fois"
    MEMBERSHIP = "Adhésion modifiée ou terminée"
    OTHER = "Autre correction"


class InvoiceRefused(ValueError):
    """The draft cannot be issued. The message says why, in French, for who draws it up."""


@dataclass(frozen=True, slots=True)
class Address:
    street: str
    postcode: str
    city: str


@dataclass(frozen=True, slots=True)
class Seller:
    """A CdG as it stands on its invoices. `vat_number`: empty for one that bills nothing with VAT."""

    name: str
    siret: str
    address: Address
    iban: str
    email: str = ""
    vat_number: str = ""

    @property
    def siren(self) -> str:
        return self.siret[:9]


@dataclass(frozen=True, slots=True)
class Buyer:
    """A member as it stands on an invoice. `siret`, `service_code`, `engagement`: as its Chorus Pro entry asks."""

    name: str
    siren: str
    address: Address
    siret: str = ""
    service_code: str = ""
    engagement: str = ""


@dataclass(frozen=True, slots=True)
class Corrected:
    """The invoice that a credit note undoes."""

    number: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class Draft:
    """An invoice without its number. `period`: the days that it is for, both included."""

    seller: Seller
    buyer: Buyer
    issued_on: date
    due_on: date
    period: tuple[date, date]
    lines: tuple[Line, ...]
    contract: str
    kind: Kind = Kind.INVOICE
    corrects: Corrected | None = None
    # Of a credit note: the words of a Motive as they stood that day; empty on older ones.
    motive: str = ""

    @property
    def totals(self) -> Totals:
        return totals(self.lines)

    @property
    def due(self) -> Money:
        return self.totals.gross


@dataclass(frozen=True, slots=True)
class Invoice:
    """An issued invoice."""

    number: str
    draft: Draft


def draw_up(
    seller: Seller, buyer: Buyer, lines: Sequence[Line], *, issued_on: date, period: tuple[date, date], contract: str
) -> Draft:
    """A draft that can be issued, payable within DAYS_TO_PAY days. Raises InvoiceRefused."""
    due_on = issued_on + timedelta(DAYS_TO_PAY)
    draft = Draft(seller, buyer, issued_on, due_on, period, tuple(lines), contract)
    categories = {line.vat.category for line in lines}
    for wrong, why in (
        (not is_siret(seller.siret), "le SIRET du centre de gestion n’est pas valable"),
        (not is_siren(buyer.siren), "le SIREN du membre n’est pas valable"),
        (
            buyer.siret and not (is_siret(buyer.siret) and buyer.siret.startswith(buyer.siren)),
            "le SIRET du membre n’est pas valable",
        ),
        (not seller.iban, "le compte bancaire du centre de gestion manque"),
        (period[0] > period[1], "la période finit avant de commencer"),
        (draft.due <= ZERO, "le montant n’est pas positif"),
        (not all(line.label.strip() for line in lines), "une ligne n’a pas de libellé"),
        # EN 16931, BR-O-11 and BR-S-02.
        (categories > {Category.OUTSIDE}, "ce qui est hors du champ de la TVA a une facture à part"),
        (Category.STANDARD in categories and not seller.vat_number, "le numéro de TVA du centre de gestion manque"),
    ):
        if wrong:
            raise InvoiceRefused(why)
    return draft


def credit_note(invoice: Invoice, *, issued_on: date, motive: Motive) -> Draft:
    """What undoes an invoice, whole: the same lines, given back.

    Raises InvoiceRefused for a credit note, or a day before.
    """
    if invoice.draft.kind is not Kind.INVOICE:
        raise InvoiceRefused("un avoir ne s’annule pas : établissez une nouvelle facture")
    if issued_on < invoice.draft.issued_on:
        raise InvoiceRefused("un avoir ne précède pas sa facture")
    return replace(
        invoice.draft,
        kind=Kind.CREDIT_NOTE,
        issued_on=issued_on,
        due_on=issued_on + timedelta(DAYS_TO_PAY),
        corrects=Corrected(invoice.number, invoice.draft.issued_on),
        motive=str(motive),
    )


def number(department: str, year: int, rank: int) -> str:
    """An invoice's name: "62-2026-000017", the 17th of the CdG in that year. Raises ValueError for none."""
    made = f"{department}-{year}-{rank:06d}"
    if rank < 1 or len(made) > _LONGEST_NUMBER or not _NUMBER.fullmatch(made):
        raise ValueError("not a number of an invoice")
    return made
