"""Masking: a screener names words that could identify somebody, and every text loses them."""

import re
import unicodedata
from collections.abc import Iterable

MASK = "[masqué]"


def mask(text: str, words: Iterable[str]) -> str:
    """`text` without these words or phrases: whole words, whatever their capitals and accents."""
    terms = sorted({_folded(word.strip()) for word in words if word.strip()}, key=len, reverse=True)
    if not terms:
        return text
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, terms)) + r")(?!\w)")
    folded, masked, end = _folded(text), [], 0
    if len(folded) != len(text):  # a letter that folds into two: places would no longer agree
        text = unicodedata.normalize("NFC", text)
        folded = "".join(_folded(letter)[:1] or letter for letter in text)
    for match in pattern.finditer(folded):
        masked += [text[end : match.start()], MASK]
        end = match.end()
    return "".join([*masked, text[end:]])


def _folded(text: str) -> str:
    letters = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
