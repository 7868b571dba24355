"""From the form of a tariff to the data that the rules read, with the words for what cannot be read."""

import re
from typing import Any

from billing.domain.money import NotMoney, price
from billing.domain.tariffs import DEAREST_REPORT, Basis, ProRata, Year
from chassis.web import Form

# Charges that one form holds.
MOST = 6
_BAND = re.compile(r"(\d[\d\s]*?)\s*(?:agents?)?\s*[:;=]\s*(\d[\d\s]*(?:[.,]\d+)?)\s*€?")
_BANDED = {Basis.PER_AGENT_BY_SIZE, Basis.PER_AGENT_BY_TOTAL, Basis.FLAT_BY_SIZE}


class Unreadable(Exception):
    """Some fields cannot be read; `errors` has a message for each."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(sorted(errors)))
        self.errors = errors


def count(form: Form) -> int:
    """How many charges the form shows."""
    text = form.get("charges", "1")
    return min(max(int(text), 1), MOST) if text.isascii() and text.isdigit() and len(text) < 3 else 1


def tariff(form: Form) -> dict[str, Any]:
    """The data of a tariff, as `billing.domain.tariffs.read` takes it. Raises Unreadable."""
    errors: dict[str, str] = {}
    charges = [
        _charge(form, n, errors)
        for n in range(1, count(form) + 1)
        if n == 1 or form.get(f"charge_{n}_basis") or form.get(f"charge_{n}_label")
    ]
    pro_rata, year = form.get("pro_rata"), form.get("year")
    if pro_rata not in set(ProRata):
        errors["pro_rata"] = "Dites ce que coûte une première année entamée."
    if year not in set(Year):
        errors["year"] = "Choisissez l’année qui est appelée."
    shared = _shared(form, charges, errors)
    if errors:
        raise Unreadable(errors)
    free = form.get("free_for_affiliated") == "oui"
    return {"charges": charges, "pro_rata": pro_rata, "year": year, "free_for_affiliated": free, **shared}


def _shared(form: Form, charges: list[dict[str, Any]], errors: dict[str, str]) -> dict[str, Any]:
    """What all members share, as `billing.domain.sharing` reads it; nothing where the form says nothing of it."""
    shared: dict[str, Any] = {}
    quarterly = {"billed": "quarterly"} if form.get("shared_billed") == "quarterly" else {}
    for charge in charges:
        if charge.get("basis") == Basis.PER_REPORT:
            charge |= quarterly
    if form.get("advances_unit").strip():
        unit = _price(form.get("advances_unit"), "advances_unit", errors)
        shared["advances"] = {"unit": unit, **quarterly}
        if price(unit) == 0:
            errors.setdefault("advances_unit", "Indiquez un montant positif, en euros.")
    department = form.get("pooled_with").strip().upper()
    if department:
        shared["pooled_with"] = department
        if not re.fullmatch(r"\d{2,3}|2[AB]", department):
            errors["pooled_with"] = "Indiquez le numéro d’un département : 62, 2A, 971."
    return shared


def _charge(form: Form, n: int, errors: dict[str, str]) -> dict[str, Any]:
    prefix = f"charge_{n}_"
    basis, label = form.get(f"{prefix}basis"), " ".join(form.get(f"{prefix}label").split())
    if basis not in set(Basis):
        errors[f"{prefix}basis"] = "Choisissez comment cette ligne est comptée."
        return {}
    if not label or len(label) > 120:
        errors[f"{prefix}label"] = "Donnez à la ligne un libellé de 120 caractères au plus : il figure sur la facture."
    made: dict[str, Any] = {"basis": basis, "label": label, "vat": form.get(f"{prefix}vat") or "O"}
    if made["vat"] not in ("O", "E", "S"):
        errors[f"{prefix}vat"] = "Choisissez un régime de TVA."
    if basis in _BANDED:
        made["bands"] = _bands(form.get(f"{prefix}bands"), f"{prefix}bands", errors)
    elif basis != Basis.INCLUDED:
        made["price"] = _price(form.get(f"{prefix}price"), f"{prefix}price", errors)
        if basis == Basis.PER_REPORT and f"{prefix}price" not in errors and price(made["price"]) > DEAREST_REPORT:
            errors[f"{prefix}price"] = f"Un signalement ne coûte pas plus de {DEAREST_REPORT} €."
    return made


def _bands(text: str, field: str, errors: dict[str, str]) -> list[dict[str, Any]]:
    lines = [line for line in text.splitlines() if line.strip()]
    found = [_BAND.fullmatch(line.strip()) for line in lines]
    if not lines or None in found:
        errors[field] = "Écrivez une tranche par ligne : le premier nombre d’agents, deux-points, le prix (50 : 1,80)."
        return []
    starts = [int("".join(each[1].split())) for each in found if each]
    if starts[0] > 1 or starts != sorted(set(starts)):
        errors[field] = "La première tranche commence à 1 agent, et les suivantes montent."
    prices = [_price(each[2], field, errors) for each in found if each]
    return [{"least": least, "price": written} for least, written in zip(starts, prices, strict=True)]


def _price(text: str, field: str, errors: dict[str, str]) -> str:
    cleaned = "".join(text.split()).removesuffix("€").replace(",", ".")
    try:
        if not cleaned or price(cleaned) < 0:
            raise NotMoney
    except NotMoney:
        errors[field] = "Indiquez un prix en euros, avec quatre décimales au plus : 2,00."
        return "0"
    return cleaned
