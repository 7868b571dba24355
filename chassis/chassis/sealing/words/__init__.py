"""The words of receipts: 7,776 French words, frozen. A receipt is derived from its folded words: never edit the list.

Unique once folded; no word is another one with one more letter, none of five letters or fewer is another one with one
letter changed, and no two sound the same. How it was made and from what: LICENCE.md, build.py, blocked.txt.
"""

import hashlib
import unicodedata
from importlib.resources import files

SHA256 = "35a00b409a7ccf38e8a0b1e207a855745e8f1f2175067232c2505480eff954f8"


def fold(text: str) -> str:
    """Lower case, without accents, ligatures undone. What is not a letter stays as it is."""
    plain = text.lower().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


def _read() -> tuple[str, ...]:
    data = files(__name__).joinpath("fr.txt").read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise RuntimeError("the list of receipt words was altered: receipts already given would not open")
    return tuple(data.decode("utf-8").split())


WORDS = _read()
