"""ISO 20022 statements: camt.053 (end of day) and camt.054 (notice of credit), of every version.

The file comes from outside: no document type, no entity, nothing fetched.
"""

import re
from datetime import date

from lxml import etree

from billing.domain.money import Money, NotMoney
from billing.domain.payments import Entry, PaymentRefused, Problem, ReadFile
from billing.domain.people import tidy

_KIND = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:camt\.05[34]\.\d{3}\.\d{2}\}Document")
_LONGEST = 500
# What is no payment of a member, and no money spent either.
_CAME_BACK = "la banque a rendu une somme : annulez à la main le paiement qu’elle reprend, s’il est enregistré"
_OURS_CAME_BACK = "c’est l’annulation d’un débit : à saisir à la main"


def read(data: bytes) -> ReadFile:
    """Booked credits in euros: one line for each payment of an entry, else one for the entry. Raises PaymentRefused."""
    root = _parsed(data)
    entries: list[Entry] = []
    problems: list[Problem] = []
    left_out = 0
    for number, entry in enumerate(root.iter("{*}Ntry"), 1):
        credit = _text(entry, "CdtDbtInd") == "CRDT"
        if _status(entry) == "BOOK" and _came_back(entry):
            problems.append(Problem(number, _OURS_CAME_BACK if credit else _CAME_BACK))
        elif not credit or _status(entry) != "BOOK":
            left_out += 1
        else:
            read = _entry(entry, number)
            if isinstance(read, Problem):
                problems.append(read)
            else:
                entries += read
    # A place is one line's only: entries of several payments take several.
    return ReadFile("camt", [_placed(one, place) for place, one in enumerate(entries, 1)], problems, left_out)


def _placed(one: Entry, place: int) -> Entry:
    return Entry(place, one.day, one.amount, one.payer, one.label, one.reference)


def _parsed(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise PaymentRefused("le fichier XML contient une déclaration qui n’est pas admise")
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise PaymentRefused("le fichier XML n’est pas bien formé") from None
    if root.getroottree().docinfo.doctype:
        raise PaymentRefused("le fichier XML contient une déclaration qui n’est pas admise")
    if not _KIND.fullmatch(str(root.tag)):
        raise PaymentRefused("ce XML n’est pas un relevé camt.053 ou camt.054")
    return root


def _entry(entry: etree._Element, number: int) -> list[Entry] | Problem:
    day = _day(entry, "ValDt") or _day(entry, "BookgDt")
    whole = _amount(entry.find("{*}Amt"))
    if day is None or whole is None:
        return Problem(number, "la date ou le montant (en euros) n’est pas lisible")
    details = list(entry.iterfind("{*}NtryDtls/{*}TxDtls"))
    parts = [_part_amount(one) for one in details]
    amounts = [part for part in parts if part is not None]
    if len(details) > 1 and len(amounts) == len(details) and sum(part.cents for part in amounts) == whole.cents:
        return [_line(day, part, [one], entry) for one, part in zip(details, amounts, strict=True)]
    return [_line(day, whole, details, entry)]


def _line(day: date, amount: Money, details: list[etree._Element], entry: etree._Element) -> Entry:
    def said(*paths: str) -> str:
        found = (one.findtext(path) or "" for one in details for path in paths)
        return tidy(" ".join(found))[:_LONGEST]

    label = " ".join(tidy(each.text or "") for one in details for each in one.iterfind("{*}RmtInf/{*}Ustrd"))
    payer = said(
        "{*}RltdPties/{*}Dbtr/{*}Nm",
        "{*}RltdPties/{*}Dbtr/{*}Pty/{*}Nm",
        "{*}RltdPties/{*}Dbtr/{*}Id/{*}OrgId/{*}Othr/{*}Id",
        "{*}RltdPties/{*}Dbtr/{*}Pty/{*}Id/{*}OrgId/{*}Othr/{*}Id",
    )
    reference = said(
        "{*}RmtInf/{*}Strd/{*}CdtrRefInf/{*}Ref",
        "{*}RmtInf/{*}Strd/{*}RfrdDocInf/{*}Nb",
        "{*}Refs/{*}EndToEndId",
        "{*}Refs/{*}AcctSvcrRef",
    )
    if not details:
        reference = tidy(f"{_text(entry, 'NtryRef')} {_text(entry, 'AcctSvcrRef')}")[:_LONGEST]
    return Entry(0, day, amount, payer, (label or _text(entry, "AddtlNtryInf"))[:_LONGEST], reference)


def _part_amount(detail: etree._Element) -> Money | None:
    own = detail.find("{*}Amt")
    return _amount(own if own is not None else detail.find("{*}AmtDtls/{*}TxAmt/{*}Amt"))


def _amount(element: etree._Element | None) -> Money | None:
    if element is None or element.get("Ccy") != "EUR":
        return None
    try:
        amount = Money.of((element.text or "").strip())
    except NotMoney:
        return None
    return amount if amount.cents > 0 else None


def _day(entry: etree._Element, what: str) -> date | None:
    text = entry.findtext(f"{{*}}{what}/{{*}}Dt") or entry.findtext(f"{{*}}{what}/{{*}}DtTm") or ""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def _status(entry: etree._Element) -> str:
    """BOOK since ever; inside <Cd> since version 7. An entry without one is booked."""
    found = entry.find("{*}Sts")
    if found is None:
        return "BOOK"
    return (found.findtext("{*}Cd") or found.text or "").strip()


def _came_back(entry: etree._Element) -> bool:
    """Is it a reversal, or the return of a payment?"""
    return _text(entry, "RvslInd") in ("true", "1") or entry.find("{*}NtryDtls/{*}TxDtls/{*}RtrInf") is not None


def _text(element: etree._Element, name: str) -> str:
    return tidy(element.findtext(f"{{*}}{name}") or "")
