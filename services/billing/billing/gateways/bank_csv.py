"""A treasury's CSV: date; montant; libellé; référence; payeur, in whatever order and under whatever usual headings."""

import csv
import re
from collections.abc import Mapping
from datetime import date
from io import StringIO

from billing.domain.money import Money, NotMoney
from billing.domain.payments import Entry, PaymentRefused, Problem, ReadFile
from billing.domain.people import folded, tidy

# Usual headings, without accents or case.
HEADINGS = {
    "date": """date|jour|date operation|date de l operation|date de valeur|date valeur|date comptable|date encaissement
        date d encaissement|date de paiement|date reglement|date de reglement""",
    "amount": """montant|credit|somme|recette|montant credit|montant eur|montant en euros|montant encaisse
        montant regle|montant ttc|montant de l operation|encaissement""",
    "label": "libelle|libelle operation|libelle de l operation|designation|objet|motif|intitule",
    "reference": """reference|ref|references|reference facture|facture|numero de facture|n facture|reference client
        piece|numero de piece|reference de l operation""",
    "payer": "payeur|debiteur|tiers|emetteur|nom|nom du tiers|nom du debiteur|donneur d ordre",
    "way": "sens|sens de l operation|debit credit|credit debit|d c|c d",
}
_NEEDED = ("date", "amount")
# Rows above the headings: a title, an account, a period.
_PREAMBLE = 20
_LONGEST_CELL = 500


def read(data: bytes, columns: Mapping[str, str]) -> ReadFile:
    """Lines with a positive amount; those with none, a negative one, or that are debits (a column « Sens ») are counted
    apart. Raises PaymentRefused."""
    text = _decoded(data)
    rows = _rows(text)
    start, places = _headings(rows, columns)
    entries, problems, left_out = [], [], 0
    for number, row in rows[start:]:
        if not any(cell.strip() for cell in row):
            continue
        cells = {what: tidy(row[at])[:_LONGEST_CELL] if at < len(row) else "" for what, at in places.items()}
        if not cells["amount"] or cells.get("way", "").upper().startswith(("D", "-")):
            left_out += 1
            continue
        day, amount = read_day(cells["date"]), read_amount(cells["amount"])
        if day is None or amount is None:
            what = "la date" if day is None else "le montant"
            problems.append(Problem(number, f"{what} n’est pas lisible"))
        elif amount.cents <= 0:
            left_out += 1
        else:
            said = (cells.get("payer", ""), cells.get("label", ""), cells.get("reference", ""))
            entries.append(Entry(number, day, amount, *said))
    return ReadFile("csv", entries, problems, left_out)


def read_amount(text: str) -> Money | None:
    """1 234,50 or 1.234,50 or 1234.50, € or not; None when it is none, or could be two."""
    bare = re.sub(r"(?i)€|eur(os?)?\b", "", text)
    bare = re.sub(r"[\s'’\u00a0\u202f]", "", bare).replace("\N{MINUS SIGN}", "-")
    sign = "-" if bare.startswith("-") or bare.endswith("-") else ""
    bare = bare.strip("+-")
    if not re.fullmatch(r"[0-9.,]+", bare):
        return None
    if "," in bare and "." in bare:
        mark = max(",", ".", key=bare.rindex)
        whole, _, cents = bare.rpartition(mark)
        other = "." if mark == "," else ","
        if not re.fullmatch(rf"\d{{1,3}}(?:\{other}\d{{3}})+", whole):
            return None
        bare = whole.replace(other, "") + "." + cents
    else:
        bare = bare.replace(",", ".")
    if not re.fullmatch(r"\d+(?:\.\d{1,2})?", bare):
        return None
    try:
        return Money.of(sign + bare)
    except NotMoney:
        return None


def read_day(text: str) -> date | None:
    """12/03/2026, 12-03-26, 2026-03-12 or 20260312; a time after it is left out."""
    parts = re.match(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{2,4})(?!\d)", text)
    numbers = list(parts.groups()) if parts else []
    if plain := re.match(r"(20\d{2})(\d{2})(\d{2})(?!\d)", text):
        numbers = list(plain.groups())
    if not numbers:
        return None
    year_first = len(numbers[0]) == 4
    year, month, day = numbers if year_first else reversed(numbers)
    if len(year) not in (2, 4) or (year_first and len(day) > 2) or (not year_first and len(numbers[0]) > 2):
        return None
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise PaymentRefused("ce n’est ni un CSV, ni un relevé camt, ni un relevé CFONB")


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Cells by the number of their line. The separator is the one that the first lines hold most of."""
    head = "\n".join(text.splitlines()[:_PREAMBLE])
    mark = max(";\t,", key=lambda each: (head.count(each), each == ";"))
    reader = csv.reader(StringIO(text, newline=""), delimiter=mark)
    try:
        return [(reader.line_num, row) for row in reader]
    except csv.Error:
        raise PaymentRefused("ce n’est pas un CSV lisible") from None


def _headings(rows: list[tuple[int, list[str]]], columns: Mapping[str, str]) -> tuple[int, dict[str, int]]:
    """Where the lines start, and in which column each thing stands."""
    names = {
        what: [folded(columns[what])] if columns.get(what) else re.split(r"\||\n\s*", usual)
        for what, usual in HEADINGS.items()
    }
    for index, (_number, row) in enumerate(rows[:_PREAMBLE]):
        cells = [folded(cell) for cell in row]
        places = {}
        for what, usual in names.items():
            at = next((cells.index(name) for name in usual if name in cells), None)
            if at is not None:
                places[what] = at
        if all(what in places for what in _NEEDED):
            return index + 1, places
    raise PaymentRefused(
        "aucune ligne d’en-têtes avec une colonne « Date » et une colonne « Montant » : indiquez leurs noms plus bas"
    )
