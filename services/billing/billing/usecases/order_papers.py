"""Quotes and order forms: what is ordered, what it costs, and who pays whom. They name no person and no case."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from billing.domain.catalogue import Ordered, of_totals
from billing.domain.parties import Cdg, Member, Provider
from billing.store.orders import Order
from billing.store.transaction import Transaction


class Paper(StrEnum):
    """Kinds of documents, named as their templates."""

    QUOTE = "devis"
    ORDER = "commande"


_TITLES = {Paper.QUOTE: "Devis", Paper.ORDER: "Bon de commande"}


def ask_paper(
    tx: Transaction,
    paper: Paper,
    order: Order,
    lines: Sequence[Ordered],
    cdg: Cdg,
    member: Member | None,
    provider: Provider | None,
    *,
    approved_on: date | None = None,
) -> None:
    """Have it printed. The CdG's own order has no member on it, and in no member's space."""
    content = _content(tx, order, lines, cdg, member, provider)
    content["approved_on"] = approved_on.isoformat() if approved_on else ""
    title = f"{_TITLES[paper]} {order.number}"
    member_id = member.id if member else None
    tx.documents.ask(str(paper), order.id, cdg_id=cdg.id, member_id=member_id, title=title, content=content)


def _content(
    tx: Transaction,
    order: Order,
    lines: Sequence[Ordered],
    cdg: Cdg,
    member: Member | None,
    provider: Provider | None,
) -> dict[str, Any]:
    return {
        "number": order.number,
        "asked_on": order.asked_on.isoformat(),
        "cdg": cdg.name,
        "contact": cdg.contact,
        "by_cdg": order.by_cdg,
        "buyer": _buyer(tx, cdg, member),
        "provider": _provider(provider),
        "lines": [_line(line) for line in lines],
        "net": str(order.net),
        "taxes": [
            {"mention": rate.vat.mention, "rate": str(rate.vat.rate), "tax": str(rate.tax)}
            for rate in of_totals(lines).by_rate
        ],
        "gross": str(order.gross),
    }


def _buyer(tx: Transaction, cdg: Cdg, member: Member | None) -> dict[str, str]:
    """Who orders and pays, with the address that is known of it."""
    if member is None:
        seller = tx.invoices.seller(cdg.id)
        known = {"name": cdg.name, "siret": seller.siret if seller else ""}
        address = seller.address if seller else None
    else:
        buyer = tx.invoices.buyer(member.id)
        known = {"name": member.name, "siret": (buyer.siret if buyer else "") or member.siren}
        address = buyer.address if buyer else None
    place = {"street": address.street, "city": f"{address.postcode} {address.city}"} if address else {}
    return {"street": "", "city": "", **known, **place}


def _provider(provider: Provider | None) -> dict[str, str]:
    names = ("name", "siret", "street", "postcode", "city", "iban", "email")
    return {name: str(getattr(provider, name, "") or "") for name in names}


def _line(line: Ordered) -> dict[str, str]:
    return {
        "code": line.code,
        "label": line.label,
        "unit": str(line.unit),
        "quantity": f"{line.quantity:f}",
        "price": f"{line.unit_price:.2f}",
        "net": str(line.line.net),
    }
