"""The block of a judicial demand: one size, opened by one key, whatever carried it."""

import secrets

import pytest

from chassis.sealing import age, demands
from chassis.sealing.age import CannotOpen
from paravent.identity_vault.v1.order_pb2 import DemandToken

VERIFIER = age.new_identity()


def token(regime: str = "avdhas") -> DemandToken:
    return DemandToken(
        ref=secrets.token_bytes(16),
        case_label="K7Q-4F2",
        regime=regime,
        issued_on="2026-11-20",
        token_id=secrets.token_bytes(16),
    )


def test_a_block_opens_for_the_verifier_alone():
    made = token()
    frame = demands.read_frame(demands.write_block(made, VERIFIER.recipient))
    assert demands.open_frame(frame, VERIFIER.secret) == made
    with pytest.raises(CannotOpen):
        demands.open_frame(frame, age.new_identity().secret)


def test_blocks_have_one_size_and_show_nothing():
    blocks = [demands.write_block(token(regime), VERIFIER.recipient) for regime in ("avdhas", "alert") * 20]
    assert len({len(block) for block in blocks}) == 1
    assert len(set(blocks)) == len(blocks)
    assert not any(token().case_label.encode() in demands.read_frame(block) for block in blocks)


def test_lines_broken_by_a_mail_program_are_read():
    block = demands.write_block(token(), VERIFIER.recipient)
    mangled = "\r\n  " + block.replace("\n", " \r\n\r\n  ") + "\n"
    assert demands.read_frame(mangled) == demands.read_frame(block)


@pytest.mark.parametrize("change", [str.lower, lambda b: b[:-5], lambda b: "bonjour", lambda b: b.replace("A", "?")])
def test_what_is_not_a_block_is_refused(change):
    block = demands.write_block(token(), VERIFIER.recipient)
    with pytest.raises(demands.NotABlock):
        demands.read_frame(change(block))
