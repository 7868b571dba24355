"""The floor of the printers: one page, rendered by WeasyPrint alone, again and again; pages per second."""

import json
import sys
import time

from weasyprint import HTML

from billing.gateways import paper


def main(pages: int) -> float:
    """The text comes from a template once; everything else is WeasyPrint's."""
    text = paper.fill("bordereau", json.load(sys.stdin))
    HTML(string=text).write_pdf(pdf_variant="pdf/a-3b")
    started = time.perf_counter()
    for _ in range(pages):
        HTML(string=text).write_pdf(pdf_variant="pdf/a-3b")
    return pages / (time.perf_counter() - started)


if __name__ == "__main__":
    print(main(int(sys.argv[1])))
