"""Codes of cases: short, sayable on the telephone, never a word."""

import pytest

from chassis.sealing.labels import draw_label, is_label


def test_a_code_that_was_drawn_is_one_and_tells_nothing_twice():
    drawn = {draw_label() for _ in range(500)}
    assert all(is_label(label) for label in drawn)
    assert len(drawn) > 490


def test_no_sign_can_be_taken_for_another_nor_make_a_word():
    assert not set("".join(draw_label() for _ in range(500))) & set("AEIOUBLSZ01258")


@pytest.mark.parametrize("text", ["", "K7Q4F3", "k7q-4f3", "K7Q-4F3\n", "K7Q-4F30", "B7Q-4F3", "<b>-4F3"])
def test_anything_else_is_not_a_code(text):
    assert not is_label(text)
