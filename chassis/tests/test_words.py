"""The list of receipt words keeps its promises."""

from collections import Counter

import pytest

from chassis.sealing.words import WORDS, fold


def test_there_are_7776_words_that_stay_different_without_accents():
    assert len(WORDS) == 7776
    assert len({fold(word) for word in WORDS}) == 7776


def test_every_word_has_four_to_nine_plain_letters_once_folded():
    folded = [fold(word) for word in WORDS]
    assert all(4 <= len(word) <= 9 and word.isascii() and word.isalpha() for word in folded)


def test_no_word_is_another_one_with_a_letter_added():
    folded = {fold(word) for word in WORDS}
    shorter = {word[:i] + word[i + 1 :] for word in folded for i in range(len(word))}
    assert not folded & shorter


def test_no_two_short_words_differ_by_one_letter():
    holed = Counter(
        word[:i] + "_" + word[i + 1 :] for word in map(fold, WORDS) if len(word) <= 5 for i in range(len(word))
    )
    assert max(holed.values()) == 1


@pytest.mark.parametrize(
    ("typed", "folded"), [("Œuvre", "oeuvre"), ("ÉTÉ", "ete"), ("garc\u0327on", "garcon"), ("a-b c", "a-b c")]
)
def test_folding_undoes_capitals_accents_and_ligatures(typed: str, folded: str):
    assert fold(typed) == folded


@pytest.mark.parametrize(
    "word", ["viol", "victime", "suicide", "mort", "coupable", "juif", "arabe", "police", "prison", "pierre"]
)
def test_no_word_hurts_or_accuses(word: str):
    assert word not in {fold(known) for known in WORDS}
