"""Receipts: eight words, forgiving to type, unforgiving to guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.sealing import age, receipts
from chassis.sealing.words import WORDS, fold

PEPPER = bytes(range(32))

words = st.lists(st.sampled_from(WORDS), min_size=8, max_size=8).map(tuple)


@given(words, st.sampled_from([" ", "-", "  ", ", ", "\n", " . "]), st.booleans(), st.booleans())
def test_capitals_accents_and_separators_are_free(drawn, separator, capitals, bare):
    receipt = receipts.Receipt(drawn)
    typed = separator.join(fold(word) if bare else word for word in drawn)

    parsed = receipts.Receipt.parse(typed.upper() if capitals else typed)

    assert parsed == receipt
    assert receipts.derive(parsed, PEPPER) == receipts.derive(receipt, PEPPER)


def test_two_receipts_or_two_peppers_share_nothing():
    first, second = receipts.Receipt.draw(), receipts.Receipt.draw()
    keys = [receipts.derive(first, PEPPER), receipts.derive(second, PEPPER), receipts.derive(first, bytes(32))]

    for name in ("lookup_id", "recipient", "identity", "signing_seed", "verify_key"):
        assert len({getattr(k, name) for k in keys}) == 3


def test_the_order_of_the_words_counts():
    receipt = receipts.Receipt(tuple(WORDS[:8]))
    turned = receipts.Receipt(tuple(reversed(WORDS[:8])))

    assert receipts.derive(receipt, PEPPER).lookup_id != receipts.derive(turned, PEPPER).lookup_id


def test_unknown_words_are_named_by_their_place():
    typed = [*WORDS[:3], "zzzzz", *WORDS[3:6], "qqqqq"]

    with pytest.raises(receipts.NotAReceipt) as refused:
        receipts.Receipt.parse(" ".join(typed))
    assert refused.value.faults == (4, 8)


def test_seven_words_are_not_a_receipt():
    with pytest.raises(receipts.NotAReceipt, match="not eight"):
        receipts.Receipt.parse(" ".join(WORDS[:7]))


def test_neither_words_nor_keys_show_in_a_repr():
    receipt = receipts.Receipt.draw()
    keys = receipts.derive(receipt, PEPPER)

    assert not any(word in repr(receipt) for word in receipt.words)
    assert keys.identity not in repr(keys)
    assert str(keys.signing_seed) not in repr(keys)


def test_a_derivation_never_changes():
    """Receipts on paper outlive every release: these values are frozen."""
    keys = receipts.derive(
        receipts.Receipt(("Été", "coeur", "maison", "jardin", "rivière", "neige", "forêt", "table")), PEPPER
    )

    assert keys.lookup_id.hex() == "e6160a748ec878a1d17e1170a856e413"
    assert age.open(keys.identity, age.seal(keys.recipient, b"x")) == b"x"


def test_a_locator_needs_the_ref_and_the_number():
    assert receipts.locator(bytes(16), 0) != receipts.locator(bytes(16), 1)
    assert len(receipts.locator(bytes(16), 0)) == 32
    with pytest.raises(ValueError, match="16 bytes"):
        receipts.locator(b"short", 0)
