"""One table of a founding file, read key by key: what is wrong is kept with its key, and reading goes on."""

import difflib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from billing.domain.founding import Wrong
from billing.domain.people import tidy

# Stands where a day could not be read.
NO_DAY = date.min
LONGEST = 200


class Table:
    """A table of TOML. `path`: how its keys start when they are named; `header`: its name between brackets.

    `done` must be called once all is read.
    """

    def __init__(self, data: Mapping[str, Any], path: str, wrong: list[Wrong], header: str = "") -> None:
        self._data, self._path, self._wrong, self._header = data, path, wrong, header
        self._read: list[str] = []

    def refuse(self, name: str, text: str) -> None:
        self._wrong.append(Wrong(self._path + name, text))

    def text(self, name: str, fault: Callable[[str], str | None] = lambda _: None, *, optional: bool = False) -> str:
        """A text without needless spaces; empty where it is missing or refused. `fault` says what is wrong with one."""
        value = self._take(name, 'un texte entre guillemets : {name} = "…"', str, optional=optional)
        found = tidy(value) if value is not None else ""
        if value is None or (optional and not found):
            return ""
        why = "est vide." if not found else _unprintable(found) or fault(found)
        if why is None:
            return found
        self.refuse(name, why)
        return ""

    def lines(self, name: str, longest: int) -> str:
        """An optional text of several lines."""
        value = (self._take(name, 'un texte entre guillemets : {name} = "…"', str, optional=True) or "").strip()
        if len(value) > longest:
            self.refuse(name, f"compte {len(value)} caractères. Écrivez-en {longest} au plus.")
        return value

    def day(self, name: str) -> date:
        """A day; NO_DAY where it is missing or refused."""
        wanted = "une date sans guillemets, année d’abord : {name} = 2024-06-28"
        found: date | None = self._take(name, wanted, date)
        if found is None:
            return NO_DAY
        if not 2000 <= found.year <= 2099:
            self.refuse(name, f"dit l’année {found.year}. Écrivez une date de 2000 à 2099.")
            return NO_DAY
        return found

    def one(self, name: str) -> "Table":
        """A table inside; an empty one, already refused, where it is missing."""
        header = self._header + name
        found = self._take(name, f"une table : [{header}]", dict)
        return Table(found or {}, f"{self._path}{name}.", self._wrong if found is not None else [], f"{header}.")

    def many(self, name: str, *, optional: bool = False) -> "list[Table]":
        """The tables of a list; at least one, unless it is optional."""
        header = self._header + name
        rows = self._take(name, f"une ou plusieurs tables : [[{header}]]", list, optional=optional) or []
        if not all(isinstance(row, dict) for row in rows) or (name in self._data and not rows and not optional):
            self.refuse(name, f"n’est pas lisible. Écrivez [[{header}]] devant chaque table.")
            return []
        return [
            Table(row, f"{self._path}[[{header}]] n° {rank}, ", self._wrong, f"{header}.")
            for rank, row in enumerate(rows, 1)
        ]

    def done(self, hints: Mapping[str, str] | None = None) -> None:
        """Refuse the keys that nobody asked for. `hints`: what to say of some of them."""
        for name in self._data:
            if name not in self._read:
                near = difflib.get_close_matches(name, self._read, n=1)
                known = f"Vouliez-vous écrire « {near[0]} » ?" if near else f"Clés connues : {', '.join(self._read)}."
                self.refuse(name, (hints or {}).get(name) or f"n’est pas une clé connue. {known}")

    def _take(self, name: str, wanted: str, kind: type, *, optional: bool = False) -> Any:
        self._read.append(name)
        value = self._data.get(name)
        if value is None and not optional:
            self.refuse(name, f"manque. Écrivez {wanted.format(name=name)}.")
        # An instant is a date for Python, and not for us.
        elif value is not None and (not isinstance(value, kind) or (kind is date and type(value) is not date)):
            self.refuse(name, f"n’est pas lisible. Écrivez {wanted.format(name=name)}.")
            return None
        return value


def _unprintable(text: str) -> str | None:
    if not text.isprintable():
        return "contient des caractères qui ne s’impriment pas. Retapez ce texte."
    return f"compte {len(text)} caractères. Écrivez-en {LONGEST} au plus." if len(text) > LONGEST else None
