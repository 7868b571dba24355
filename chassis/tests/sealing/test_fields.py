"""Fields are bound to their place."""

import pytest

from chassis.sealing.age import CannotOpen
from chassis.sealing.fields import FieldCipher


def test_a_field_opens_in_its_own_place_only():
    cipher = FieldCipher(bytes(32))
    sealed = cipher.seal("cases/1/text", b"bonjour")

    assert cipher.open("cases/1/text", sealed) == b"bonjour"
    for other in (
        lambda: cipher.open("cases/2/text", sealed),
        lambda: FieldCipher(b"k" * 32).open("cases/1/text", sealed),
        lambda: cipher.open("cases/1/text", b""),
    ):
        with pytest.raises(CannotOpen):
            other()


def test_the_same_text_never_gives_the_same_ciphertext():
    cipher = FieldCipher(bytes(32))

    assert cipher.seal("a", b"x") != cipher.seal("a", b"x")
