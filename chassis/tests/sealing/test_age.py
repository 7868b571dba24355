"""age envelopes: what opens, what does not, and what a length tells."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.sealing import age


@given(st.binary(max_size=4096))
def test_what_is_sealed_opens_with_its_key_only(data):
    owner, stranger = age.new_identity(), age.new_identity()
    sealed = age.seal(owner.recipient, data)

    assert age.open(owner.secret, sealed) == data
    with pytest.raises(age.CannotOpen):
        age.open(stranger.secret, sealed)


def test_thirty_two_bytes_make_a_key_that_age_accepts():
    pair = age.identity_from_bytes(bytes(range(32)))

    assert pair.secret.startswith("AGE-SECRET-KEY-1")
    assert age.open(pair.secret, age.seal(pair.recipient, b"x")) == b"x"
    assert pair == age.identity_from_bytes(bytes(range(32)))


def test_frames_of_one_size_whatever_age_adds():
    pair = age.new_identity()
    frames = [age.seal_fixed(pair.recipient, content, 3072) for content in (b"", b"a" * 2048) for _ in range(100)]

    assert {len(frame) for frame in frames} == {3072}
    assert {age.open_fixed(pair.secret, frame) for frame in frames} == {b"", b"a" * 2048}


def test_a_frame_too_small_is_refused_before_anything_is_sealed():
    with pytest.raises(age.TooLarge):
        age.seal_fixed(age.new_identity().recipient, b"a" * 2600, 3072)


@pytest.mark.parametrize(
    "damage", [lambda f: f[:100], lambda f: b"\xff" * 4 + f[4:], lambda f: b"", lambda f: f[:400] + bytes(1) + f[401:]]
)
def test_a_damaged_frame_does_not_open(damage):
    pair = age.new_identity()
    frame = age.seal_fixed(pair.recipient, b"a" * 400, 1200)

    with pytest.raises(age.CannotOpen):
        age.open_fixed(pair.secret, damage(frame))


def test_streams_are_sealed_without_being_held():
    pair = age.new_identity()
    sealed, opened = io.BytesIO(), io.BytesIO()
    age.seal_stream(pair.recipient, io.BytesIO(b"abc" * 100_000), sealed)
    sealed.seek(0)
    age.open_stream(pair.secret, sealed, opened)

    assert opened.getvalue() == b"abc" * 100_000


def test_a_secret_never_shows_in_a_repr():
    pair = age.new_identity()

    assert pair.secret not in repr(pair)


@pytest.mark.parametrize("damage", ["altered", "cut"])
def test_a_stream_that_was_altered_or_cut_in_its_middle_does_not_pass_for_whole(damage):
    pair, sealed = age.new_identity(), io.BytesIO()
    age.seal_stream(pair.recipient, io.BytesIO(bytes(300_000)), sealed)
    data = bytearray(sealed.getvalue())
    if damage == "altered":
        data[-1000] ^= 1
    else:
        del data[-1000:]
    with pytest.raises(age.CannotOpen):
        age.open_stream(pair.secret, io.BytesIO(bytes(data)), io.BytesIO())
