"""The press: every kind of document and how it is printed."""

import json

from billing.gateways import invoice_pdf, paper
from billing.store.invoices import read_invoice


class WeasyPress:
    """Prints with WeasyPrint; invoices as Factur-X. Implements `billing.usecases.ports.Press`."""

    def print(self, kind: str, content: str) -> bytes:
        """Raises ValueError for an invoice that Factur-X cannot tell, and jinja2.TemplateError for a wrong content."""
        if kind == "facture":
            return invoice_pdf.to_pdf(read_invoice(content))
        return paper.write(kind, json.loads(content))
