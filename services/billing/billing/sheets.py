"""Lists as files for a spreadsheet: CSV and ODS. Texts stay texts: none of them can become a formula.

An ODS is written as text: 35,000 rows take a second, where a library that makes an object of each cell takes minutes.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from billing.domain.money import Money
from chassis.clock import PARIS

Cell = str | bool | int | Decimal | Money | date | datetime | None

ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"

# What makes a spreadsheet compute a cell of a CSV (OWASP, "CSV injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("table", "table"),
        ("fo", "xsl-fo-compatible"),
        ("number", "datastyle"),
    )
)
_HEAD = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} office:version="1.2">'
    "<office:automatic-styles>"
    '<number:number-style style:name="amount"><number:number number:decimal-places="2" number:min-decimal-places="2"'
    ' number:min-integer-digits="1" number:grouping="true"/></number:number-style>'
    '<number:date-style style:name="day"><number:day number:style="long"/><number:text>/</number:text>'
    '<number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/>'
    "</number:date-style>"
    '<style:style style:name="head" style:family="table-cell"><style:text-properties fo:font-weight="bold"/>'
    "</style:style>"
    '<style:style style:name="euros" style:family="table-cell" style:data-style-name="amount"/>'
    '<style:style style:name="date" style:family="table-cell" style:data-style-name="day"/>'
    "</office:automatic-styles><office:body><office:spreadsheet>"
)
_TAIL = "</office:spreadsheet></office:body></office:document-content>"
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="{ODS_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def to_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Semicolons, a byte order mark, CRLF: what a French spreadsheet opens. Amounts with a comma, days as 31/12/2026.

    A text that would be a formula has an apostrophe in front.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_plain(heading) for heading in headings])
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return ("\ufeff" + out.getvalue()).encode()


def to_ods(title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet named `title`: amounts, numbers and days are values, everything else is text."""
    return book([(title, headings, rows)])


def book(tables: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]]) -> bytes:
    """An ODS of several sheets: title, headings and rows of each."""
    content = "".join((_HEAD, *(_table(*each) for each in tables), _TAIL))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), ODS_TYPE)  # first, and not compressed: ODF 1.2, part 3, 3.3
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", content)
    return out.getvalue()


def _table(title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    head = _row(_text(heading, ' table:style-name="head"') for heading in headings)
    body = "".join(_row(_value(cell) for cell in row) for row in rows)
    return f"<table:table table:name={quoteattr(_sheet_name(title))}>{head}{body}</table:table>"


def _plain(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "oui" if cell else "non"
        case Money():
            return str(cell).replace(".", ",")
        case Decimal():
            return f"{cell:f}".replace(".", ",")
        case datetime():
            return f"{cell.astimezone(PARIS):%d/%m/%Y %H:%M}"
        case date():
            return f"{cell:%d/%m/%Y}"
        case str():
            return f"'{cell}" if cell.startswith(_FORMULA) else cell
        case _:
            return str(cell)


def _value(cell: Cell) -> str:
    match cell:
        case None | "":
            return "<table:table-cell/>"
        case str():
            return _text(cell)
        case bool():
            return _text(_plain(cell))
        case Money():
            return _typed("float", f'office:value="{cell}"', _plain(cell), ' table:style-name="euros"')
        case datetime():
            return _typed("date", f'office:date-value="{cell.astimezone(PARIS):%Y-%m-%dT%H:%M:%S}"', _plain(cell))
        case date():
            return _typed("date", f'office:date-value="{cell}"', _plain(cell), ' table:style-name="date"')
        case Decimal():
            return _typed("float", f'office:value="{cell:f}"', _plain(cell))
        case _:
            return _typed("float", f'office:value="{cell}"', str(cell))


def _typed(kind: str, value: str, shown: str, style: str = "") -> str:
    return f'<table:table-cell office:value-type="{kind}" {value}{style}><text:p>{shown}</text:p></table:table-cell>'


def _text(cell: str, style: str = "") -> str:
    spaced = (" " if each.isspace() and each != "\n" else each for each in cell)
    kept = "".join(each for each in spaced if each.isprintable() or each == "\n")
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in kept.split("\n"))
    return f'<table:table-cell office:value-type="string"{style}>{lines}</table:table-cell>'


def _row(cells: Iterable[str]) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def _sheet_name(title: str) -> str:
    """Without what sheet names may not hold, 31 characters at most."""
    return "".join(" " if character in "[]*?:/\\'" else character for character in title)[:31]
