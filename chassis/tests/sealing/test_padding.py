"""Padding: reversible, and coarse enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.sealing import padding


@given(st.binary(max_size=5000))
def test_padding_comes_off(data):
    assert padding.unpad(padding.pad_to_bucket(data)) == data


@given(st.integers(min_value=0, max_value=50_000_000))
def test_a_bucket_holds_its_content_for_at_most_an_eighth_more(length):
    size = padding.bucket(length)

    assert size > length
    assert size <= max(padding.SMALLEST_BUCKET, (length + 1) * 1.125)
    assert padding.bucket(size - 1) == size


def test_short_texts_all_look_alike():
    assert {len(padding.pad_to_bucket(b"x" * n)) for n in range(1000)} == {padding.SMALLEST_BUCKET}


def test_what_was_not_padded_is_refused():
    with pytest.raises(ValueError, match="not padded"):
        padding.unpad(b"abc")
    with pytest.raises(ValueError, match="does not fit"):
        padding.pad(b"abcd", 4)
