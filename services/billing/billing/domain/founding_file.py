"""A founding file, from its bytes: TOML whose form is shown by docs/operations/founding.example.toml."""

import re
import tomllib
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

from billing.domain import catalogue
from billing.domain.chorus import is_iban
from billing.domain.founding import (
    FoundedCdg,
    FoundedManager,
    FoundedMarket,
    FoundedProvider,
    FoundedSeller,
    FoundedTerms,
    Founding,
    FoundingRefused,
    Wrong,
    day_text,
)
from billing.domain.founding_table import NO_DAY, Table
from billing.domain.people import clean_email, is_email
from billing.domain.places import department_of, is_insee_code
from billing.domain.siren import is_siren, is_siret
from billing.domain.terms import LONGEST as LONGEST_TERM
from billing.domain.terms import NAMES as TERMS

_AT_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")
_ISSUER = re.compile(r"https://[^\s?#]+|http://(?:127\.0\.0\.1|localhost)(?::\d+)?(?:/[^\s?#]*)?")
_MANAGER_HINTS = {
    "email": "n’est pas gardé : un gestionnaire est reconnu par son compte (issuer et subject). Retirez cette ligne.",
    "issuer": "s’écrit une fois, tout en haut du fichier. Retirez cette ligne.",
}


def read(content: bytes, beside: Callable[[str], bytes | None] = lambda _: None) -> Founding:
    """What the file says; `beside` gives a file next to it. Raises FoundingRefused with all that is wrong in it."""
    try:
        data = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise FoundingRefused([Wrong("fichier", "n’est pas en UTF-8. Enregistrez-le dans ce codage.")]) from None
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        where = f"ligne {at[1]}, colonne {at[2]}" if at else "fin du fichier"
        why = "ne se lit pas. Vérifiez guillemets, signe =, crochets, dates qui existent, clés écrites deux fois."
        raise FoundingRefused([Wrong(where, why)]) from None
    wrong: list[Wrong] = []
    top = Table(data, "", wrong)
    issuer = top.text("issuer", _issuer_fault, optional=True)
    groupement = top.one("groupement")
    name, signed_on = groupement.text("name"), groupement.day("signed_on")
    groupement.done()
    providers = _checked_providers(top)
    markets = _checked_markets(top, {each.name for each in providers}, beside)
    cdgs = _checked_cdgs(top, {each.starts_on for each in markets})
    top.done()
    if wrong:
        raise FoundingRefused(wrong)
    return Founding(name, signed_on, tuple(providers), tuple(markets), tuple(cdgs), issuer)


def _checked_providers(top: Table) -> list[FoundedProvider]:
    rows = top.many("providers")
    found = [FoundedProvider(row.text("name"), **_place(row)) for row in rows]
    for row in rows:
        row.done()
    _once(rows, "name", [each.name for each in found])
    _once(rows, "siret", [each.siret for each in found])
    return found


def _checked_markets(top: Table, providers: set[str], beside: Callable[[str], bytes | None]) -> list[FoundedMarket]:
    rows = top.many("markets")
    found = []
    for row in rows:
        market = FoundedMarket(row.text("provider"), row.day("starts_on"), row.day("ends_on"), _prices(row, beside))
        row.done()
        if market.provider and market.provider not in providers:
            row.refuse("provider", "n’est le nom d’aucun [[providers]] de ce fichier. Écrivez le même nom aux deux.")
        if NO_DAY not in (market.starts_on, market.ends_on) and market.ends_on < market.starts_on:
            row.refuse("ends_on", "précède starts_on. Écrivez le dernier jour du marché, compris.")
        found.append(market)
    dated = [pair for pair in zip(found, rows, strict=True) if NO_DAY not in (pair[0].starts_on, pair[0].ends_on)]
    for (before, _), (after, row) in pairwise(sorted(dated, key=lambda pair: pair[0].starts_on)):
        if after.starts_on <= before.ends_on:
            row.refuse("starts_on", f"tombe dans le marché qui court jusqu’au {day_text(before.ends_on)}. {_FOLLOWS}")
    return found


def _prices(row: Table, beside: Callable[[str], bytes | None]) -> dict[str, Any] | None:
    """The price list that a market names, in the form of billing/reference/lot2_cdg62.toml."""
    name = row.text("price_list", optional=True)
    if not name:
        return None
    content = beside(name)
    if content is None:
        row.refuse("price_list", "ne nomme aucun fichier. Écrivez le nom d’un fichier posé à côté de celui-ci.")
        return None
    try:
        data = tomllib.loads(content.decode("utf-8-sig"))
        for reading in (data["default"], *data["readings"]):
            catalogue.read(data, reading)
        sections = {service.section for service in catalogue.read(data, data["default"]).services}
        if not data["title"] or sections - set(data["sections"]):
            raise KeyError("title, sections")
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        why = "nomme une liste de prix qui ne se lit pas"
        row.refuse("price_list", f"{why} ({error}). Partez de billing/reference/lot2_cdg62.toml, qui dit sa forme.")
        return None
    return data


_FOLLOWS = "Un marché suit l’autre : faites-le commencer le lendemain, ou corrigez l’autre."


def _checked_cdgs(top: Table, markets: set[date]) -> list[FoundedCdg]:
    rows = top.many("cdgs")
    found: list[FoundedCdg] = []
    accounts: list[Table] = []
    for row in rows:
        managers = row.many("managers", optional=True)
        accounts += managers
        found.append(_cdg(row, managers, markets))
        row.done()
    _once(rows, "department", [each.department for each in found])
    _once(accounts, "subject", [each.subject for cdg in found for each in cdg.managers])
    return found


def _cdg(row: Table, managers: list[Table], markets: set[date]) -> FoundedCdg:
    department, name, contact = row.text("department", _department_fault), row.text("name"), row.text("contact")
    seller = row.one("seller")
    place = _place(seller)
    named = seller.text("name", optional=True) or name
    vat_number = seller.text("vat_number", _vat_fault(place["siret"][:9]), optional=True).replace(" ", "")
    seller.done()
    return FoundedCdg(
        department,
        name,
        contact,
        FoundedSeller(named, **place, vat_number=vat_number),
        tuple(_manager(each) for each in managers),
        _terms(row, markets),
    )


def _manager(row: Table) -> FoundedManager:
    found = FoundedManager(row.text("subject"), row.text("name"))
    row.done(_MANAGER_HINTS)
    return found


def _terms(cdg: Table, markets: set[date]) -> tuple[FoundedTerms, ...]:
    rows = cdg.many("terms", optional=True)
    found = []
    for row in rows:
        terms = FoundedTerms(row.day("market"), {name: row.lines(name, LONGEST_TERM) for name in TERMS})
        row.done()
        if terms.market is not NO_DAY and terms.market not in markets:
            row.refuse(
                "market", "n’est le starts_on d’aucun [[markets]] de ce fichier. Recopiez le premier jour du sien."
            )
        found.append(terms)
    _once(rows, "market", ["" if each.market is NO_DAY else each.market.isoformat() for each in found])
    return tuple(found)


def _place(row: Table) -> dict[str, str]:
    """What providers and sellers have in common."""
    return {
        "siret": row.text("siret", _siret_fault).replace(" ", ""),
        "street": row.text("street"),
        "postcode": row.text("postcode", _postcode_fault),
        "city": row.text("city"),
        "iban": row.text("iban", _iban_fault).replace(" ", "").upper(),
        "email": clean_email(row.text("email", _email_fault)),
    }


def _once(rows: list[Table], name: str, values: list[str]) -> None:
    """Refuse what stands a second time."""
    for rank, (row, value) in enumerate(zip(rows, values, strict=True)):
        if value and value in values[:rank]:
            row.refuse(name, "est déjà plus haut dans ce fichier. Réunissez les deux, ou corrigez l’un.")


def _siret_fault(text: str) -> str | None:
    bare = text.replace(" ", "")
    if not re.fullmatch(r"[0-9]{14}", bare):
        return f"ne compte pas 14 chiffres (il en a {sum(map(str.isdigit, bare))}). {_COPY}"
    if not is_siren(bare[:9]):
        return f"a une clé de contrôle fausse dans ses 9 premiers chiffres (SIREN). {_COPY}"
    return None if is_siret(bare) else f"a une clé de contrôle fausse dans ses 5 derniers chiffres. {_COPY}"


_COPY = "Recopiez le SIRET de l’avis de situation de l’INSEE."


def _iban_fault(text: str) -> str | None:
    if is_iban(text):
        return None
    bare = text.replace(" ", "").upper()
    if bare.startswith("FR") and len(bare) != 27:
        return f"compte {len(bare)} caractères au lieu de 27. Recopiez l’IBAN du relevé d’identité bancaire."
    return "a une clé de contrôle fausse : un caractère est mal recopié. Recopiez l’IBAN du relevé d’identité bancaire."


def _vat_fault(siren: str) -> Callable[[str], str | None]:
    """CGI, art. 286 ter: FR, a key of two, the SIREN. A key in digits can be checked."""

    def fault(text: str) -> str | None:
        bare = text.replace(" ", "")
        if not siren:
            return None  # its SIRET is refused already
        key = f"{(12 + 3 * (int(siren) % 97)) % 97:02}"
        written = re.fullmatch(rf"FR([0-9]{{2}}|[A-Z][0-9A-Z]|[0-9][A-Z]){siren}", bare)
        if written is None or (written[1].isdigit() and written[1] != key):
            return (
                "n’est pas celui de ce SIREN : FR, deux caractères de clé, puis les 9 chiffres du SIREN. Vérifiez-le."
            )
        return None

    return fault


def _department_fault(text: str) -> str | None:
    code = text.ljust(5, "0")
    if is_insee_code(code) and department_of(code) == text:
        return None
    return "n’est pas un département. Écrivez son numéro entre guillemets, comme 62, 2A ou 974."


def _postcode_fault(text: str) -> str | None:
    return None if re.fullmatch(r"[0-9]{5}", text) else "n’est pas un code postal. Écrivez ses 5 chiffres."


def _email_fault(text: str) -> str | None:
    return None if is_email(clean_email(text)) else "n’est pas une adresse e-mail. Écrivez nom@organisme.fr."


def _issuer_fault(text: str) -> str | None:
    if _ISSUER.fullmatch(text):
        return None
    return "n’est pas l’adresse d’un fournisseur d’identité. Recopiez son « issuer », qui commence par https://."
