"""An invoice as a page that people read, with the file that machines read inside: Factur-X, PDF/A-3."""

from functools import cache
from pathlib import Path

from facturx import generate_from_binary
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import HTML

from billing.domain.invoices import Invoice, Kind
from billing.gateways import facturx
from billing.gateways.words import day_in_words, euros, quantity, unit_price

_DOCUMENTS = Path(__file__).parents[1] / "documents"


def to_pdf(invoice: Invoice) -> bytes:
    """The file to send: a PDF/A-3 with `factur-x.xml` in it. Raises ValueError as `facturx.to_xml`."""
    xml = facturx.to_xml(invoice)
    what = "Avoir" if invoice.draft.kind is Kind.CREDIT_NOTE else "Facture"
    about = {
        "author": invoice.draft.seller.name,
        "title": f"{what} {invoice.number}",
        "subject": f"{what} {invoice.number}",
        "keywords": "Factur-X",
    }
    made: bytes = generate_from_binary(
        page(invoice), xml, level=facturx.LEVEL, check_xsd=False, pdf_metadata=about, lang="fr-FR"
    )
    return made


def page(invoice: Invoice) -> bytes:
    """The page alone: a PDF/A-3 that holds nothing yet."""
    text = (
        _documents()
        .get_template("facture.html")
        .render(
            number=invoice.number,
            draft=invoice.draft,
            totals=invoice.draft.totals,
            credit=invoice.draft.kind is Kind.CREDIT_NOTE,
            notes=facturx.NOTES.values(),
        )
    )
    made: bytes = HTML(string=text, base_url=str(_DOCUMENTS), url_fetcher=_refuse).write_pdf(pdf_variant="pdf/a-3b")
    return made


@cache
def _documents() -> Environment:
    made = Environment(loader=FileSystemLoader(_DOCUMENTS), autoescape=True, undefined=StrictUndefined)
    made.filters |= {"euros": euros, "day": day_in_words, "price": unit_price, "quantity": quantity}
    return made


def _refuse(url: str) -> None:
    """A document asks for nothing outside itself."""
    raise ValueError("a document loads nothing")
