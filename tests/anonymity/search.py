"""Search files for canaries: one pass over each, whatever the number of values and forms."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import ahocorasick

from tests.anonymity.encodings import forms, unpacked

_CHUNK = 8 << 20


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """A canary found. It names the value by its label, never by itself."""

    place: str
    label: str
    form: str


class Canaries:
    """Labelled values, searched in every form at once."""

    def __init__(self, values: dict[str, str]) -> None:
        """`values`: label ("report 3: family name") -> the value, unique enough not to occur by chance."""
        self._automaton = ahocorasick.Automaton()
        self._longest = 1
        for label, value in values.items():
            for form, needle in forms(value):
                self._automaton.add_word(needle.decode("latin-1"), (label, form))
                self._longest = max(self._longest, len(needle))
        self._automaton.make_automaton()

    def in_bytes(self, place: str, data: bytes) -> set[Hit]:
        """Hits in `data` and in the compressed streams that begin in it."""
        hits = self._scan(place, data)
        for name, content in unpacked(data):
            hits |= self._scan(f"{place} [{name}]", content)
        return hits

    def in_file(self, path: Path, *, place: str | None = None) -> set[Hit]:
        """Hits in a file, read by chunks that overlap. A file that vanishes meanwhile holds nothing any more."""
        hits: set[Hit] = set()
        try:
            with path.open("rb") as file:
                tail = b""
                while chunk := file.read(_CHUNK):
                    hits |= self.in_bytes(place or str(path), tail + chunk)
                    tail = chunk[-self._longest :]
        except FileNotFoundError:
            return hits
        return hits

    def in_folder(self, folder: Path) -> set[Hit]:
        """Hits in every file below a folder, and in the files' names."""
        hits: set[Hit] = set()
        for path in _files(folder):
            hits |= self.in_bytes(f"name of {path.parent}/…", path.name.encode())
            hits |= self.in_file(path)
        return hits

    def _scan(self, place: str, data: bytes) -> set[Hit]:
        return {Hit(place, label, form) for _, (label, form) in self._automaton.iter(data.decode("latin-1"))}


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def report(hits: Iterable[Hit]) -> str:
    """One line per hit, for a failing test: where and what kind, never the value."""
    return "\n".join(f"{hit.place}: {hit.label} ({hit.form})" for hit in sorted(hits))
