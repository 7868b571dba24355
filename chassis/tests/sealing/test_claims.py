"""Codes: what they give, and whose offers they open."""

import secrets

import pytest

from chassis.sealing import age, claims
from chassis.sealing.receipts import Receipt
from chassis.signing import BadSignature, public_half
from paravent.intake.v1.content_pb2 import ClaimOffer

SEED = bytes(range(32))
REPORT = b"r" * 16


def offer(role: str) -> ClaimOffer:
    return ClaimOffer(role=role, ref=b"f" * 16, member_name="Boulogne-sur-Mer")


def sealed(role: str, code: Receipt, seed: bytes | None = None) -> bytes:
    return claims.seal_offer(offer(role), report_id=REPORT, recipient=claims.derive(code).recipient, signing_seed=seed)


def opened(envelope: bytes, code: Receipt, *, report_id: bytes = REPORT, seed: bytes = SEED) -> ClaimOffer:
    keys = claims.derive(code)
    return claims.open_offer(envelope, report_id=report_id, identity=keys.identity, signers=[public_half(seed)])


def test_a_code_typed_without_accents_gives_the_same_keys():
    code = Receipt.draw()
    assert claims.derive(Receipt.parse(code.text.upper())) == claims.derive(code)


def test_an_offer_opens_with_its_code_alone():
    code = Receipt.draw()
    assert opened(sealed(claims.VICTIM, code), code) == offer(claims.VICTIM)
    with pytest.raises(age.CannotOpen):
        opened(sealed(claims.VICTIM, code), Receipt.draw())


def test_nobody_becomes_the_reporter_but_by_an_offer_of_casework():
    code = Receipt.draw()
    assert opened(sealed(claims.REPORTER, code, SEED), code).role == claims.REPORTER
    for forged in (sealed(claims.REPORTER, code), sealed(claims.REPORTER, code, secrets.token_bytes(32))):
        with pytest.raises(BadSignature):
            opened(forged, code)


def test_an_offer_counts_for_its_own_report_alone():
    code = Receipt.draw()
    with pytest.raises(BadSignature):
        opened(sealed(claims.REPORTER, code, SEED), code, report_id=b"s" * 16)


def test_another_role_is_no_offer():
    code = Receipt.draw()
    with pytest.raises(age.CannotOpen):
        opened(sealed("referent", code, SEED), code)
