"""An invoice as a page that people read, with the file that machines read inside: Factur-X, PDF/A-3."""

from billing.domain.invoices import Invoice, Kind
from billing.gateways import facturx, paper


def to_pdf(invoice: Invoice) -> bytes:
    """The file to send: a PDF/A-3 with `factur-x.xml` in it. Raises ValueError as `facturx.to_xml`."""
    from facturx import generate_from_binary

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
    values = {
        "number": invoice.number,
        "draft": invoice.draft,
        "totals": invoice.draft.totals,
        "credit": invoice.draft.kind is Kind.CREDIT_NOTE,
        "notes": facturx.NOTES.values(),
    }
    return paper.write("facture", values)
