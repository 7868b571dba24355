"""Factur-X: an invoice as the structured file that machines read (UN/CEFACT CII, profile EN 16931).

Codes are those of EN 16931 and of the French rules that the reform adds (BR-FR, domain.md 5.5).
"""

from typing import Any

from billing.domain.invoices import Address, Buyer, Draft, Invoice, Kind, Seller
from billing.domain.vat import Category, Line, RateTotal

LEVEL = "en16931"
# ISO 6523: SIRET, SIREN, and the addresses of the reform's directory.
_SIRET, _SIREN, _DIRECTORY = "0009", "0002", "0225"
_TRANSFER = "30"
# Services; never paid before it is issued (BR-FR-08).
_PROCESS = "S1"
_WHY = {Category.OUTSIDE: "VATEX-EU-O", Category.EXEMPT: "VATEX-EU-132-1C"}
# Each must be there (BR-FR-05). The convention provides for none of them.
NOTES = {
    "PMT": "Frais de recouvrement : la convention n’en prévoit pas.",
    "PMD": "Pénalités de retard : la convention n’en prévoit pas.",
    "AAB": "Escompte pour paiement anticipé : aucun.",
}
# UNTDID 4451: the reason for what is told.
_REASON = "ACD"


def to_xml(invoice: Invoice) -> bytes:
    """The file, checked against its schema. Raises ValueError, which holds no value of the invoice."""
    from facturx import generate_cii_xml  # with the first invoice: its rules take memory

    try:
        made: bytes = generate_cii_xml(_terms(invoice), level=LEVEL, check_xsd=True, check_schematron=None)
    except Exception as error:
        raise ValueError(f"not an invoice that Factur-X can tell: {type(error).__name__}") from None
    return made


def _terms(invoice: Invoice) -> dict[str, Any]:
    """Business terms of EN 16931, by their names there."""
    draft = invoice.draft
    terms: dict[str, Any] = {
        "BT-1": invoice.number,
        "BT-2": draft.issued_on,
        "BT-3": str(draft.kind),
        "BT-5": "EUR",
        "BT-9": draft.due_on,
        "BT-10": draft.buyer.service_code or None,
        "BT-12": draft.contract,
        "BT-13": draft.buyer.engagement or None,
        "BT-23": _PROCESS,
        "BT-72": draft.issued_on,
        "BT-73": draft.period[0],
        "BT-74": draft.period[1],
        "BT-81": _TRANSFER,
        "BT-83": invoice.number,
        "BT-84": draft.seller.iban,
        "BG-1": [{"BT-21": code, "BT-22": text} for code, text in _notes(draft).items()],
        "BG-4": _seller(draft.seller, {line.vat.category for line in draft.lines}),
        "BG-7": _buyer(draft.buyer),
        "BG-25": [_line(rank, line) for rank, line in enumerate(draft.lines, 1)],
    }
    if draft.kind is Kind.CREDIT_NOTE and draft.corrects:
        terms["BG-3"] = [{"BT-25": draft.corrects.number, "BT-26": draft.corrects.issued_on}]
    return {name: value for name, value in (terms | _totals(draft)).items() if value is not None}


def _notes(draft: Draft) -> dict[str, str]:
    return ({_REASON: draft.motive} if draft.motive else {}) | NOTES


def _totals(draft: Draft) -> dict[str, Any]:
    totals = draft.totals
    return {
        "BG-23": [_rate(rate) for rate in totals.by_rate],
        "BT-106": str(totals.net),
        "BT-109": str(totals.net),
        "BT-110": str(totals.tax),
        "BT-112": str(totals.gross),
        "BT-115": str(totals.gross),
    }


def _rate(rate: RateTotal) -> dict[str, Any]:
    category = rate.vat.category
    told: dict[str, Any] = {"BT-116": str(rate.base), "BT-117": str(rate.tax), "BT-118": str(category)}
    if category is not Category.OUTSIDE:
        told["BT-119"] = f"{rate.vat.rate:.2f}"
    if category in _WHY:
        told |= {"BT-120": rate.vat.mention, "BT-121": _WHY[category]}
    return told


def _line(rank: int, line: Line) -> dict[str, Any]:
    told: dict[str, Any] = {
        "BT-126": str(rank),
        "BT-129": f"{line.quantity:f}",
        "BT-130": line.unit,
        "BT-131": str(line.net),
        "BT-146": f"{line.unit_price:f}",
        "BT-151": str(line.vat.category),
        "BT-153": line.label,
    }
    if line.vat.category is not Category.OUTSIDE:
        told["BT-152"] = f"{line.vat.rate:.2f}"
    if line.per != 1:
        told["BT-149"] = str(line.per)
    return told


def _seller(seller: Seller, categories: set[Category]) -> dict[str, Any]:
    """With its VAT number, or its SIREN where an exempt one has none (BR-E-02); out of VAT with neither (BR-O-02)."""
    party = _party(seller.name, seller.siren, seller.siret, seller.address)
    if categories == {Category.OUTSIDE}:
        return party
    return party | ({"vat_identifier": seller.vat_number} if seller.vat_number else {"tax_identifier": seller.siren})


def _buyer(buyer: Buyer) -> dict[str, Any]:
    return _party(buyer.name, buyer.siren, buyer.siret, buyer.address)


def _party(name: str, siren: str, siret: str, address: Address) -> dict[str, Any]:
    party: dict[str, Any] = {
        "name": name,
        "legal_identifier": siren,
        "legal_identifier_schemeid": _SIREN,
        "einvoicing_addr": f"{siren}_{siret}" if siret else siren,
        "einvoicing_addr_schemeid": _DIRECTORY,
        "country_code": "FR",
        "addr_l1": address.street,
        "postcode": address.postcode,
        "city": address.city,
    }
    return party | ({"identifiers": {_SIRET: siret}} if siret else {})
