"""Does a text give its author away? Looked for in memory, shown to the reporter, who decides (design, 4.4).

Names are compared without case or accents; texts are never stored or logged on the way.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from intake.domain.identity import Identity

MASK = "[masqué]"

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\d+])(?:\+33[ .-]?|0033[ .-]?|0)[1-9](?:[ .-]?\d{2}){4}(?!\d)")
# Names shorter than this are too often ordinary syllables.
_SHORTEST_NAME = 3
_AROUND = 40


@dataclass(frozen=True, slots=True)
class Finding:
    """A passage of the answer to `question` that could tell who writes. `kind`: "name", "email" or "phone"."""

    question: str
    start: int
    end: int
    kind: str

    @property
    def key(self) -> str:
        """Names the finding in a form."""
        return f"{self.question}:{self.start}:{self.end}"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The passage with a little of what surrounds it."""

    before: str
    passage: str
    after: str


def look(texts: Mapping[str, str], identity: Identity | None) -> tuple[Finding, ...]:
    """Every passage that looks like the author's name, e-mail or phone number, in reading order, without overlaps."""
    found: list[Finding] = []
    for question, text in texts.items():
        spans = [(m.start(), m.end(), "email") for m in _EMAIL.finditer(text)] if "@" in text else []
        spans += [(m.start(), m.end(), "phone") for m in _PHONE.finditer(text)]
        spans += [(start, end, "name") for start, end in _names(text, identity)]
        end_of_last = 0
        for start, end, kind in sorted(spans, key=lambda span: (span[0], -span[1])):
            if start >= end_of_last:
                found.append(Finding(question, start, end, kind))
                end_of_last = end
    return tuple(found)


def _names(text: str, identity: Identity | None) -> list[tuple[int, int]]:
    if identity is None:
        return []
    names = {_flat(name.strip()) for name in (identity.given_name, identity.family_name)}
    wanted = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if len(name) >= _SHORTEST_NAME)
    if not wanted:
        return []
    return [m.span() for m in re.finditer(rf"(?<!\w)(?:{wanted})(?!\w)", _flat(text))]


class _Plain(dict[int, str]):
    """Character -> its base letter in lower case, one for one, worked out when first met."""

    def __missing__(self, code: int) -> str:
        self[code] = unicodedata.normalize("NFKD", chr(code))[0].lower()[0]
        return self[code]


_PLAIN = _Plain()


def _flat(text: str) -> str:
    """Lower case without accents; every place stays the same."""
    return text.translate(_PLAIN)


def excerpt(text: str, finding: Finding) -> Excerpt:
    """What to show so that the reporter sees where it stands."""
    before, after = text[: finding.start], text[finding.end :]
    if len(before) > _AROUND:
        before = "… " + before[-_AROUND:].partition(" ")[2]
    if len(after) > _AROUND:
        after = after[:_AROUND].rpartition(" ")[0] + " …"
    return Excerpt(before, text[finding.start : finding.end], after)


def mask(texts: Mapping[str, str], findings: tuple[Finding, ...], chosen: Collection[str]) -> dict[str, str]:
    """The texts with the chosen findings (by key) replaced."""
    masked = dict(texts)
    for finding in sorted(findings, key=lambda f: f.start, reverse=True):
        if finding.key in chosen:
            text = masked[finding.question]
            masked[finding.question] = text[: finding.start] + MASK + text[finding.end :]
    return masked


def stamp(findings: tuple[Finding, ...]) -> str:
    """Says which findings were shown, without saying what they are: new ones are shown again."""
    return hashlib.sha256("|".join(f"{f.key}:{f.kind}" for f in findings).encode()).hexdigest()
