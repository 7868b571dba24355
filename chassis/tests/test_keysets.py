"""Key sets: a consumer takes only what the root stands behind."""

import secrets
from datetime import date

import pytest

from chassis import keysets
from chassis.signing import public_half
from paravent.keys.v1.keys_pb2 import KeyUse, PublicKey, SignedKeySet

ROOT, ISSUING = secrets.token_bytes(32), secrets.token_bytes(32)
TODAY = date(2026, 11, 21)
KEYS = [PublicKey(use=KeyUse.KEY_USE_CASEWORK_MONTH, cdg_id="62", period="2026-11", value="age1x")]


@pytest.fixture
def certificate():
    return keysets.certify(ROOT, "casework", ISSUING, valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31))


def verify(signed, **changes):
    arguments = {"issuer": "casework", "today": TODAY, "newer_than": 0} | changes
    return keysets.verify(signed, public_half(ROOT), **arguments)


def test_a_set_signed_through_the_chain_is_taken(certificate):
    taken = verify(keysets.publish(certificate, ISSUING, 3, KEYS))

    assert taken.version == 3
    assert keysets.find(taken, KeyUse.KEY_USE_CASEWORK_MONTH, "2026-11", "62") == "age1x"
    assert keysets.find(taken, KeyUse.KEY_USE_CASEWORK_MONTH, "2026-12", "62") is None


@pytest.mark.parametrize(
    "changes",
    [
        {"newer_than": 3},
        {"newer_than": 4},
        {"issuer": "identity-vault"},
        {"today": date(2027, 1, 1)},
        {"today": date(2025, 12, 31)},
    ],
)
def test_an_old_set_another_issuer_or_a_stale_issuing_key_is_refused(certificate, changes):
    with pytest.raises(keysets.KeySetRefused):
        verify(keysets.publish(certificate, ISSUING, 3, KEYS), **changes)


def test_an_issuing_key_that_the_root_did_not_sign_is_refused():
    forged = keysets.certify(secrets.token_bytes(32), "casework", ISSUING, valid_from=TODAY, valid_until=TODAY)

    with pytest.raises(keysets.KeySetRefused):
        verify(keysets.publish(forged, ISSUING, 3, KEYS))


@pytest.mark.parametrize("field", ["key_set", "key_set_signature", "issuing_key", "issuing_key_signature"])
def test_no_part_can_be_altered(certificate, field):
    signed = SignedKeySet.FromString(keysets.publish(certificate, ISSUING, 3, KEYS))
    whole = getattr(signed, field)
    setattr(signed, field, whole[:-1] + bytes([whole[-1] ^ 1]))

    with pytest.raises(keysets.KeySetRefused):
        verify(signed.SerializeToString())


def test_noise_is_refused():
    with pytest.raises(keysets.KeySetRefused):
        verify(b"\xff" * 40)
