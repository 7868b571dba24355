"""The official list of communes, as shipped: read once, searched in memory."""

import csv
from functools import cached_property
from pathlib import Path

from billing.domain.parties import Commune
from billing.domain.people import folded

_CSV = Path(__file__).with_name("communes-62.csv")


class OfficialList:
    """Communes of Pas-de-Calais. A search is by words of the name, postal code, INSEE code or SIREN."""

    def __init__(self, path: Path = _CSV) -> None:
        self._path = path

    @cached_property
    def communes(self) -> tuple[Commune, ...]:
        """Every commune, by name."""
        with self._path.open(encoding="utf-8", newline="") as file:
            rows = [
                Commune(row["insee_code"], row["siren"], row["name"], tuple(row["postal_codes"].split()))
                for row in csv.DictReader(file)
            ]
        return tuple(sorted(rows, key=lambda commune: folded(commune.name)))

    def by_siren(self, siren: str) -> Commune | None:
        return self._sirens.get(siren)

    def by_insee_code(self, code: str) -> Commune | None:
        return self._codes.get(code)

    def covers(self, department: str) -> bool:
        """Does the list hold every commune of this département?"""
        return department in self._departments

    def locate(self, postcode: str, city: str) -> Commune | None:
        """The commune with this postal code and name, where one alone has both."""
        name = folded(city)
        found = [commune for commune in self._by_postcode.get(postcode, ()) if folded(commune.name) == name]
        return found[0] if len(found) == 1 else None

    def search(self, words: str, limit: int = 20) -> list[Commune]:
        """At most `limit` communes that match every word, those whose name starts with the first word in front."""
        sought = folded(words).split()
        if not sought:
            return []
        found = [commune for commune in self.communes if all(_matches(commune, word) for word in sought)]
        found.sort(key=lambda commune: not folded(commune.name).startswith(sought[0]))
        return found[:limit]

    @cached_property
    def _sirens(self) -> dict[str, Commune]:
        return {commune.siren: commune for commune in self.communes}

    @cached_property
    def _codes(self) -> dict[str, Commune]:
        return {commune.insee_code: commune for commune in self.communes}

    @cached_property
    def _departments(self) -> set[str]:
        return {commune.department for commune in self.communes}

    @cached_property
    def _by_postcode(self) -> dict[str, list[Commune]]:
        found: dict[str, list[Commune]] = {}
        for commune in self.communes:
            for code in commune.postal_codes:
                found.setdefault(code, []).append(commune)
        return found


def _matches(commune: Commune, word: str) -> bool:
    codes = (*commune.postal_codes, commune.insee_code, commune.siren)
    in_name = any(part.startswith(word) for part in folded(commune.name).split())
    return in_name or (word.isdigit() and any(code.startswith(word) for code in codes))
