"""A template and its values become a PDF/A-3. Nothing is loaded from elsewhere.

WeasyPrint is loaded with the first page that is printed: most processes that could print never do.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import local
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from billing import wording

if TYPE_CHECKING:
    from weasyprint.text.fonts import FontConfiguration

_DOCUMENTS = Path(__file__).parents[1] / "documents"
_of_thread = local()


def write(template: str, values: Mapping[str, Any]) -> bytes:
    """The page(s) as a PDF/A-3 that holds nothing else. `template`: a file's name in `documents/`, without ".html"."""
    from weasyprint import HTML

    page = HTML(string=fill(template, values), base_url=str(_DOCUMENTS), url_fetcher=_refuse)
    made: bytes = page.write_pdf(pdf_variant="pdf/a-3b", font_config=_fonts())
    return made


def fill(template: str, values: Mapping[str, Any]) -> str:
    """The page before it is laid out."""
    return _documents().get_template(f"{template}.html").render(values)


def _fonts() -> "FontConfiguration":
    """The machine's fonts, looked up once for each thread: a quarter of a page's time. Pango's maps are not shared."""
    from weasyprint.text.fonts import FontConfiguration

    if not hasattr(_of_thread, "fonts"):
        _of_thread.fonts = FontConfiguration()
    found: FontConfiguration = _of_thread.fonts
    return found


@cache
def _documents() -> Environment:
    made = Environment(loader=FileSystemLoader(_DOCUMENTS), autoescape=True, undefined=StrictUndefined)
    made.filters |= wording.FILTERS
    return made


def _refuse(url: str) -> None:
    """A document asks for nothing outside itself."""
    raise ValueError("a document loads nothing")
